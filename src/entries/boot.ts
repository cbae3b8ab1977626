/** The entry `extcheck/boot` on Node: the boot path, features of readers, profiles and the state of an upgrade; zlib unpacks gzip. */
import type { BootReport } from '../boot/boot-report';
import { type BootOptions, checkBoot as check } from '../boot/check-boot';
import { bootCheck as extension } from '../boot/extensions';
import type { UpgradeReport } from '../boot/upgrade/upgrade-report';
import type { Extension } from '../extension';
import { inflateRaw } from '../platform/inflate';
import type { StateReader } from '../platform/state-reader';
import type { ByteSource } from '../source/source';
import { upgradeState as state, type UpgradeOptions } from '../upgrade-state';
import { requireSource } from './arguments';

export { stateOfFolder } from '../platform/folder-state';
export * from './boot-common';

/**
 * Traces the boot path of the image after the check and adds the findings to the report; see `checkBoot`.
 * @throws ReaderError for an unknown version in an option
 */
export const bootCheck = (options: BootOptions = {}): Extension => extension({ inflate: inflateRaw, ...options });

/**
 * Traces the boot path, from the first read of the boot loader to init, and reports for each step whether it works and, if
 * not, what the console shows. Never writes, and never throws because of content. Memory does not depend on file sizes.
 * @throws ReaderError for an unknown version in an option; ArgumentError if `image` is not a source; the reason of
 * `options.signal` when it is aborted
 */
export async function checkBoot(image: ByteSource, options: BootOptions = {}): Promise<BootReport> {
  requireSource(image, 'checkBoot');
  return check(image, { inflate: inflateRaw, ...options });
}

/**
 * The state of a machine's upgrade: waiting for the reboot, fallen back, and so on. `reader` reads its files: use
 * `stateOfFolder` for a live system or a copied folder, `stateOfImage` for an image of the state partition. Never writes,
 * and never throws because of content.
 * @throws the reason of `options.signal` when it is aborted
 */
export const upgradeState = (reader: StateReader, options: UpgradeOptions = {}): Promise<UpgradeReport> =>
  state(reader, { inflate: inflateRaw, ...options });
