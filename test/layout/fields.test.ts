/** Every record of the on-disk format lists its fields in disk order, without overlap or gap, up to its size. */
import { expect, test } from 'vitest';
import { layoutTables } from '../support/layout-tables';

/** Bytes of each record, from the format's description, not from the tables. */
const sizes: Record<string, number> = {
  superblock: 1024,
  groupDesc: 64,
  inode: 160,
  extentHeader: 12,
  extentIndex: 12,
  extentLeaf: 12,
  dirent: 8,
  direntTail: 12,
  dxRootInfo: 8,
  dxEntry: 8,
  dxCountLimit: 4,
  dxTail: 8,
  xattrHeader: 32,
  xattrEntry: 16,
  journalSuperblock: 1024,
  journalHeader: 12,
  journalTag: 12,
  journalTag3: 16,
  journalCommit: 60,
  journalRevoke: 16,
  fastCommitTag: 4,
  fastCommitHead: 8,
  fastCommitTail: 8,
  fastCommitInode: 4,
  fastCommitRange: 12,
  fastCommitExtent: 4,
  fastCommitName: 8,
  mmpBlock: 1024,
  orphanTail: 8,
  quotaHeader: 32,
  quotaLeafHeader: 16,
  quotaEntry: 72,
  quotaEntryNarrow: 48,
  verityDescriptor: 256,
};

test('every record has a size to compare with', () => {
  expect(Object.keys(layoutTables).sort()).toEqual(Object.keys(sizes).sort());
});

test.each(Object.entries(sizes))('%s fills its %i bytes in disk order', (name, size) => {
  let end = 0;
  for (const [field, { offset, bytes }] of Object.entries(layoutTables[name]!)) {
    expect(bytes, `${name}.${field}`).toBeGreaterThan(0);
    expect(offset, `${name}.${field} starts where the field before it ends`).toBe(end);
    end = offset + bytes;
  }
  expect(end).toBe(size);
});

test.each(Object.entries(layoutTables))('each number of %s reads its own bytes and no others', (_name, table) => {
  for (const [field, place] of Object.entries(table)) {
    const { offset, bytes } = place;
    const at = 3;
    const ones = new Uint8Array(at + 1100);
    ones.fill(0xff, at + offset, at + offset + bytes);
    const inside = place(new DataView(ones.buffer), at);
    const outside = place(new DataView(ones.map((byte) => byte ^ 0xff).buffer), at);
    if (typeof inside === 'number') {
      // 64-bit fields are exact below 2^53 only
      expect(inside, field).toBe(bytes === 8 ? 0xffffffff + 0xffffffff * 2 ** 32 : 2 ** (8 * bytes) - 1);
      expect(outside, field).toBe(0);
    } else {
      expect([...inside], field).toEqual(Array(bytes).fill(0xff));
      expect([...(outside as Uint8Array)], field).toEqual(Array(bytes).fill(0));
    }
  }
});
