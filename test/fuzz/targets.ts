/** The targets of mutations in an image: fields of records, and areas that are written as one piece. */
import { type Field, type Region, u32 } from '../../src/bytes/field';
import type { TestImage } from '../support/image';
import type { Stamp } from './stamps';

/** A record at a byte offset; its fields have offsets from there. */
export interface Site {
  /** What it is, for people: 'inode 12'. */
  what: string;
  fields: Readonly<Record<string, Field | Region>>;
  at: number;
  stamp: Stamp | null;
}

/** A stretch that is written as one piece: a block, a bitmap, the inode table of a group. */
export interface Piece {
  what: string;
  at: number;
  length: number;
  stamp: Stamp | null;
}

/** All that can be aimed at, by kind, so that many inodes do not drown the one journal. */
export class Targets {
  readonly sites = new Map<string, Site[]>();
  readonly pieces = new Map<string, Piece[]>();

  constructor(readonly image: TestImage) {}

  site(kind: string, what: string, fields: Site['fields'], at: number, stamp: Stamp | null): void {
    if (Object.keys(fields).length === 0) return;
    const list = this.sites.get(kind) ?? [];
    this.sites.set(kind, list);
    list.push({ what, fields, at, stamp });
  }

  piece(kind: string, what: string, at: number, length: number, stamp: Stamp | null): void {
    const list = this.pieces.get(kind) ?? [];
    this.pieces.set(kind, list);
    list.push({ what, at, length, stamp });
  }

  block(kind: string, block: number, stamp: Stamp | null): void {
    this.piece(kind, `${kind} ${block}`, this.image.blockAt(block), this.image.made.blockSize, stamp);
  }
}

const wordTables = new Map<string, Site['fields']>();

/** The 32-bit words of a record or block from byte `from`, named by their place. Records of one shape share a table. */
export function wordFields(name: string, from: number, count: number): Site['fields'] {
  const key = `${name} ${from} ${count}`;
  let table = wordTables.get(key);
  if (!table) {
    table = Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}[${i}]`, u32(from + i * 4)]));
    wordTables.set(key, table);
  }
  return table;
}
