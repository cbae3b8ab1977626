/** Opens what an image name stands for: the ext file systems in a file, whatever the file is. */
import { superblock, superblockOffset } from '../layout/superblock';
import { sliceSource } from '../source/slice';
import type { ByteSource } from '../source/source';
import type { ImageName } from './image-name';
import { type OpenHow, openOptions, type Target, type Targets } from './target';

/** Bytes from the start that show whether a file is a bare file system. */
const bareBytes = 1082;

/**
 * Whether the bytes are those of a bare ext file system: a superblock, no boot record in front of it, nothing after it.
 * Nothing else of this program has to be loaded for such a file.
 */
async function isBare(source: ByteSource): Promise<boolean> {
  const head = new Uint8Array(bareBytes);
  if ((await source.read(0, head)) < head.length) return false;
  const hasMagic = head[1080] === 0x53 && head[1081] === 0xef;
  if (!hasMagic || (head[510] === 0x55 && head[511] === 0xaa)) return false;
  const view = new DataView(head.buffer, superblockOffset);
  const blockSize = 1024 * 2 ** superblock.s_log_block_size(view, 0);
  return source.size <= superblock.s_blocks_count_lo(view, 0) * blockSize;
}

/**
 * Opens the file systems that the name stands for.
 * @throws SourceError, ContainerError, and RangeError if the offset is past the end
 */
export async function openTargets(image: ImageName, how: OpenHow): Promise<Targets> {
  const { source: whole, packed } = await how.open(image.path, openOptions(how));
  const closers: (() => unknown)[] = [() => whole.close?.()];
  const close = async () => {
    for (const one of closers) await one();
  };
  try {
    const place = image.offset === 0 ? { source: whole } : await partitionAt(whole, image.offset);
    const isOnlyPlace = packed === undefined && image.partition === undefined && image.inside.length === 0;
    if (isOnlyPlace && (image.offset > 0 || (await isBare(whole))))
      return { whole, targets: [{ ...place, image: image.shown, offset: image.offset }], parts: [], close };
    const { BesideImage, findTargets, packedStep } = await import('./find-targets');
    const beside = new BesideImage(image, how);
    closers.push(() => beside.close());
    const around = packed === undefined ? [] : [packedStep(packed)];
    const targets = await findTargets(place, around, image, beside, how.signal);
    return { whole, targets, parts: beside.parts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The bytes from an offset on, up to the end of the partition that starts there: neither a kernel nor a boot loader reads
 * further.
 */
async function partitionAt(whole: ByteSource, offset: number): Promise<Pick<Target, 'source' | 'partition'>> {
  const rest = sliceSource(whole, offset);
  const { findPartition } = await import('../volume/start/partitions');
  const partition = await findPartition(whole, offset);
  if (partition === null) return { source: rest };
  const source = partition.size >= rest.size ? rest : sliceSource(whole, offset, partition.size);
  return { source, partition };
}
