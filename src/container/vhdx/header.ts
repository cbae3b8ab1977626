/** The two headers of a VHDX file: the current one is valid and has the greater sequence number. */
import { crc32c } from '../../bytes/crc32c';
import { raw, u16, u32, u64 } from '../../bytes/field';
import type { ContainerNote } from '../../problem/container';
import type { ByteSource } from '../../source/source';
import { damaged, unsupported } from '../error';

import { readRecord, signatureAt, viewOf } from '../tables';
import { guidText, zeroGuid } from './guid';

export const mebibyte = 2 ** 20;
export const kibibyte = 1024;

const headerBytes = 4096;
const headerOffsets = [64 * kibibyte, 128 * kibibyte];
const checksum = u32(4);

const fields = {
  sequenceLow: u32(8),
  sequenceHigh: u32(12),
  logGuid: raw(48, 16),
  logVersion: u16(64),
  version: u16(66),
  logLength: u32(68),
  logOffset: u64(72),
};

/** Where the log is, for a file that was not closed. */
export interface LogPlace {
  guid: string;
  offset: number;
  length: number;
}

export interface Header {
  /** Undefined where there is nothing to replay. */
  log: LogPlace | undefined;
}

/** Whether the CRC-32C of a structure, computed with zeros in place of the stored one, is the stored one. */
export function hasChecksum(bytes: Uint8Array): boolean {
  return ~checksumFrom(-1, bytes) >>> 0 === checksum(viewOf(bytes), 0);
}

const fourZeros = new Uint8Array(4);

/** Goes on with a checksum over the start of a structure, with zeros in place of the stored one. */
export function checksumFrom(crc: number, bytes: Uint8Array): number {
  return crc32c(crc32c(crc32c(crc, bytes, 0, checksum.offset), fourZeros), bytes, checksum.offset + checksum.bytes);
}

/** A log has whole mebibytes and is after the headers and region tables. */
function logPlace(view: DataView): LogPlace | undefined {
  const guid = guidText(fields.logGuid(view, 0));
  if (guid === zeroGuid) return undefined;
  const version = fields.logVersion(view, 0);
  if (version !== 0)
    throw unsupported(`its log, which was not replayed, has version ${version}; only version 0 is read`);
  const length = fields.logLength(view, 0);
  const offset = fields.logOffset(view, 0);
  if (length === 0 || length % mebibyte !== 0) throw damaged(`the field LogLength is ${length}`);
  if (!Number.isSafeInteger(offset) || offset < mebibyte || offset % mebibyte !== 0)
    throw damaged(`the field LogOffset is ${offset}`);
  return { guid, length, offset };
}

/** @throws ContainerError */
export async function readHeader(source: ByteSource, notes: ContainerNote[]): Promise<Header> {
  const valid: DataView[] = [];
  for (const at of headerOffsets) {
    const bytes = await readRecord(source, at, headerBytes, 'the header');
    if (signatureAt(bytes, 0, 4) === 'head' && hasChecksum(bytes)) valid.push(viewOf(bytes));
  }
  const [first, second] = valid;
  if (first === undefined) throw damaged('both of its headers are damaged');
  if (second === undefined)
    notes.push({ kind: 'suspect', text: 'one of its two headers is damaged; the other is used' });

  let current = first;
  if (second !== undefined) {
    const order =
      fields.sequenceHigh(first, 0) - fields.sequenceHigh(second, 0) ||
      fields.sequenceLow(first, 0) - fields.sequenceLow(second, 0);
    // equal headers are what some programs leave
    if (order === 0 && !isSame(first, second))
      throw damaged('the field SequenceNumber is the same in both headers, which differ');
    if (order < 0) current = second;
  }
  const version = fields.version(current, 0);
  if (version !== 1) throw unsupported(`its format has version ${version}; only version 1 is read`);
  return { log: logPlace(current) };
}

function isSame(first: DataView, second: DataView): boolean {
  for (let at = 0; at < headerBytes; at += 4) if (first.getUint32(at) !== second.getUint32(at)) return false;
  return true;
}
