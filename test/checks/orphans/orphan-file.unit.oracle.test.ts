import { afterAll, describe, expect, test } from 'vitest';
import { crc32c } from '../../../src/bytes/crc32c';
import { checkOrphanFile, problems } from '../../../src/checks/orphans/orphan-file';
import { compat, roCompat } from '../../../src/layout/features';
import { inode, inodeFlags } from '../../../src/layout/inode';
import type { ReportFinding } from '../../../src/problem/collector';
import { inodeSeed } from '../../../src/volume/inode-checksum';
import { checkWhole } from '../../support/check-damages';
import { type Damage, damaged, testDamages } from '../../support/damages';
import { hasE2fsprogs, makeImage } from '../../support/e2fsprogs';
import { collect, TestImage } from '../../support/image';
import { detachMounts, mountResults } from '../../support/kernel-mounts';
import { project } from '../../support/project';
import { nativeTest, unitTest } from '../../support/project-tests';
import { canMount } from '../../support/repair';

afterAll(detachMounts);

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  const { volume, groups } = await image.open();
  await checkOrphanFile(volume, groups, report);
};

const summed = () => makeImage({ size: '8M', options: '-t ext4 -b 1024 -O orphan_file,metadata_csum' });
const plain = () => makeImage({ size: '8M', options: '-t ext4 -b 1024 -O orphan_file' });
/** The file is a block map. */
const mapped = () => makeImage({ size: '8M', options: '-t ext3 -b 1024 -O orphan_file' });
const ino = 12;

const word = (image: TestImage, index: number): number =>
  image.view.getUint32(image.inodeAt(ino) + inode.i_block.offset + index * 4, true);
/** Byte offset of block `logical` of the file, which is one extent. */
const at = (image: TestImage, logical: number): number => image.blockAt(word(image, 5) + logical);

function features(image: TestImage, { drop = 0, present = false }): TestImage {
  const { s_feature_compat, s_feature_ro_compat } = image.made.sb;
  return image.setSuper({
    s_feature_compat: s_feature_compat & ~drop,
    s_feature_ro_compat: s_feature_ro_compat | (present ? roCompat.orphan_present : 0),
  });
}

/** Makes the checksum of a block of the file right. */
function restamp(image: TestImage, logical: number): TestImage {
  const { blockSize } = image.made;
  const start = at(image, logical);
  const number = new Uint8Array(8);
  new DataView(number.buffer).setUint32(0, start / blockSize, true);
  const seed = crc32c(inodeSeed(image.made, ino, 0), number);
  image.view.setUint32(start + blockSize - 4, crc32c(seed, image.bytes, start, start + blockSize - 8), true);
  return image;
}

const again = 'orphan-file-corrupted 0x060009';
const dirty = ['orphan-file-dirty 0x06000c', again];
const hole = ['orphan-file-hole 0x060010', again];

const damages: Omit<Damage, 'native'>[] = [
  {
    name: 'no journal',
    image: summed,
    damage: (image) => features(image, { drop: compat.has_journal }),
    findings: ['orphan-file-without-journal 0x060007'],
  },
  {
    name: 'orphans without an orphan file',
    image: summed,
    damage: (image) => features(image, { drop: compat.orphan_file, present: true }),
    findings: ['orphan-present-without-file 0x06000e'],
  },
  {
    name: 'orphans and an empty orphan file',
    image: summed,
    damage: (image) => features(image, { present: true }),
    findings: ['orphan-present-clean-file 0x06000d'],
  },
  {
    name: 'orphans in the orphan file',
    image: summed,
    damage: (image) => {
      features(image, { present: true }).view.setUint32(at(image, 2) + 8, 15, true);
      return restamp(image, 2);
    },
    findings: dirty,
  },
  damaged('orphans in an orphan file without checksums', plain, (image) => image.fill(at(image, 5), 1, 12), dirty),
  damaged('a block of zeros', summed, (image) => image.fill(at(image, 0), image.made.blockSize), dirty),
  {
    name: 'a wrong checksum of a block',
    image: summed,
    damage: (image) => image.fill(at(image, 7) + image.made.blockSize - 4, 4),
    findings: dirty,
  },
  {
    name: 'a checksum where there are none',
    image: plain,
    damage: (image) => image.fill(at(image, 7) + image.made.blockSize - 4, 4, 1),
    findings: dirty,
  },
  {
    name: 'a size that is not whole blocks',
    image: summed,
    damage: (image) => image.setInode(ino, { i_size_lo: 5000 }),
    findings: ['orphan-file-size 0x06000f', again],
  },
  damaged('a missing end', summed, (image) => image.setBlockWord(ino, 4, (word(image, 4) & 0xffff) - 1), hole),
  damaged('a size that is too small', summed, (image) => image.setInode(ino, { i_size_lo: 2048 }), hole),
  {
    name: 'no extents at all',
    image: summed,
    damage: (image) => {
      for (let index = 0; index < 15; index++) image.setBlockWord(ino, index, 0);
      return image;
    },
    findings: hole,
  },
  damaged('no root of extents', summed, (image) => image.setBlockWord(ino, 0, 5), []),
  {
    name: 'no first block',
    image: summed,
    damage: (image) =>
      image
        .setBlockWord(ino, 3, 1)
        .setBlockWord(ino, 5, word(image, 5) + 1)
        .setBlockWord(ino, 4, word(image, 4) - 1),
    findings: [],
  },
  damaged('a place outside the file system', summed, (image) => image.setBlockWord(ino, 5, 99_999), dirty),
  {
    name: 'extents below a node outside the file system',
    image: summed,
    damage: (image) => image.setBlockWord(ino, 0, 0x1f30a).setBlockWord(ino, 1, 0x10004).setBlockWord(ino, 4, 99_999),
    findings: [again],
  },
  damaged('a hole in a block map', mapped, (image) => image.setBlockWord(ino, 3, 0), hole),
  {
    name: 'a place outside the file system in a block map',
    image: mapped,
    damage: (image) => image.setBlockWord(ino, 3, 99_999),
    findings: dirty,
  },
  damaged('an indirect block outside the file system', mapped, (image) => image.setBlockWord(ino, 12, 99_999), [again]),
  damaged('inline data', summed, (image) => image.setInode(ino, { i_flags: inodeFlags.INLINE_DATA }), [again]),
  damaged('the inode of the list of bad blocks', summed, (image) => image.setSuper({ s_orphan_file_inum: 1 }), [
    'orphan-file-missing',
  ]),
  damaged('a deleted inode', summed, (image) => image.setInode(ino, { i_links_count: 0 }), ['orphan-file-missing']),
  damaged('no inode', summed, (image) => image.setSuper({ s_orphan_file_inum: 0 }), ['orphan-file-missing']),
  {
    name: 'an inode that is not there',
    image: summed,
    damage: (image) => image.setSuper({ s_orphan_file_inum: 99_999 }),
    findings: ['orphan-file-missing'],
  },
  {
    name: 'a wrong checksum of the inode',
    image: summed,
    damage: (image) => image.poke(inode.i_generation, image.inodeAt(ino), 5),
    findings: ['orphan-file-missing'],
  },
];

// entries that a mount takes care of are provoked with their inodes, in pending.test.ts
testDamages(
  problems,
  check,
  damages.map((damage) => ({ ...damage, native: true })),
  { elsewhere: ['orphan-file-in-use'] },
);

nativeTest('says which block is not empty and why', async () => {
  const image = summed();
  image.view.setUint32(at(image, 2) + 8, 15, true);
  image.view.setUint32(at(image, 2), 17, true);
  const { report, findings } = collect();
  await check(image, report);
  expect(findings[0]).toMatchObject({
    inode: ino,
    block: word(image, 5) + 2,
    data: { logical: 2, reason: 'lists 2 inodes, should list none' },
  });
});

unitTest('says nothing without the feature', async () => {
  const { report, findings } = collect();
  await check(TestImage.load('ext4-4k-csum').setSuper({ s_orphan_file_inum: 5 }), report);
  expect(findings).toEqual([]);
});

/** The kernel's view of the same file: what keeps it from mounting. */
const refusals: readonly (readonly [
  made: string,
  image: () => TestImage,
  found: string[],
  works: [rw: boolean, ro: boolean],
])[] = [
  ['an empty file', summed, [], [true, true]],
  ['a block of zeros', () => summed().fill(at(summed(), 0), 1024), ['orphan-file-refused'], [false, false]],
  [
    'a wrong checksum without the feature',
    () => {
      const image = plain();
      image.bytes[at(image, 1) + 1020]! ^= 1;
      return image;
    },
    [],
    [true, true],
  ],
  [
    'a wrong checksum',
    () => {
      const image = summed();
      image.bytes[at(image, 1)] = 0;
      image.bytes[at(image, 1) + 1020]! ^= 1;
      return image;
    },
    ['orphan-file-refused'],
    [false, false],
  ],
  ['a free inode', () => listing(100), ['orphan-file-not-emptied'], [true, false]],
  ['a reserved inode', () => listing(3), ['orphan-file-not-emptied'], [true, false]],
  ['an impossible inode', () => listing(999_999), ['orphan-file-not-emptied'], [true, false]],
  ['the same, without the feature that says so', () => listing(100, false), [], [true, true]],
];

/** An orphan file that lists an inode, after a crash. */
function listing(listed: number, present = true): TestImage {
  const image = summed();
  image.view.setUint32(at(image, 0), listed, true);
  return features(restamp(image, 0), { present });
}

describe.skipIf(!hasE2fsprogs)('a mount', () => {
  test.each(refusals)('%s', async (_made, image, found, [readWrite, readOnly]) => {
    const { findings, mountable } = await checkWhole(image());
    expect(findings.map(({ id }) => id).filter((id) => /refused|emptied/.test(id))).toEqual(found);
    expect([mountable?.readWrite.works, mountable?.readOnly.works]).toEqual([readWrite, readOnly]);
  });

  test.skipIf(!canMount || project === 'unit').each(refusals)(
    '%s: the kernel agrees (needs root)',
    (_made, image, _found, works) => {
      const { readWrite, readOnly } = mountResults(image().bytes);
      expect([readWrite, readOnly]).toEqual(works);
    },
  );
});
