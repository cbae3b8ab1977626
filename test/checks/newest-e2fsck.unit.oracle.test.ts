/**
 * What e2fsck 1.47.4 logs and 1.47.0 does not, or the other way round. Most systems have 1.47.0 only, so this table is held
 * against a newer e2fsck only where the environment variable EXTCHECK_E2FSCK_NEWEST has the path of one.
 */
import { expect } from 'vitest';
import { incompat } from '../../src/layout/features';
import { inodeFlags } from '../../src/layout/inode';
import { xattrEntry } from '../../src/layout/xattr';
import { checkWhole } from '../support/check-damages';
import { expectSameCodes } from '../support/compare-codes';
import { makeImage, versionOf } from '../support/e2fsprogs';
import { inShort, TestImage } from '../support/image';
import { nativeTest, oracleTest, unitTest } from '../support/project-tests';
import { addFlags, tree } from '../support/tree';
import { blockEntry, bodyEntry, flagsWithout, inBody, recipe, values } from '../support/value-inodes';

interface Row {
  name: string;
  /** The image needs mke2fs. */
  native?: true;
  image: () => TestImage;
  /** The findings with the codes of 1.47.0, in order and in short. */
  old: readonly string[];
  /** With those of 1.47.4; absent where they are the same. */
  newest?: readonly string[];
}

const newest = '1.47.4';
const ext4 = () => TestImage.load('ext4-4k-csum');
const unflag = (image: TestImage, ino: number) =>
  image.setInode(ino, { i_flags: flagsWithout(image, ino, inodeFlags.EA_INODE) });
const resize = (image: TestImage, size: number) => image.poke(xattrEntry.e_value_size, bodyEntry(image), size);
/** 'a' without attributes. */
const forget = (image: TestImage) => image.fill(bodyEntry(image) - 4, 4).setInode(inBody.ino, { i_blocks_lo: 0 });

const rows: readonly Row[] = [
  {
    name: 'a directory with the flag of value inodes',
    image: () => addFlags(ext4(), tree.home, inodeFlags.EA_INODE),
    old: ['xattr-inode-not-regular'],
    newest: ['xattr-inode-not-regular 0x010091'],
  },
  {
    name: 'a pipe with the flag of value inodes',
    image: () => addFlags(ext4(), tree.pipe, inodeFlags.EA_INODE),
    old: ['xattr-inode-not-regular'],
    newest: ['xattr-inode-not-regular 0x010091'],
  },
  {
    name: 'values in inodes without the feature',
    native: true,
    image: () => {
      const image = values();
      return image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat & ~incompat.ea_inode });
    },
    old: ['xattr-inode-without-feature', 'xattr-inode-without-feature'],
    newest: ['xattr-inode-without-feature 0x010092', 'xattr-inode-without-feature 0x010092'],
  },
  {
    name: 'a value inode with a name',
    native: true,
    image: () => makeImage(recipe(['ln <13> value'])),
    old: ['xattr-inode-named'],
    newest: ['xattr-inode-named 0x020055'],
  },
  {
    name: 'a value inode with a name and too many users',
    native: true,
    image: () => makeImage(recipe(['ln <13> value'])).setInode(inBody.value, { i_version: 5 }),
    old: ['xattr-inode-named', 'xattr-inode-refcount-wrong'],
    newest: ['xattr-inode-named 0x020055', 'xattr-inode-refcount-wrong 0x040005'],
  },
  {
    name: 'a value in an ordinary file',
    native: true,
    image: () => {
      const image = makeImage(recipe(['write /dev/null c']));
      return image.poke(xattrEntry.e_value_inum, bodyEntry(image), 16).setInode(16, { i_ctime: 7, i_atime: 7 });
    },
    old: [
      'xattr-value-inode-invalid 0x010083',
      'inode-blocks-wrong 0x01000d',
      'xattr-inode-named',
      'xattr-inode-unreferenced',
      'inode-unattached 0x040002',
    ],
    newest: [
      'xattr-value-inode-invalid 0x010053',
      'inode-blocks-wrong 0x01000d',
      'xattr-inode-named 0x020055',
      'xattr-inode-unreferenced 0x040008',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'a value inode without attribute and name',
    native: true,
    image: () => forget(values()),
    old: ['xattr-inode-unreferenced', 'inode-unattached 0x040002'],
    newest: ['xattr-inode-unreferenced 0x040008', 'inode-unattached 0x040002'],
  },
  {
    name: 'a named file with the flag of value inodes, which only 1.47.1 and 1.47.2 report',
    native: true,
    image: () => addFlags(makeImage(recipe(['write /dev/null c'])), 16, inodeFlags.EA_INODE),
    old: ['xattr-inode-flag-stray'],
  },
  {
    name: 'a value inode without its flag, named in an inode',
    native: true,
    image: () => unflag(values(), inBody.value),
    old: [
      'xattr-value-inode-flag-missing 0x010086',
      'xattr-value-inode-flag-missing 0x010085',
      'inode-blocks-wrong 0x01000d',
      'inode-unattached 0x040002',
    ],
    newest: [
      'xattr-value-inode-flag-missing 0x010086',
      'xattr-value-inode-flag-missing 0x010085',
      'inode-blocks-wrong 0x01000d',
      'inode-unattached',
    ],
  },
  {
    name: 'a value inode without its flag and of another size',
    native: true,
    image: () => unflag(resize(values(), 1400), inBody.value),
    old: [
      'xattr-value-inode-size-wrong',
      'xattr-value-inode-flag-missing 0x010086',
      'xattr-value-inode-flag-missing 0x010085',
      'inode-blocks-wrong 0x01000d',
      'inode-unattached 0x040002',
    ],
    newest: [
      'xattr-value-inode-size-wrong 0x010053',
      'xattr-value-inode-flag-missing',
      'xattr-value-inode-flag-missing',
      'inode-blocks-wrong 0x01000d',
      'inode-unattached',
    ],
  },
  {
    name: 'a value shorter than its inode',
    native: true,
    image: () => resize(values(), 1400),
    old: ['xattr-value-inode-size-wrong', 'inode-blocks-wrong'],
    newest: ['xattr-value-inode-size-wrong 0x010053', 'inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'a value of size 0',
    native: true,
    image: () => resize(values(), 0),
    old: ['xattr-value-inode-size-wrong', 'inode-blocks-wrong 0x01000d'],
    newest: ['xattr-value-inode-size-wrong 0x010053', 'inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'a value of size 0 in an empty inode',
    native: true,
    image: () => resize(values(), 0).setInode(inBody.value, { i_size_lo: 0 }),
    old: [
      'inode-size-wrong 0x01000c',
      'xattr-value-inode-size-wrong',
      'inode-blocks-wrong 0x01000d',
      'xattr-value-changed',
    ],
    newest: [
      'inode-size-wrong 0x01000c',
      'xattr-value-inode-size-wrong 0x010053',
      'inode-blocks-wrong 0x01000d',
      'xattr-value-changed',
    ],
  },
  {
    name: 'a value of another size and another checksum',
    native: true,
    image: () => resize(values(), 1400).setInode(inBody.value, { i_atime: 77 }),
    old: ['xattr-value-inode-hash-wrong 0x010054', 'inode-blocks-wrong 0x01000d', 'xattr-value-changed'],
    newest: ['xattr-value-inode-hash-wrong 0x010053', 'inode-blocks-wrong 0x01000d', 'xattr-value-changed'],
  },
  {
    name: 'a value shorter than its inode, named in a block',
    native: true,
    image: () => {
      const image = values();
      return image.poke(xattrEntry.e_value_size, blockEntry(image), 1400);
    },
    old: ['xattr-value-inode-size-wrong', 'inode-blocks-wrong'],
    newest: ['xattr-value-inode-size-wrong 0x010053', 'inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'a descriptor size of 0',
    native: true,
    image: () => makeImage({ size: '12M', options: '-t ext4 -b 1024' }).setSuper({ s_desc_size: 0 }),
    old: ['superblock-descriptor-size', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
    newest: ['superblock-descriptor-size 0x000004', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
  },
  {
    name: 'times beyond 2106',
    image: () => ext4().setSuper({ s_mtime: 5, s_mtime_hi: 255, s_wtime: 5, s_wtime_hi: 255 }),
    old: ['superblock-mount-time-future', 'superblock-write-time-future'],
    newest: ['superblock-mount-time-future 0x000031', 'superblock-write-time-future 0x000032'],
  },
];

for (const { name, native, image, old, newest: expected = old } of rows)
  (native ? nativeTest : unitTest)(name, async () => {
    expect(inShort((await checkWhole(image())).findings)).toEqual(old);
    expect(inShort((await checkWhole(image(), { e2fsck: newest })).findings)).toEqual(expected);
  });

nativeTest('1.47.1 and 1.47.2 report the flag of value inodes on a named file, and only there', async () => {
  const named = addFlags(makeImage(recipe(['write /dev/null c'])), 16, inodeFlags.EA_INODE);
  for (const e2fsck of ['1.47.1', '1.47.2']) {
    expect(inShort((await checkWhole(named, { e2fsck })).findings)).toEqual(['xattr-inode-flag-stray 0x040008']);
    const nameless = await checkWhole(forget(values()), { e2fsck });
    expect(inShort(nameless.findings)).toEqual(['xattr-inode-unreferenced', 'inode-unattached 0x040002']);
  }
});

const tool = process.env['EXTCHECK_E2FSCK_NEWEST'];
for (const { name, image } of rows)
  oracleTest.skipIf(!tool)(`${name}: the newest e2fsck agrees`, async () => {
    const { findings } = await checkWhole(image(), { e2fsck: versionOf(tool!) });
    expectSameCodes(image(), inShort(findings), tool);
  });
