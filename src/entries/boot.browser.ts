/** The entry `extcheck/boot` without Node: gzip is not unpacked unless `inflate` is given; only its frames are checked. */
export { checkBoot } from '../boot/check-boot';
export { bootCheck } from '../boot/extensions';
export { upgradeState } from '../upgrade-state';
export * from './boot-common';
