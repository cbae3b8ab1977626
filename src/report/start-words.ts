/** Puts into words what is at the start of an image, and what its partitions hold. */
import type { PartitionFacts, StartFacts } from '../problem/start';
import { counted, digits, listed, size } from './words';

/** Largest number of partitions that a sentence names. */
const maxNamed = 8;

/** Whether the image has a partition table that counts. */
export const isDisk = ({ kind, partitions }: StartFacts): boolean =>
  (kind === 'gpt' || kind === 'mbr') && partitions.length > 0;

/** Whether the partition has an ext file system. */
export const isExt = ({ fileSystem }: PartitionFacts): boolean => fileSystem?.startsWith('ext') === true;

/** `partition 1 starts at 8 MiB and has an ext4 file system`. */
export function partitionWords(partition: PartitionFacts): string {
  const { number, start, what, fileSystemSize = 0, fromBackup } = partition;
  const holds =
    what === null
      ? 'has no known file system'
      : `has ${what}${fromBackup ? ', of which only backup superblocks are left' : ''}`;
  const larger =
    fileSystemSize > partition.size
      ? ` that needs ${size(fileSystemSize)}, but the partition has only ${size(partition.size)}`
      : '';
  return `partition ${number} starts at ${size(start)} and ${holds}${larger}`;
}

/** The partitions of a disk, the ext file systems among them first; `and 3 more` if there are many. */
function partitionsWords(partitions: readonly PartitionFacts[]): string {
  const shown = [...partitions].sort((a, b) => Number(isExt(b)) - Number(isExt(a))).slice(0, maxNamed);
  const words = shown.sort((a, b) => a.number - b.number).map(partitionWords);
  const more = partitions.length - shown.length;
  if (more > 0) words.push(`${counted(more, 'more partition')} ${more === 1 ? 'is' : 'are'} not named here`);
  return words.join('; ');
}

/** The ext file system that is not checked because the image is something else. */
export function leftoverWords({ leftover, what }: StartFacts): string {
  if (leftover === undefined) return '';
  const { type, superblockAt, blockSize, blocks, label } = leftover;
  const primary = superblockAt * blockSize <= 1024;
  const named = label === '' ? '' : `, label ${label},`;
  const whole = `an ${type} file system${named} of ${size(blocks * blockSize)} that starts at byte 0`;
  return primary
    ? `the superblock at byte 1024 is left over from ${whole}`
    : `block ${digits(superblockAt)} has a backup superblock of ${whole}: it is left over, or ${what} was written over it`;
}

/** What an image is in a few words, as the rest of a sentence that begins with `this is`; of a disk what to use of it. */
export function startHeadline(start: StartFacts): string {
  if (!isDisk(start)) return startWords(start);
  const ext = start.partitions.filter(isExt);
  if (ext.length === 0) return `${start.what}, none of which has an ext2, ext3 or ext4 file system`;
  if (ext.length === 1) return `${start.what}; partition ${ext[0]!.number} has ${ext[0]!.what}`;
  return `${start.what}; partitions ${listed(ext.map(({ number }) => digits(number)))} have ext file systems`;
}

/** What an image is, as the rest of a sentence that begins with `this is`. */
export function startWords(start: StartFacts): string {
  const { what, partitions, kind } = start;
  const leftover = start.leftover === undefined ? '' : `; ${leftoverWords(start)}`;
  if (isDisk(start)) return `${what}: ${partitionsWords(partitions)}${leftover}`;
  const ext = partitions.filter(isExt);
  const inside = ext.length === 0 ? '' : `; ${listed(ext.map(partitionWords))}`;
  const other = kind === 'file-system' ? ', which is not an ext file system' : '';
  return `${what}${other}${inside}${leftover}`;
}

/** What was written over the start of a file system, as the subject of a sentence; null if it was not written. */
export function overwriter({ kind, name, what, partitions }: StartFacts): string | null {
  if (kind === 'gpt' || kind === 'mbr')
    return `a partition table (${name})${partitions.length === 0 ? ' that names no partition' : ''}`;
  return kind === 'zeros' || kind === 'shifted' || kind === 'empty' ? null : what;
}
