/** The checksums of all kinds of journal blocks. */
import { crc32c, crc32cZeros } from '../bytes/crc32c';
import { journalCommit, journalTailSize } from '../layout/journal';
import { bytesOf } from '../volume/volume';
import type { LogFormat } from './format';

/** Whether each block has its own checksum. */
export const sumsBlocks = (format: LogFormat): boolean => format.checksums >= 2;

/** Bytes of the checksum at the end of a descriptor or revoke block. */
export const tailSize = (format: LogFormat): number => (sumsBlocks(format) ? journalTailSize : 0);

/** The checksum over `bytes`, in which the 4 bytes at `hole` count as zero. */
function sumAround(seed: number, bytes: Uint8Array, hole: number): number {
  return crc32c(crc32cZeros(crc32c(seed, bytes, 0, hole), 4), bytes, hole + 4);
}

/** Whether the checksum at the end of a descriptor or revoke block is right; true where there is none. */
export function tailGood(format: LogFormat, view: DataView): boolean {
  if (!sumsBlocks(format)) return true;
  const at = view.byteLength - journalTailSize;
  return view.getUint32(at, false) === sumAround(format.seed, bytesOf(view), at);
}

/** Whether the checksum of a commit block itself is right; true where there is none. */
export function commitGood(format: LogFormat, view: DataView): boolean {
  if (!sumsBlocks(format)) return true;
  return journalCommit.h_chksum(view, 0) === sumAround(format.seed, bytesOf(view), journalCommit.h_chksum.offset);
}

const sequenceView = new DataView(new ArrayBuffer(4));

/** The checksum of a data block in transaction `sequence`, as in its tag; with csum_v2 only the low half. */
export function dataChecksum(format: LogFormat, sequence: number, view: DataView): number {
  sequenceView.setUint32(0, sequence, false);
  const sum = crc32c(crc32c(format.seed, bytesOf(sequenceView)), bytesOf(view));
  return format.checksums === 3 ? sum : sum & 0xffff;
}

/** Values of `h_chksum_type` in version 1. */
const crc32Type = 1;
const crc32Size = 4;

/**
 * Whether a commit block of version 1 matches the checksum of its transaction. Kernels without checksums left zeros.
 */
export function transactionGood(view: DataView, sum: number): boolean {
  const type = journalCommit.h_chksum_type(view, 0);
  const size = journalCommit.h_chksum_size(view, 0);
  const stored = journalCommit.h_chksum(view, 0);
  return (type === crc32Type && size === crc32Size && stored === sum) || (type === 0 && size === 0 && stored === 0);
}
