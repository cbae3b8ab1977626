/** The entry `extcheck/boot` where there is no Node: gzip is followed by its frames only, unless `inflate` is given. */
export { checkBoot } from '../boot/check-boot';
export { bootCheck } from '../boot/extensions';
export { upgradeState } from '../upgrade-state';
export * from './boot-common';
