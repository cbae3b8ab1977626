/** Databases of rpm made without rpm: a header blob, and SQLite with a row that goes on in another page. */

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A header blob by hand: name, two files. */
export function rpmHeader(): Uint8Array {
  const entries: [tag: number, type: number, count: number, data: number[]][] = [];
  const text = (...values: string[]) => values.flatMap((value) => [...bytesOf(value), 0]);
  const words = (...values: number[]) => values.flatMap((v) => [v >>> 24, (v >>> 16) & 255, (v >>> 8) & 255, v & 255]);
  entries.push([1000, 6, 1, text('tool')]);
  entries.push([1116, 4, 2, words(0, 0)]);
  entries.push([1117, 8, 2, text('a', 'b')]);
  entries.push([1118, 8, 1, text('/usr/bin/')]);
  entries.push([1028, 4, 2, words(5, 6)]);
  entries.push([1030, 3, 2, [0x81, 0xa4, 0xa1, 0xff]]);
  entries.push([1036, 8, 2, text('', 'a')]);
  const data: number[] = [];
  const index: number[] = [];
  for (const [tag, type, count, value] of entries) {
    index.push(...words(tag, type, data.length, count));
    data.push(...value);
  }
  return Uint8Array.from([...words(entries.length, data.length), ...index, ...data]);
}

/** A database of SQLite by hand: a schema, and a table of one row that goes on in another page. */
export function sqliteDatabase(blob: Uint8Array): Uint8Array {
  const size = 512;
  const bytes = new Uint8Array(size * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(bytesOf('SQLite format 3\0'));
  view.setUint16(16, size);
  const leaf = (page: number, at: number, cell: Uint8Array) => {
    const from = size * (page + 1) - cell.length;
    bytes.set(cell, from);
    bytes[at] = 13;
    view.setUint16(at + 3, 1);
    view.setUint16(at + 8, from - size * page);
  };
  const row = [6, 23, 29, 29, 1, 13, ...bytesOf('tablePackagesPackages'), 2];
  // the serial types of 5, 8 and 8 bytes of text, of a small number, and of no text
  leaf(0, 100, Uint8Array.from([row.length, 1, ...row]));
  const type = 12 + 2 * blob.length;
  const head = [4, 0, 0x80 | (type >> 7), type & 0x7f];
  const payload = [...head, ...blob];
  const least = Math.floor(((size - 12) * 32) / 255) - 23;
  const some = least + ((payload.length - least) % (size - 4));
  const local = payload.length <= size - 35 ? payload.length : some <= size - 35 ? some : least;
  const cell = [0x80 | (payload.length >> 7), payload.length & 0x7f, 1, ...payload.slice(0, local)];
  if (local < payload.length) cell.push(0, 0, 0, 3);
  leaf(1, size, Uint8Array.from(cell));
  bytes.set(payload.slice(local), size * 2 + 4);
  return bytes;
}
