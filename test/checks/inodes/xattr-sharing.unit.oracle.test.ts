import { expect } from 'vitest';
import { checkImage } from '../../../src/check';
import { Regions } from '../../../src/checks/inodes/xattr/regions';
import { inode, inodeFlags } from '../../../src/layout/inode';
import { xattrEntry, xattrHeader } from '../../../src/layout/xattr';
import { makeImage } from '../../support/e2fsprogs';
import { nativeTest, unitTest } from '../../support/project-tests';

/** Inodes that share one attribute block. */
const sharers = 10_000;

nativeTest(
  'an attribute block that ten thousand inline files share is read once',
  async () => {
    const image = makeImage({
      size: '8M',
      options: '-t ext4 -b 4096 -I 256 -N 12000 -O inline_data,^has_journal',
      commands: ['write /dev/null a', 'ea_set a user.a 1', `ea_set a user.b ${'b'.repeat(2000)}`],
      settle: true,
    });
    const first = image.inodeAt(12);
    const block = inode.i_file_acl_lo(image.view, first);
    expect(block).toBeGreaterThan(0);
    // as many small attributes as fit, so that each look at them costs
    const from = image.blockAt(block) + 32;
    image.fill(from, 4096 - 32);
    for (let i = 0; i < 190; i++) {
      const at = from + i * 20;
      image.poke(xattrEntry.e_name_len, at, 3).poke(xattrEntry.e_name_index, at, 1);
      image.bytes.set([97 + (i % 26), 97 + Math.floor(i / 26), 97], at + 16);
    }
    image.poke(xattrHeader.h_refcount, image.blockAt(block), sharers);
    const model = image.bytes.slice(first, first + 256);
    for (let ino = 13; ino < 12 + sharers; ino++) {
      const at = image.inodeAt(ino);
      image.bytes.set(model, at);
      image.poke(inode.i_flags, at, inodeFlags.INLINE_DATA).poke(inode.i_mode, at, 0o100644);
    }
    let reads = 0;
    const source = image.source();
    const began = performance.now();
    const { findings } = await checkImage({
      size: source.size,
      read(at, into) {
        reads++;
        return source.read(at, into);
      },
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(reads).toBeLessThan(1000);
    expect(findings.filter(({ id }) => id === 'inode-unattached').length).toBe(sharers - 1);
    expect(findings.filter(({ id }) => id === 'xattr-refcount-wrong')).toEqual([]);
  },
  30_000,
);

unitTest('ranges may touch but not overlap, in whatever order they are taken', () => {
  const regions = new Regions(100);
  expect(regions.take(10, 10)).toBe(true);
  expect(regions.take(30, 10)).toBe(true);
  expect(regions.take(20, 10)).toBe(true);
  expect(regions.take(15, 1)).toBe(false);
  expect(regions.take(39, 2)).toBe(false);
  expect(regions.take(0, 11)).toBe(false);
  expect(regions.take(0, 10)).toBe(true);
  expect(regions.take(40, 61)).toBe(false);
  expect(regions.take(40, 60)).toBe(true);
  expect(regions.take(50, 1)).toBe(false);
});
