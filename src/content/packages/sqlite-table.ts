/** Reads rows of a table in an SQLite database: a tree of pages, with overflow chains for long values — fileformat2. */
import { joined } from '../../bytes/joined';
import { attempt, demand } from './package-file';
import type { SqlitePages } from './sqlite-pages';

const interior = 5;
const leaf = 13;
/** Most levels of a tree; the largest database has far fewer. */
const maxDepth = 24;
const schemaPage = 1;
/** The first page starts with the header of the file. */
const fileHeader = 100;

/** A variable-length integer and the offset after it. @throws DatabaseError at the end of the bytes */
export function varint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i];
    demand(byte !== undefined, 'a number is truncated');
    if (i === 8) return { value: value * 256 + byte, next: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  throw new Error('unreachable');
}

/** Bytes of a value of serial type `type`. */
function widthOf(type: number): number {
  const fixed = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type];
  if (fixed !== undefined) return fixed;
  demand(type >= 12, `a value has the reserved type ${type}`);
  return Math.floor((type - 12) / 2);
}

/** A value of a row: its type and its bytes in the row. */
export interface Value {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The values of a row. @throws DatabaseError */
export function valuesOf(row: Uint8Array): Value[] {
  const header = varint(row, 0);
  demand(header.value >= header.next && header.value <= row.length, 'a row has a wrong header');
  const values: Value[] = [];
  let from = header.value;
  for (let at = header.next; at < header.value; ) {
    const { value: type, next } = varint(row, at);
    const width = widthOf(type);
    demand(next <= header.value && from + width <= row.length, 'a row is truncated');
    values.push({ type, bytes: row.subarray(from, from + width) });
    from += width;
    at = next;
  }
  return values;
}

function integerOf({ type, bytes }: Value): number {
  if (type === 8 || type === 9) return type - 8;
  demand(type >= 1 && type <= 6, 'a page number is not an integer');
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

class TableReader {
  constructor(
    private readonly pages: SqlitePages,
    private readonly damaged: (what: string) => void,
  ) {}

  /** The bytes of the cell at `at`, including its overflow pages. @throws DatabaseError */
  private payload(page: Uint8Array, at: number): Uint8Array {
    const { usable } = this.pages;
    const size = varint(page, at);
    const { next } = varint(page, size.next);
    const most = usable - 35;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const some = least + ((size.value - least) % (usable - 4));
    const local = size.value <= most ? size.value : some <= most ? some : least;
    demand(next + local + (local < size.value ? 4 : 0) <= usable, 'a row extends past its page');
    if (local === size.value) return page.subarray(next, next + local);
    return this.chain(page, next, local, size.value);
  }

  private chain(page: Uint8Array, at: number, local: number, size: number): Uint8Array {
    const { pages } = this;
    const each = pages.usable - 4;
    const parts = [page.subarray(at, at + local)];
    let have = local;
    let number = new DataView(page.buffer, page.byteOffset + at + local, 4).getUint32(0);
    // memory depends on the pages that exist, not on the stored size
    while (have < size) {
      demand(number !== 0, `a row of ${size} bytes ends after ${have}`);
      const { view, bytes } = pages.take(number);
      const length = Math.min(each, size - have);
      parts.push(bytes.subarray(4, 4 + length));
      have += length;
      number = view.getUint32(0);
    }
    return joined(parts, size);
  }

  /** Rows below page `number`, in order. Damaged ones are reported and skipped. */
  *rows(number: number, depth = 0): Generator<Uint8Array, void, undefined> {
    const damaged = this.damaged;
    const page = attempt(() => {
      demand(depth < maxDepth, `page ${number} is ${depth} levels deep`);
      return this.pages.take(number);
    }, damaged);
    if (page === null) return;
    const { view, bytes } = page;
    const head = number === schemaPage ? fileHeader : 0;
    const kind = view.getUint8(head);
    const cells = view.getUint16(head + 3);
    const from = head + (kind === interior ? 12 : 8);
    const sound = (kind === interior || kind === leaf) && from + 2 * cells <= bytes.length;
    if (!sound) {
      damaged(`page ${number} is not a page of a table`);
      return;
    }
    for (let i = 0; i < cells; i++) {
      const at = view.getUint16(from + 2 * i);
      if (at + 4 > bytes.length) damaged(`page ${number} has a row outside the page`);
      else if (kind === interior) yield* this.rows(view.getUint32(at), depth + 1);
      else {
        const row = attempt(
          () => this.payload(bytes, at),
          (what) => damaged(`page ${number}: ${what}`),
        );
        if (row !== null) yield row;
      }
    }
    if (kind === interior) yield* this.rows(view.getUint32(head + 8), depth + 1);
  }
}

/**
 * All rows of a table. Damaged ones are reported to `damaged`, and omitted. Each page is read at most once.
 * @throws DatabaseError if there is no such table
 */
export function* tableRows(
  pages: SqlitePages,
  table: string,
  damaged: (what: string) => void,
): Generator<Uint8Array, void, undefined> {
  const reader = new TableReader(pages, damaged);
  const text = new TextDecoder();
  let root: number | null = null;
  for (const row of reader.rows(schemaPage)) {
    // type, name, table, root page, statement
    const values = attempt(() => valuesOf(row), damaged);
    if (values === null || values.length < 4) continue;
    const [type, name] = values.map(({ bytes }) => text.decode(bytes.subarray(0, 64)));
    if (type === 'table' && name === table) root = attempt(() => integerOf(values[3]!), damaged);
  }
  demand(root !== null, `it has no table ${table}`);
  yield* reader.rows(root);
}
