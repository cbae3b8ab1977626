/** Exports of `extcheck/disk` in a browser and on Node. */
import { type DmVerityOptions, dmVerityCheck as verity } from '../container/verity/check';
import type { Extension } from '../extension';
import { requireVerityOptions } from './disk-arguments';

export { containerCatalogue } from '../container/catalogue';
export type { Compression, Decompress } from '../container/decompress';
export { ContainerError, type ContainerErrorCode } from '../container/error';
export type { DmVerityOptions } from '../container/verity/check';
export type { Disk, FoundFileSystem, OpenDiskOptions } from '../open-disk';
export type {
  ContainerNote,
  ContainerPart,
  ContainerStep,
  Content,
  ContentPart,
  TailFacts,
  TailKind,
} from '../problem/container';

/**
 * Verifies all blocks of an image by its hash tree of dm-verity, which follows the file system (as veritysetup or Android
 * write it) or is in `tree`, as an extension of a check. Damaged blocks are findings with the paths that they belong to.
 *
 * ```ts
 * import { checkImage, memorySource } from 'extcheck';
 * import { dmVerityCheck } from 'extcheck/disk';
 * const extensions = [dmVerityCheck({ rootHash: '00'.repeat(32) })];
 * console.log((await checkImage(memorySource(new Uint8Array(4096)), { extensions })).notChecked);
 * ```
 * @throws ArgumentError for an unknown option, or a root hash that is not in hexadecimal digits
 */
export function dmVerityCheck(options: DmVerityOptions = {}): Extension {
  requireVerityOptions(options);
  return verity(options);
}
