/** Field functions: each reads one field of an on-disk record from a view, and has the field's offset and length. */

/** Reads the field of the record that starts at byte `at` of `view`. */
export interface Field {
  (view: DataView, at: number): number;
  /** Bytes from the start of the record. */
  readonly offset: number;
  /** Length on disk in bytes. */
  readonly bytes: number;
}

function field(offset: number, bytes: number, read: (view: DataView, at: number) => number): Field {
  return Object.assign(read, { offset, bytes });
}

/** Unsigned byte. */
export const u8 = (offset: number): Field => field(offset, 1, (view, at) => view.getUint8(at + offset));
/** Unsigned 16-bit little-endian. */
export const u16 = (offset: number): Field => field(offset, 2, (view, at) => view.getUint16(at + offset, true));
/** Unsigned 32-bit little-endian. */
export const u32 = (offset: number): Field => field(offset, 4, (view, at) => view.getUint32(at + offset, true));
/** Unsigned 16-bit big-endian; the journal's byte order. */
export const be16 = (offset: number): Field => field(offset, 2, (view, at) => view.getUint16(at + offset, false));
/** Unsigned 32-bit big-endian; the journal's byte order. */
export const be32 = (offset: number): Field => field(offset, 4, (view, at) => view.getUint32(at + offset, false));
/** Unsigned 64-bit little-endian; exact below 2^53. */
export const u64 = (offset: number): Field =>
  field(
    offset,
    8,
    (view, at) => view.getUint32(at + offset, true) + view.getUint32(at + offset + 4, true) * 4294967296,
  );

/** Unsigned 64-bit big-endian; exact below 2^53. */
export const be64 = (offset: number): Field =>
  field(
    offset,
    8,
    (view, at) => view.getUint32(at + offset, false) * 4294967296 + view.getUint32(at + offset + 4, false),
  );

/** Raw bytes inside a record: text, a UUID, an array. */
export interface Region {
  (view: DataView, at: number): Uint8Array;
  readonly offset: number;
  readonly bytes: number;
}

/** `length` raw bytes, as a view of the record, not a copy. */
export const raw = (offset: number, length: number): Region =>
  Object.assign((view: DataView, at: number) => new Uint8Array(view.buffer, view.byteOffset + at + offset, length), {
    offset,
    bytes: length,
  });

/** Low and high halves of a 64-bit value as one number; exact below 2^53. */
export const join32 = (low: number, high: number): number =>
  // V8 boxes a sum that contains a product, even a small one
  high === 0 ? low : high * 4294967296 + low;

/** Low and high halves of a 64-bit value for a report: a number, or the digits where a number would not be exact. */
export function exact64(low: number, high: number): number | string {
  if (high < 2 ** 21) return join32(low, high);
  // divided by a million in steps that stay below 2^53
  const million = 1_000_000;
  const rest = (high % million) * 4294967296 + low;
  const millions = Math.floor(high / million) * 4294967296 + Math.floor(rest / million);
  return `${millions}${String(rest % million).padStart(6, '0')}`;
}
