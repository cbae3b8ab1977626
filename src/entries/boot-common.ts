/** Exports of `extcheck/boot` in a browser and on Node. */
import type { BootReport } from '../boot/boot-report';
import { type BootTextOptions, renderBoot as bootText } from '../boot/boot-text';
import { readersCheck as readers } from '../boot/extensions';
import type { Readers } from '../boot/features/gate';
import { upgradeExitStatus as statusOf, type UpgradeReport } from '../boot/upgrade/upgrade-report';
import { type UpgradeTextOptions, renderUpgrade as upgradeText } from '../boot/upgrade/upgrade-text';
import type { Extension } from '../extension';
import type { StateReader } from '../platform/state-reader';
import type { ByteSource } from '../source/source';
import { stateOfImage as stateReader } from '../upgrade-state';
import { requireOptions, requireSource } from './arguments';
import { requireBootReport, requireReaders, requireUpgradeReport } from './boot-arguments';

export type { BootInitramfs, BootKernel, BootReport, BootStep, BootVerdict } from '../boot/boot-report';
export { bootCatalogue } from '../boot/catalogue';
export type { BootOptions } from '../boot/check-boot';
export type { Readers } from '../boot/features/gate';
export { ReaderError } from '../boot/features/reader';
export { type Profile, ProfileError, type ProfileStep, parseProfile } from '../boot/profile';
export { type ProfileName, profileNames } from '../boot/profiles';
export type { EnvFact, ImageFact, Mode, Scheme, UpgradeFacts } from '../boot/upgrade/facts';
export type { UpgradeVerdict } from '../boot/upgrade/rule';
export type { UpgradeReport, UpgradeWarning } from '../boot/upgrade/upgrade-report';
export type { Inflate, Inflation } from '../platform/inflation';
export type { StateFile, StateReader } from '../platform/state-reader';
export type { UpgradeOptions } from '../upgrade-state';

/**
 * Reports the features of the file system that a boot loader, a kernel or an e2fsck does not support.
 * @throws ReaderError for a text that does not name a known program and version; ArgumentError for an unknown option
 */
export function readersCheck(asked: Readers): Extension {
  requireReaders(asked, 'readersCheck');
  return readers(asked);
}

/** The report for people; everything from the image is made printable. Ends with a newline. */
export function renderBoot(report: BootReport, options: BootTextOptions = {}): string {
  requireBootReport(report, options, 'renderBoot');
  return bootText(report, options);
}

/** The report for people; everything from the machine is made printable. Ends with a newline. */
export function renderUpgrade(report: UpgradeReport, options: UpgradeTextOptions = {}): string {
  requireUpgradeReport(report, options, 'renderUpgrade');
  return upgradeText(report, options);
}

/** The exit status for a report: that of its verdict, or 4 if the verdict has status 0 and there is a warning. */
export function upgradeExitStatus(report: UpgradeReport): 0 | 4 | 8 {
  requireUpgradeReport(report, {}, 'upgradeExitStatus');
  return statusOf(report);
}

/**
 * Reads an image of the state partition (COS_STATE), including the images in it. It lacks the facts of a running system:
 * its command line and the time of its boot. The caller must close the source.
 * @throws ImageError if it has no file system; ArgumentError if `source` is not a source
 */
export async function stateOfImage(source: ByteSource, options: { signal?: AbortSignal } = {}): Promise<StateReader> {
  requireSource(source, 'stateOfImage');
  requireOptions(options, { signal: 'signal' }, 'stateOfImage');
  return stateReader(source, options);
}
