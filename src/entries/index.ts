/** The entry `extcheck` on Node: checks ext2, ext3 and ext4 images, and reads the files in them. */
import type { CheckOptions as AnyOptions } from '../check';
import { checkImageOnNode } from '../check-on-node';
import { openImageFile as openFile } from '../source/packed/open';
import type { OpenImageOptions } from '../source/packed/options';
import type { ByteSource } from '../source/source';
import { type OptionKinds, requireOptions, requireText } from './arguments';
import { requireCheckArguments } from './check-arguments';
import type { CheckOptions, CheckReport } from './types';

export { fileSource, type OpenedFile } from '../source/file';
export type { OpenImageOptions } from '../source/packed/options';
export * from './common';

/**
 * Checks the whole file system in `image` and returns a report. Never writes, and never throws because of content: an image
 * that cannot be checked gives a report with the reason. If a journal replay is pending, it is done in memory, unless
 * `options.replay` is false. A large image is checked by two threads unless `options.jobs` is 1. Memory is bounded by the
 * size of the file system; see docs/limits.md.
 *
 * ```ts
 * import { checkImage, fileSource } from 'extcheck';
 * const report = await checkImage(await fileSource('active.img'), { require: ['/boot/vmlinuz'] });
 * console.log(report.verdict, report.affected);
 * ```
 * @throws ArgumentError for an unknown option or if `image` is not a source; the reason of `options.signal` when it is
 * aborted; errors of the source other than SourceError
 */
export async function checkImage(image: ByteSource, options: CheckOptions = {}): Promise<CheckReport> {
  requireCheckArguments(image, options);
  return (await checkImageOnNode(image, options as AnyOptions)) as CheckReport;
}

const fileKinds: OptionKinds<OpenImageOptions> = {
  signal: 'signal',
  memoryLimit: 'number',
  tempDir: 'string',
  maxSize: 'number',
  onProgress: 'function',
};

/**
 * Opens the image file at `path`. A file that is compressed with gzip, xz, lzma, bzip2, lz4 or zstd is decompressed: its first
 * bytes decide, whatever its name; other files are opened as by `fileSource`. So are all block devices: a device with
 * compressed bytes is not a bootable image, so the check must not accept it as one. Node decompresses gzip, and zstd from
 * versions 22.15 and 23.8; for the others the program of that name must be installed (`xz` also for lzma).
 *
 * Decompressed bytes go to memory, then to a temporary file of mode 0600 without a name, which disappears when the
 * source is closed or the process ends in any way; where an open file must keep its name, it is removed on `close()` or
 * exit. Blocks of zeros take no space in it. `maxSize` bounds the time that a hostile file can take (deflate compresses
 * at most about 1000 to 1, so 1 TiB needs 1 GiB of input); the free space in `tempDir`, of which a reserve is left for other
 * programs, bounds the space it can take.
 * @throws SourceError when the file cannot be opened or read; when the compressed data is truncated, corrupt, followed by
 * other data (after gzip and xz zeros are allowed), or larger than `maxSize`; when the program that decompresses it is
 * missing or needs more than 1 GiB of memory; when the temporary file cannot be created or written. `at` is then
 * the number of decompressed bytes, `length` 0. RangeError for limits that are not safe non-negative integers. ArgumentError
 * for an unknown option. The reason of `signal` when it is aborted. It leaves no file and no process in any of these cases.
 */
export async function openImageFile(path: string, options: OpenImageOptions = {}): Promise<ByteSource> {
  requireText(path, 'a path', 'openImageFile');
  requireOptions(options, fileKinds, 'openImageFile');
  return openFile(path, options);
}
