/** Variants of a sound image in which one field of a record that a mount reads has a value at its edges. */
import type { Field, Region } from '../../src/bytes/field';
import { groupDesc } from '../../src/layout/group';
import { inode, reservedInode } from '../../src/layout/inode';
import { journalSuperblock } from '../../src/layout/journal';
import { superblock, superblockOffset } from '../../src/layout/superblock';
import { restamp, type Stamp } from '../fuzz/stamps';
import { wordFields } from '../fuzz/targets';
import { blocksOf } from './directory';
import type { TestImage } from './image';

/** A record whose fields are set one after the other, with its checksum made right. */
export interface VariedRecord {
  name: string;
  fields: Readonly<Record<string, Field | Region>>;
  /** Byte of the image. */
  at: number;
  stamp: Stamp;
}

export interface Variant {
  /** The record, the field and both values. */
  what: string;
  image: TestImage;
}

/** Fields in which each bit has a meaning. */
const flagFields = /flags|feature|state|default_mount_opts/;

/** Values at the edges of a field, next to the stored one and, in words of flags, with one other bit. */
function edges(field: string, stored: number, bits: number): number[] {
  const most = 2 ** bits - 1;
  const flipped = flagFields.test(field) ? Array.from({ length: bits }, (_, bit) => (stored ^ (2 ** bit)) >>> 0) : [];
  return [...new Set([0, 1, most, 2 ** (bits - 1), stored + 1, stored - 1, ...flipped])].filter(
    (value) => value >= 0 && value <= most && value !== stored,
  );
}

export const superblockRecord = (): VariedRecord => ({
  name: 'superblock',
  fields: superblock,
  at: superblockOffset,
  stamp: { of: 'superblock', at: superblockOffset },
});

function inodeRecord(image: TestImage, ino: number): VariedRecord {
  const at = image.inodeAt(ino);
  const fields = { ...inode, ...wordFields('i_block', inode.i_block.offset, 15) };
  const inside = Object.entries(fields).filter(([, { offset, bytes }]) => offset + bytes <= image.made.inodeSize);
  return { name: `inode ${ino}`, fields: Object.fromEntries(inside), at, stamp: { of: 'inode', ino, at } };
}

/** The records besides the superblock that a mount reads. */
export function otherRecords(image: TestImage): VariedRecord[] {
  const { sb, features, descSize } = image.made;
  const inodes: number[] = [reservedInode.ROOT];
  const records: VariedRecord[] = [];
  if (features.has_journal) {
    const at = image.blockAt([...blocksOf(image, sb.s_journal_inum).values()][0]!);
    records.push({ name: 'journal superblock', fields: journalSuperblock, at, stamp: { of: 'journal', at } });
    inodes.push(sb.s_journal_inum);
  }
  if (features.resize_inode) inodes.push(reservedInode.RESIZE);
  if (features.orphan_file) inodes.push(sb.s_orphan_file_inum);
  const kept = Object.entries(groupDesc).filter(([, { offset, bytes }]) => offset + bytes <= descSize);
  records.push({
    name: 'descriptor 0',
    fields: Object.fromEntries(kept),
    at: image.groupAt(0),
    stamp: { of: 'descriptor', group: 0 },
  });
  return [...records, ...inodes.map((ino) => inodeRecord(image, ino))];
}

/** All variants of a record, of fields of at most four bytes. `load` returns a fresh copy of the image. */
export function* variantsOf({ name, fields, at, stamp }: VariedRecord, load: () => TestImage): Generator<Variant> {
  for (const [field, access] of Object.entries(fields)) {
    if (access.bytes > 4) continue;
    const stored = access(load().view, at);
    if (typeof stored !== 'number') continue;
    for (const value of edges(field, stored, access.bytes * 8)) {
      const image = load().poke(access as Field, at, value);
      restamp(image, stamp);
      yield { what: `${name}: ${field} ${stored} -> ${value}`, image };
    }
  }
}
