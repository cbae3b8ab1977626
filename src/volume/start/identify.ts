/** Identifies what is at the start of an image without a usable primary ext superblock. */
import { isAllZero } from '../../bytes/bitmap';
import { superblockOffset } from '../../layout/superblock';
import type { StartFacts } from '../../problem/start';
import type { ByteSource } from '../../source/source';
import { bytesAt } from './bytes';
import { identifyEnd } from './end';
import { liveFolder } from './iso';
import { readPartitionTable } from './partition-table';
import { describePartitions } from './partitions';
import { findShifted } from './shifted';
import { type Signature, signatureIn } from './signatures';
import { identifyText } from './text';

/** Number of bytes from the start that are read. */
const headBytes = 2 ** 20;

/** Largest number of bytes in which the end of zeros is searched. */
const maxZeros = 64 * headBytes;

const isoName = 'ISO 9660';

/** Whether a partition starts after byte 0 and before byte `end`, and something is known in it. */
const holdsSomething = ({ partitions }: StartFacts, end: number): boolean =>
  partitions.some(({ start, fileSystem }) => start > 0 && start < end && fileSystem !== null);

/** The disk in `source`, with its partitions; null without a partition table. `claims` is whether one of them is known. */
async function identifyDisk(source: ByteSource): Promise<StartFacts | null> {
  const table = await readPartitionTable(source);
  if (table === null) return null;
  const partitions = await describePartitions(source, table);
  const name = table.kind.toUpperCase();
  const count = partitions.length;
  const held = count === 0 ? 'no partition' : count === 1 ? '1 partition' : `${count} partitions`;
  const facts: StartFacts = { kind: table.kind, name, what: `a disk with ${held} (${name})`, claims: true, partitions };
  if (holdsSomething(facts, source.size)) return facts;
  // the backup of a GPT may be all that remains of an earlier use
  return table.atStart ? { ...facts, what: `a partition table (${name}) with ${held}`, claims: false } : null;
}

/**
 * The disk whose partition table is in front of a readable superblock of a file system of `size` bytes, if a partition in
 * those bytes holds something: the table is newer then, because making a file system erases it. Null for anything else,
 * such as the code of a boot loader.
 */
export async function identifyDiskOver(source: ByteSource, size: number): Promise<StartFacts | null> {
  const disk = await identifyDisk(source);
  return disk !== null && holdsSomething(disk, size) ? disk : null;
}

function factsOf({ kind, name, what }: Signature): StartFacts {
  // data of these kinds is also what is written over the start of a file system by mistake
  const claims = kind === 'file-system' || kind === 'container';
  return { kind, name, what, claims, partitions: [] };
}

/** The zeros around the magic number of the superblock, if its whole sector is zero; of more than 64 MiB only these. */
async function zerosIn(source: ByteSource, head: Uint8Array): Promise<{ at: number; length: number } | null> {
  const sector = head.subarray(superblockOffset, superblockOffset + 512);
  if (sector.length === 0 || !isAllZero(sector)) return null;
  let at = superblockOffset;
  while (at > 0 && head[at - 1] === 0) at--;
  let end = superblockOffset + sector.length;
  while (end < head.length && head[end] === 0) end++;
  for (let part = head; end % headBytes === 0 && end < maxZeros && end < source.size; ) {
    part = await bytesAt(source, end, headBytes);
    const other = part.findIndex((byte) => byte !== 0);
    if (part.length === 0) break;
    end += other < 0 ? part.length : other;
    if (other >= 0) break;
  }
  return { at, length: end - at };
}

/**
 * What is at the start of `source`; null if it is not known. Reads the first MiB and a small part of every partition.
 */
export async function identifyStart(source: ByteSource): Promise<StartFacts | null> {
  if (source.size === 0)
    return { kind: 'empty', name: 'nothing', what: 'an empty file', claims: false, partitions: [] };
  const head = await bytesAt(source, 0, headBytes);
  if (head.length === 0) return null;
  const signature = signatureIn(head);
  const disk = await identifyDisk(source);
  // an ISO image has a partition table for booting from a USB stick
  if (signature?.name === isoName)
    return { ...(await isoFacts(source, signature)), partitions: disk?.partitions ?? [] };
  if (disk?.claims) return disk;
  if (signature !== undefined) return factsOf(signature);
  return disk ?? identifyText(head, source.size) ?? (await identifyEnd(source)) ?? (await identifyZeros(source, head));
}

async function isoFacts(source: ByteSource, signature: Signature): Promise<StartFacts> {
  const folder = await liveFolder(source);
  const facts = factsOf(signature);
  return folder === null ? facts : { ...facts, what: `${facts.what} of a live system, with a squashfs in /${folder}` };
}

async function identifyZeros(source: ByteSource, head: Uint8Array): Promise<StartFacts | null> {
  const zeros = await zerosIn(source, head);
  if (zeros === null) return null;
  const { at, length } = zeros;
  const what =
    at > 0
      ? `a file with zeros at bytes ${at} to ${at + length - 1}, where the superblock should be`
      : length < source.size
        ? `a file whose first ${length} bytes are zeros: it was not written, or its start is lost`
        : 'a file that holds only zeros: nothing was ever written to it';
  return { kind: 'zeros', name: 'zeros', what, claims: false, partitions: [], zeros };
}

/**
 * The file system or disk in `source` that starts at another byte; null if none is found. Reads the first MiB and some
 * places where such a file system has a superblock.
 */
export async function identifyShifted(source: ByteSource): Promise<StartFacts | null> {
  // with the superblock of what starts in the last bytes of the first MiB
  const found = await findShifted(source, await bytesAt(source, 0, headBytes + 2048));
  if (found === null) return null;
  const { name, startsAt } = found;
  const subject = name === 'GPT' ? 'a disk (GPT)' : `an ${name} file system`;
  const what =
    startsAt > 0
      ? `a file with ${subject} from byte ${startsAt} on`
      : `${subject} whose first ${-startsAt} bytes are missing`;
  return { kind: 'shifted', name, what, claims: true, partitions: [], startsAt };
}
