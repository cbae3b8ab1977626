/** Reads `Packages.db` of rpm's ndb, as on SUSE: slots that refer to blobs, each with a checksum. All little-endian. */

import { adler32 } from '../../bytes/adler32';
import { isAllZero } from '../../bytes/bitmap';
import { attempt, demand } from './package-file';

const headerSize = 32;
const slotSize = 16;
const pageSize = 4096;
/** Unit of a slot's offset and length, in bytes. */
const unit = 16;
const blobHead = 16;
const blobTail = 12;
const magic = { file: 0x506d7052, slot: 0x746f6c53, head: 0x53626c42, tail: 0x45626c42 } as const; // RpmP Slot BlbS BlbE

interface Slot {
  package: number;
  /** In units. */
  at: number;
  count: number;
}

/** Slots in use, in the order of their blobs. @throws DatabaseError if the header of the file is unusable */
function readSlots(bytes: Uint8Array, view: DataView, damaged: (what: string) => void): { slots: Slot[]; end: number } {
  demand(bytes.length >= headerSize, `it has only ${bytes.length} bytes`);
  demand(!isAllZero(bytes), `all of its ${bytes.length} bytes are NUL`);
  demand(view.getUint32(0, true) === magic.file, 'it does not start with the magic number of such a database');
  demand(view.getUint32(4, true) === 0, `it has the unknown version ${view.getUint32(4, true)}`);
  const end = view.getUint32(12, true) * pageSize;
  demand(end > 0 && end <= bytes.length, `its table of packages ends at byte ${end} of ${bytes.length}`);
  const slots: Slot[] = [];
  let lost = 0;
  for (let at = headerSize; at < end; at += slotSize) {
    if (view.getUint32(at, true) !== magic.slot) {
      lost++;
      continue;
    }
    const slot = {
      package: view.getUint32(at + 4, true),
      at: view.getUint32(at + 8, true),
      count: view.getUint32(at + 12, true),
    };
    if (slot.at !== 0) slots.push(slot);
  }
  if (lost > 0) damaged(`${lost} entries of its table of packages are destroyed`);
  return { slots: slots.sort((a, b) => a.at - b.at), end: end / unit };
}

/** The data of a blob. @throws DatabaseError if it does not match its slot and its checksum */
function blobOf(bytes: Uint8Array, view: DataView, slot: Slot): Uint8Array {
  const from = slot.at * unit;
  const to = from + slot.count * unit;
  const what = `package ${slot.package}`;
  demand(to <= bytes.length && slot.count * unit >= blobHead + blobTail, `${what} is outside the file`);
  const tail = to - blobTail;
  if (isAllZero(bytes, from, to)) demand(false, `${what} contains only NUL bytes`);
  demand(
    view.getUint32(from, true) === magic.head && view.getUint32(tail + 8, true) === magic.tail,
    `${what} is destroyed`,
  );
  demand(
    view.getUint32(from + 4, true) === slot.package,
    `${what} has the data of package ${view.getUint32(from + 4, true)}`,
  );
  const length = view.getUint32(from + 12, true);
  const fits = Math.ceil((blobHead + length + blobTail) / unit) === slot.count;
  demand(fits && view.getUint32(tail + 4, true) === length, `${what} has a wrong length`);
  demand(adler32(bytes, from, tail) === view.getUint32(tail, true), `the checksum of ${what} is wrong`);
  return bytes.subarray(from + blobHead, from + blobHead + length);
}

/**
 * Header blobs of all packages, in file order. Damaged ones are reported to `damaged`, and omitted.
 * @throws DatabaseError if the whole file is unusable
 */
export function* ndbBlobs(bytes: Uint8Array, damaged: (what: string) => void): Generator<Uint8Array, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const table = readSlots(bytes, view, damaged);
  const seen = new Set<number>();
  let { end } = table;
  for (const slot of table.slots) {
    // no byte is read for two packages, so the work is limited by the size of the file
    if (slot.at < end || seen.has(slot.package)) {
      damaged(`package ${slot.package} is duplicated, or overlaps another one`);
      continue;
    }
    end = slot.at + slot.count;
    seen.add(slot.package);
    const blob = attempt(() => blobOf(bytes, view, slot), damaged);
    if (blob !== null) yield blob;
  }
}
