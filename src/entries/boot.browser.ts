/** The entry `extcheck/boot` without Node: gzip is not unpacked unless `inflate` is given; only its frames are checked. */
import type { BootReport } from '../boot/boot-report';
import { type BootOptions, checkBoot as check } from '../boot/check-boot';
import { bootCheck as extension } from '../boot/extensions';
import type { UpgradeReport } from '../boot/upgrade/upgrade-report';
import type { Extension } from '../extension';
import type { StateReader } from '../platform/state-reader';
import type { ByteSource } from '../source/source';
import { upgradeState as state, type UpgradeOptions } from '../upgrade-state';
import { requireSource } from './arguments';
import { requireBootOptions, requireUpgradeArguments } from './boot-arguments';

export * from './boot-common';

/**
 * Traces the boot path of the image after the check and adds the findings to the report; see `checkBoot`.
 * @throws ReaderError for an unknown version in an option; ArgumentError for an unknown option
 */
export function bootCheck(options: BootOptions = {}): Extension {
  requireBootOptions(options, 'bootCheck');
  return extension(options);
}

/**
 * Traces the boot path, from the first read of the boot loader to init, and reports for each step whether it works and, if
 * not, what the console shows. Never writes, and never throws because of content. Memory does not depend on file sizes.
 * @throws ReaderError for an unknown version in an option; ArgumentError for an unknown option or if `image` is not a source;
 * the reason of `options.signal` when it is aborted
 */
export async function checkBoot(image: ByteSource, options: BootOptions = {}): Promise<BootReport> {
  requireSource(image, 'checkBoot');
  requireBootOptions(options, 'checkBoot');
  return check(image, options);
}

/**
 * The state of a machine's upgrade: waiting for the reboot, fallen back, and so on. `reader` reads its files, such as the
 * result of `stateOfImage`. Never writes, and never throws because of content.
 * @throws ArgumentError for an unknown option or if `reader` is not a reader; the reason of `options.signal` when it is aborted
 */
export async function upgradeState(reader: StateReader, options: UpgradeOptions = {}): Promise<UpgradeReport> {
  requireUpgradeArguments(reader, options);
  return state(reader, options);
}
