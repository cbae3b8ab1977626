/** The table of names of a block: finds equal names and illegal bytes as a plain loop does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameTable } from '../../../src/checks/directories/names';
import { dirent, direntHeaderSize, direntSize } from '../../../src/layout/dirent';

/** A block of entries with these names, and where each lies. */
function blockOf(names: readonly Uint8Array[]): { bytes: Uint8Array; view: DataView; places: number[] } {
  // what lies behind a name must not count
  const bytes = new Uint8Array(4096).fill(0x2f);
  const view = new DataView(bytes.buffer);
  const places: number[] = [];
  let at = 0;
  for (const name of names) {
    view.setUint8(at + dirent.name_len.offset, name.length);
    bytes.set(name, at + direntHeaderSize);
    places.push(at);
    at += direntSize(name.length);
  }
  return { bytes, view, places };
}

const name = fc.oneof(
  fc.uint8Array({ minLength: 0, maxLength: 40 }),
  fc.array(fc.constantFrom(0, 1, 0x2e, 0x2f, 0x30, 0x80, 0xff), { maxLength: 9 }).map((list) => Uint8Array.from(list)),
);

test('says of every name whether it was there and whether it is illegal', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 60 }), (names) => {
      const { bytes, view, places } = blockOf(names);
      const table = new NameTable(bytes.length);
      table.clear();
      const seen = new Set<string>();
      for (const [i, given] of names.entries()) {
        const hash = table.hash(view, places[i]!, given.length);
        expect(table.illegal).toBe(given.includes(0) || given.includes(0x2f));
        expect(table.add(bytes, places[i]!, given.length, hash)).toBe(seen.has(given.join()));
        seen.add(given.join());
      }
      table.clear();
      if (names.length > 0)
        expect(table.add(bytes, 0, names[0]!.length, table.hash(view, 0, names[0]!.length))).toBe(false);
    }),
  );
});
