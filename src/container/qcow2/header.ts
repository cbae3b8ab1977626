/** The header of a qcow2 image, version 2 or 3. */
import { be32, be64, u8 } from '../../bytes/field';
import { printable } from '../../report/printable';
import type { ByteSource } from '../../source/source';
import { ContainerError, damaged, unsupported } from '../error';
import { readRecord, viewOf } from '../tables';
import { type Extensions, readExtensions, textAt } from './extensions';

export interface Header {
  version: number;
  clusterBits: number;
  /** Bytes of the disk. */
  size: number;
  /** Byte of the L1 table. */
  l1At: number;
  /** Entries of the L1 table that describe the disk; those after them are of a saved state. */
  l1Entries: number;
  snapshots: number;
  isDirty: boolean;
  isCorrupt: boolean;
  /** Entries of L2 tables have a bitmap of subclusters. */
  isExtended: boolean;
  compression: 'deflate-raw' | 'zstd';
  backing: { name: string; format: string | null } | null;
  /** The file with the clusters, if it is another one; its name may be missing. */
  dataFile: { name: string | null } | null;
}

export const magic = 0x514649fb;

/** The header's fields by the names of the format. */
const fields = {
  version: be32(4),
  backingAt: be64(8),
  backingLength: be32(16),
  clusterBits: be32(20),
  size: be64(24),
  encryption: be32(32),
  l1Length: be32(36),
  l1At: be64(40),
  snapshots: be32(60),
  incompatibleHigh: be32(72),
  incompatibleLow: be32(76),
  headerLength: be32(100),
  compressionType: u8(104),
};

const lengthOfVersion2 = 72;
const lengthOfVersion3 = 104;

const dirty = 1;
const corrupt = 2;
const external = 4;
const compressionType = 8;
const extendedEntries = 16;
const known = dirty | corrupt | external | compressionType | extendedEntries;

const mostNameBytes = 1023;

/** Writes the disk into a raw file. */
export const convert = 'qemu-img convert -O raw FILE FILE.raw';

/** @throws ContainerError, SourceError */
export async function readHeader(source: ByteSource): Promise<Header> {
  const start = viewOf(await readRecord(source, 0, lengthOfVersion2, 'the header'));
  const version = fields.version(start, 0);
  if (version !== 2 && version !== 3) throw unsupported(`the version ${version} of this format is not known`, convert);
  const clusterBits = fields.clusterBits(start, 0);
  if (clusterBits < 9 || clusterBits > 21)
    throw damaged(`the field cluster_bits is ${clusterBits}, which is not within 9 to 21`);
  const clusterBytes = 2 ** clusterBits;
  if (version === 3) await readRecord(source, 0, lengthOfVersion3, 'the header');
  const view = viewOf(await readRecord(source, 0, Math.min(source.size, clusterBytes), 'the first cluster'));
  const headerLength = version === 2 ? lengthOfVersion2 : fields.headerLength(view, 0);
  if (headerLength % 8 !== 0 || headerLength > view.byteLength || (version === 3 && headerLength < lengthOfVersion3))
    throw damaged(`the field header_length is ${headerLength}`);

  const backingAt = fields.backingAt(view, 0);
  if (backingAt !== 0 && (backingAt < headerLength || backingAt >= view.byteLength))
    throw damaged(`the field backing_file_offset is ${backingAt}, which is not in the first cluster after the header`);
  const extensions = readExtensions(view, headerLength, backingAt === 0 ? view.byteLength : backingAt);
  const bits = version === 2 ? 0 : readFeatures(view, extensions);
  refuseEncryption(fields.encryption(view, 0));

  const isExtended = (bits & extendedEntries) !== 0;
  if (isExtended && clusterBits < 14)
    throw damaged(`the field cluster_bits is ${clusterBits}, but extended L2 entries need 14 at least`);
  return {
    version,
    clusterBits,
    ...readTable(view, clusterBytes, isExtended, source.size),
    snapshots: fields.snapshots(view, 0),
    isDirty: (bits & dirty) !== 0,
    isCorrupt: (bits & corrupt) !== 0,
    isExtended,
    compression: readCompression(view, headerLength, (bits & compressionType) !== 0),
    backing: backingAt === 0 ? null : { name: readBackingName(view, backingAt), format: extensions.backingFormat },
    dataFile: (bits & external) === 0 ? null : { name: extensions.dataFile },
  };
}

/** The low incompatible feature bits, all known. */
function readFeatures(view: DataView, { features }: Extensions): number {
  const low = fields.incompatibleLow(view, 0);
  const high = fields.incompatibleHigh(view, 0);
  const unknown: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    const isSet = ((bit < 32 ? low & ~known : high) >>> (bit % 32)) & 1;
    const name = features.get(bit);
    if (isSet) unknown.push(name ? `bit ${bit} "${printable(name)}"` : `bit ${bit}`);
  }
  if (unknown.length > 0)
    throw unsupported(`the field incompatible_features has unknown features: ${unknown.join(', ')}`, convert);
  return low;
}

function refuseEncryption(method: number): void {
  if (method === 0) return;
  if (method > 2) throw damaged(`the field crypt_method is ${method}, which is not within 0 to 2`);
  throw unsupported(
    `it is encrypted with ${method === 1 ? 'AES' : 'LUKS'}`,
    "printf %s 'PASSPHRASE' > key.txt",
    'qemu-img convert --object secret,id=key,file=key.txt --image-opts ' +
      'driver=qcow2,encrypt.key-secret=key,file.driver=file,file.filename=FILE -O raw FILE.raw',
  );
}

function readTable(
  view: DataView,
  clusterBytes: number,
  isExtended: boolean,
  fileSize: number,
): Pick<Header, 'size' | 'l1At' | 'l1Entries'> {
  const size = fields.size(view, 0);
  if (size > Number.MAX_SAFE_INTEGER) throw damaged(`the field size is ${size}, but less than 2^53 is supported`);
  const l1Length = fields.l1Length(view, 0);
  const l1At = fields.l1At(view, 0);
  const l1Entries = Math.ceil(size / (clusterBytes * (clusterBytes / (isExtended ? 16 : 8))));
  if (l1Length < l1Entries)
    throw damaged(`the field l1_size is ${l1Length}, but a disk of ${size} bytes needs ${l1Entries} entries`);
  if (l1Entries > 0 && (l1At === 0 || l1At % clusterBytes !== 0))
    throw damaged(`the field l1_table_offset is ${l1At}, which is not the start of a cluster after the header`);
  if (l1Entries > 0 && l1At + l1Entries * 8 > fileSize)
    throw damaged(
      `the field l1_table_offset is ${l1At}, but the ${l1Entries} entries are past the end of the ${fileSize} bytes`,
    );
  return { size, l1At, l1Entries };
}

function readCompression(view: DataView, headerLength: number, isMarked: boolean): Header['compression'] {
  const type = headerLength > fields.compressionType.offset ? fields.compressionType(view, 0) : 0;
  if (isMarked !== (type !== 0))
    throw damaged(`the field compression_type is ${type}, but its feature bit is ${isMarked ? 'set' : 'not set'}`);
  if (type > 1) throw unsupported(`the compression type ${type} is not known`, convert);
  return type === 1 ? 'zstd' : 'deflate-raw';
}

function readBackingName(view: DataView, at: number): string {
  const length = fields.backingLength(view, 0);
  if (length === 0 || length > mostNameBytes || length > view.byteLength - at)
    throw damaged(`the field backing_file_size is ${length}, which is not a length of a name at byte ${at}`);
  return textAt(view, at, length);
}

/**
 * The path in the name of a backing or data file.
 * @throws ContainerError for the other ways in which qemu names one
 */
export function pathIn(name: string, what: string): string {
  const path = name.startsWith('file:') ? name.slice('file:'.length) : name;
  // one letter is a drive
  if (/^[^/:]{2,}:/.test(path))
    throw new ContainerError('container-needs-file', `its ${what} is "${printable(name)}", which only qemu can open`, [
      convert,
    ]);
  return path;
}
