/** The entry `extcheck/disk` on Node: finds the file systems in disks, virtual disks and volumes. */
import { decompressNode } from '../container/decompress-node';
import { type Disk, type OpenDiskOptions, openDisk as open } from '../open-disk';
import type { ByteSource } from '../source/source';
import { requireSource } from './arguments';
import { requireDiskOptions } from './disk-arguments';

export * from './disk-common';

/**
 * Finds the ext file systems in `source`: in a bare image, in partitions (MBR and GPT), volumes and virtual disks, also inside
 * each other. Only tables are read, in bounded memory. Closing the sources of the result has no effect; the caller closes
 * `source`.
 *
 * ```ts
 * import { checkImage, openImageFile } from 'extcheck';
 * import { openDisk } from 'extcheck/disk';
 * const { fileSystems } = await openDisk(await openImageFile('active.img'));
 * for (const { source, partition, extension } of fileSystems) {
 *   const report = await checkImage(source, { ...(partition && { partition }), extensions: extension ? [extension] : [] });
 *   console.log(report.container?.map(({ format }) => format), report.verdict);
 * }
 * ```
 * @throws ContainerError if the outermost container cannot be opened, or nothing is selected; ArgumentError for an unknown
 * option or if `source` is not a source; the reason of `options.signal` when it is aborted
 */
export async function openDisk(source: ByteSource, options: OpenDiskOptions = {}): Promise<Disk> {
  requireSource(source, 'openDisk');
  requireDiskOptions(options);
  return open(source, { decompress: decompressNode, ...options });
}
