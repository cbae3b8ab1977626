/** The header of a sparse extent of VMDK, and the footer that a stream-optimized one has instead of it. */
import { u8, u16, u32, u64 } from '../../bytes/field';
import type { ByteSource } from '../../source/source';
import { ContainerError, damaged, unsupported } from '../error';
import { readRecord, signatureAt, viewOf } from '../tables';

export const sectorBytes = 512;

const fields = {
  version: u32(4),
  flags: u32(8),
  capacity: u64(12),
  grainSize: u64(20),
  descriptorOffset: u64(28),
  descriptorSize: u64(36),
  numGTEsPerGT: u32(44),
  rgdOffset: u64(48),
  gdOffset: u64(56),
  uncleanShutdown: u8(72),
  singleEndLineChar: u8(73),
  compressAlgorithm: u16(77),
};
const flagBits = { newlineTest: 1, redundantTable: 2, zeroGrains: 4, compressed: 2 ** 16, markers: 2 ** 17 };
/** What a transfer as text changes: a line feed, a space, a carriage return and a line feed. */
const newlineBytes = '\n \r\n';
const deflate = 1;
/** A table has 512 entries in all files that VMware or qemu-img writes. */
const mostTableEntries = 2 ** 16;
/** 2 MiB; the usual size is 64 KiB. */
const mostGrainSectors = 2 ** 12;

/** In sectors, except where noted. */
export interface SparseHeader {
  capacity: number;
  grainSize: number;
  descriptorOffset: number;
  descriptorSize: number;
  entriesPerTable: number;
  /** Undefined where there is only one grain directory. */
  rgdOffset: number | undefined;
  gdOffset: number;
  isUnclean: boolean;
  /** Whether the bytes are intact that a transfer in text mode changes. */
  hasNewlines: boolean;
  isCompressed: boolean;
  hasMarkers: boolean;
  /** Whether the entry 1 of a grain table is a grain of zeros. */
  hasZeroGrains: boolean;
}

/** Whether a file is a sparse extent in this format or an older or newer one, which are refused by name. */
export function sparseKind(head: Uint8Array): 'hosted' | 'COWD' | 'SESparse' | undefined {
  const start = signatureAt(head, 0, 4);
  if (start === 'KDMV') return 'hosted';
  if (start === 'COWD' && head.length >= 8 && viewOf(head).getUint32(4, true) === 1) return 'COWD';
  if (signatureAt(head, 0, 8) === '\xbe\xba\xfe\xca\0\0\0\0' && signatureAt(head, 8, 8) === '\x01\0\0\0\x02\0\0\0')
    return 'SESparse';
  return undefined;
}

/** @throws ContainerError */
export async function readSparseHeader(source: ByteSource): Promise<SparseHeader> {
  const first = await readRecord(source, 0, sectorBytes, 'the header of the sparse extent');
  if (viewOf(first).getUint32(fields.gdOffset.offset, true) !== 0xffffffff) return parse(first);
  if (viewOf(first).getUint32(fields.gdOffset.offset + 4, true) !== 0xffffffff) return parse(first);
  // written as a stream: a marker, the header with the place of the directory, and a marker of the end
  if (source.size < 3 * sectorBytes) throw damaged('it is truncated: its footer is missing');
  const end = await readRecord(source, source.size - 3 * sectorBytes, 3 * sectorBytes, 'the footer');
  if (!isFooterMarker(end) || signatureAt(end, sectorBytes, 4) !== 'KDMV')
    throw damaged('it does not end with its footer, so it is truncated');
  return parse(end.subarray(sectorBytes, 2 * sectorBytes));
}

const footerMarker = 3;
const isFooterMarker = (bytes: Uint8Array): boolean =>
  u32(8)(viewOf(bytes), 0) === 0 && u32(12)(viewOf(bytes), 0) === footerMarker;

function parse(bytes: Uint8Array): SparseHeader {
  const view = viewOf(bytes);
  const version = fields.version(view, 0);
  if (version < 1 || version > 3)
    throw unsupported(`its sparse format has version ${version}; versions 1 to 3 are read`);
  const flags = fields.flags(view, 0);
  const isCompressed = (flags & flagBits.compressed) !== 0;
  const algorithm = fields.compressAlgorithm(view, 0);
  if (algorithm !== (isCompressed ? deflate : 0)) throw damaged(`the field compressAlgorithm is ${algorithm}`);
  const grainSize = fields.grainSize(view, 0);
  if (grainSize < 1 || grainSize > mostGrainSectors || (grainSize & (grainSize - 1)) !== 0)
    throw damaged(`the field grainSize is ${grainSize}`);
  const entriesPerTable = fields.numGTEsPerGT(view, 0);
  if (entriesPerTable < 1 || entriesPerTable > mostTableEntries)
    throw damaged(`the field numGTEsPerGT is ${entriesPerTable}`);
  return {
    capacity: sectors(view, 'capacity', 1),
    grainSize,
    descriptorOffset: sectors(view, 'descriptorOffset', 0),
    descriptorSize: sectors(view, 'descriptorSize', 0),
    entriesPerTable,
    rgdOffset: (flags & flagBits.redundantTable) === 0 ? undefined : usable(() => sectors(view, 'rgdOffset', 1)),
    gdOffset: usable(() => sectors(view, 'gdOffset', 1)) ?? 0,
    isUnclean: fields.uncleanShutdown(view, 0) !== 0,
    hasNewlines:
      (flags & flagBits.newlineTest) === 0 || signatureAt(bytes, fields.singleEndLineChar.offset, 4) === newlineBytes,
    isCompressed,
    hasMarkers: (flags & flagBits.markers) !== 0,
    hasZeroGrains: (flags & flagBits.zeroGrains) !== 0,
  };
}

/** A number of sectors whose bytes are exact. */
function sectors(
  view: DataView,
  name: 'capacity' | 'descriptorOffset' | 'descriptorSize' | 'rgdOffset' | 'gdOffset',
  least: number,
): number {
  const value = fields[name](view, 0);
  if (!Number.isSafeInteger(value * sectorBytes) || value < least) throw damaged(`the field ${name} is ${value}`);
  return value;
}

/** One of two directories may be damaged. */
function usable(read: () => number): number | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContainerError) return undefined;
    throw error;
  }
}
