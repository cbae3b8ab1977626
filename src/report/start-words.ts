/** Puts into words what is at the start of an image, and what its partitions hold. */
import type { LeftoverFacts, PartitionFacts, StartFacts } from '../problem/start';
import { counted, digits, listed, size } from './words';

/** Largest number of partitions that a sentence names. */
const maxNamed = 8;

/** Whether the image has a partition table that counts. */
export const isDisk = ({ kind, partitions }: StartFacts): boolean =>
  (kind === 'gpt' || kind === 'mbr') && partitions.length > 0;

/** Whether the partition has an ext file system. */
export const isExt = ({ fileSystem }: PartitionFacts): boolean => fileSystem?.startsWith('ext') === true;

/** Whether the partition is a disk with partitions of its own. */
export const isInnerDisk = ({ fileSystem }: PartitionFacts): boolean => fileSystem === 'GPT' || fileSystem === 'MBR';

/** `partition 1 starts at 8 MiB and has an ext4 file system`. */
export const partitionWords = ({ number, start, what }: Pick<PartitionFacts, 'number' | 'start' | 'what'>): string =>
  `partition ${number} starts at ${size(Number(start))} and has ${what ?? 'no known file system'}`;

/** The partitions of a disk, the ext file systems among them first; `and 3 more` if there are many. */
function partitionsWords(partitions: readonly PartitionFacts[]): string {
  const shown = [...partitions].sort((a, b) => Number(isExt(b)) - Number(isExt(a))).slice(0, maxNamed);
  const words = shown.sort((a, b) => a.number - b.number).map(partitionWords);
  const more = partitions.length - shown.length;
  if (more > 0) words.push(`${counted(more, 'more partition')} ${more === 1 ? 'is' : 'are'} not named here`);
  return words.join('; ');
}

/** The ext file system that is not checked because the image is something else. */
export function leftoverWords({
  type,
  superblockAt,
  label,
}: { type: string } & Pick<LeftoverFacts, 'superblockAt' | 'label'>): string {
  const whole = `an ${type} file system${label === '' ? '' : ` with the label ${label}`} that starts at byte 0`;
  return superblockAt <= 1
    ? `the superblock at byte 1024 is left over from ${whole}`
    : `block ${digits(superblockAt)} has a backup superblock of ${whole}, which is left over or was overwritten`;
}

/** What an image is in a few words, as the rest of a sentence that begins with `this is`; of a disk what to use of it. */
export function startHeadline(start: StartFacts): string {
  if (!isDisk(start)) return startWords(start);
  const ext = start.partitions.filter(isExt);
  const disk = start.partitions.find(isInnerDisk);
  if (ext.length === 0 && disk !== undefined) return `${start.what}; partition ${disk.number} has ${disk.what}`;
  if (ext.length === 0) return `${start.what}, but without an ext2, ext3 or ext4 file system`;
  if (ext.length === 1) return `${start.what}; partition ${ext[0]!.number} has ${ext[0]!.what}`;
  return `${start.what}; partitions ${listed(ext.map(({ number }) => digits(number)))} have ext file systems`;
}

/** What an image is, as the rest of a sentence that begins with `this is`. */
export function startWords(start: StartFacts): string {
  const { what, partitions, kind } = start;
  const leftover = start.leftover === undefined ? '' : `; ${leftoverWords(start.leftover)}`;
  if (isDisk(start)) return `${what}: ${partitionsWords(partitions)}${leftover}`;
  const ext = partitions.filter(isExt);
  const inside = ext.length === 0 ? '' : `; ${listed(ext.map(partitionWords))}`;
  const other = kind === 'file-system' ? ', which is not an ext file system' : '';
  return `${what}${other}${inside}${leftover}`;
}
