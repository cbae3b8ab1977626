/** The entry `extcheck/boot` on Node: the boot path, features of readers, profiles and the state of an upgrade; zlib unpacks gzip. */
import type { BootReport } from '../boot/boot-report';
import { type BootOptions, checkBoot as check } from '../boot/check-boot';
import { bootCheck as extension } from '../boot/extensions';
import type { UpgradeReport } from '../boot/upgrade/upgrade-report';
import type { Extension } from '../extension';
import { stateOfFolder as folderReader } from '../platform/folder-state';
import { inflateRaw } from '../platform/inflate';
import type { Inflate } from '../platform/inflation';
import type { StateReader } from '../platform/state-reader';
import type { ByteSource } from '../source/source';
import { upgradeState as state, type UpgradeOptions } from '../upgrade-state';
import { requireSource, requireText } from './arguments';
import { requireBootOptions, requireUpgradeArguments } from './boot-arguments';

export * from './boot-common';

/** The options with Node's zlib, unless they have another one. */
const withInflate = <T extends { inflate?: Inflate }>(options: T): T & { inflate: Inflate } => ({
  ...options,
  inflate: options.inflate ?? inflateRaw,
});

/**
 * Traces the boot path of the image after the check and adds the findings to the report; see `checkBoot`.
 * @throws ReaderError for an unknown version in an option; ArgumentError for an unknown option
 */
export function bootCheck(options: BootOptions = {}): Extension {
  requireBootOptions(options, 'bootCheck');
  return extension(withInflate(options));
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
  return check(image, withInflate(options));
}

/**
 * The state of a machine's upgrade: waiting for the reboot, fallen back, and so on. `reader` reads its files: use
 * `stateOfFolder` for a live system or a copied folder, `stateOfImage` for an image of the state partition. Never writes,
 * and never throws because of content.
 * @throws ArgumentError for an unknown option or if `reader` is not a reader; the reason of `options.signal` when it is aborted
 */
export async function upgradeState(reader: StateReader, options: UpgradeOptions = {}): Promise<UpgradeReport> {
  requireUpgradeArguments(reader, options);
  return state(reader, withInflate(options));
}

/**
 * Reads files below `root`; `/` is the running system. Symlinks that point outside `root` are not followed; pipes and devices
 * are never opened. Free space is reported on the running system only, as that of a copy has no meaning.
 * @throws Error of the system if `root` does not exist; Error if it is not a folder; ArgumentError if it is not a path
 */
export function stateOfFolder(root: string): StateReader {
  requireText(root, 'the path of a folder', 'stateOfFolder');
  return folderReader(root);
}
