/** Finds the parts of an ELF file that must contain data: tables of sections, strings and symbols — System V ABI, "Object Files". */

interface Range {
  at: number;
  length: number;
}

/** Reads bytes of the file; fewer at its end. */
export type ReadAt = (at: number, length: number) => Promise<Uint8Array>;

const maxSections = 4096;
const sectionType = { SYMTAB: 2, STRTAB: 3, DYNSYM: 11 };
/** Consecutive NUL bytes that a table may have: its first entry, and unused space at its end. */
const allowed = 256;

/** 64-bit words are exact below 2^53; larger offsets are outside any file. */
const word = (view: DataView, at: number, wide: boolean, little: boolean): number =>
  wide
    ? view.getUint32(at + (little ? 0 : 4), little) + view.getUint32(at + (little ? 4 : 0), little) * 2 ** 32
    : view.getUint32(at, little);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The table of sections, and the tables of strings and symbols in it; none if the header is invalid. */
export async function filledRanges(head: Uint8Array, size: number, read: ReadAt): Promise<Range[]> {
  const wide = head[4] === 2;
  const little = head[5] === 1;
  if (head.length < 64 || (head[4] !== 1 && !wide) || (head[5] !== 2 && !little)) return [];
  const header = viewOf(head);
  const tableAt = word(header, wide ? 0x28 : 0x20, wide, little);
  const entrySize = header.getUint16(wide ? 0x3a : 0x2e, little);
  const count = Math.min(header.getUint16(wide ? 0x3c : 0x30, little), maxSections);
  if (tableAt === 0 || count < 2 || entrySize < (wide ? 64 : 40) || tableAt + entrySize * count > size) return [];
  const ranges: Range[] = [{ at: tableAt, length: entrySize * count }];
  const table = await read(tableAt, entrySize * count);
  const view = viewOf(table);
  for (let at = 0; at + entrySize <= table.length; at += entrySize) {
    const type = view.getUint32(at + 4, little);
    if (type !== sectionType.SYMTAB && type !== sectionType.STRTAB && type !== sectionType.DYNSYM) continue;
    ranges.push({
      at: word(view, at + (wide ? 0x18 : 0x10), wide, little),
      length: word(view, at + (wide ? 0x20 : 0x14), wide, little),
    });
  }
  return ranges;
}

/** Whether a run of NUL bytes covers more of a table than is allowed. */
export const isForbidden = (ranges: readonly Range[], run: Range): boolean =>
  ranges.some(
    ({ at, length }) =>
      Math.min(at + length, run.at + run.length) - Math.max(at, run.at) > Math.min(allowed, length - 1),
  );
