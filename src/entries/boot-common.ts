/** Exports of `extcheck/boot` in a browser and on Node. */
export type { BootInitramfs, BootKernel, BootReport, BootStep, BootVerdict } from '../boot/boot-report';
export { renderBoot } from '../boot/boot-text';
export { bootCatalogue } from '../boot/catalogue';
export type { BootOptions } from '../boot/check-boot';
export { readersCheck } from '../boot/extensions';
export type { Readers } from '../boot/features/gate';
export { ReaderError } from '../boot/features/reader';
export { type Profile, ProfileError, type ProfileStep, parseProfile } from '../boot/profile';
export { type ProfileName, profileNames } from '../boot/profiles';
export type { EnvFact, ImageFact, Mode, Scheme, UpgradeFacts } from '../boot/upgrade/facts';
export type { UpgradeVerdict } from '../boot/upgrade/rule';
export { type UpgradeReport, type UpgradeWarning, upgradeExitStatus } from '../boot/upgrade/upgrade-report';
export { renderUpgrade } from '../boot/upgrade/upgrade-text';
export type { Inflate, Inflation } from '../platform/inflation';
export type { StateFile, StateReader } from '../platform/state-reader';
export { stateOfImage, type UpgradeOptions } from '../upgrade-state';
