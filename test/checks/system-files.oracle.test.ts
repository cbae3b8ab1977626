/** The files and blocks that only the file system itself uses, damaged field by field, compared with e2fsck. */
import { expect, test } from 'vitest';
import { crc32c } from '../../src/bytes/crc32c';
import { compat, roCompat } from '../../src/layout/features';
import { mmpBlock } from '../../src/layout/mmp';
import { checkWhole } from '../support/check-damages';
import { expectSameCodes } from '../support/compare-codes';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { inShort, type TestImage } from '../support/image';

/** Describes the damage of a fresh image. */
type Cases = readonly (readonly [string, (image: TestImage) => unknown])[];

const agree = (name: string, make: () => TestImage, cases: () => Cases) =>
  test.skipIf(!hasE2fsprogs)(
    `${name}: e2fsck agrees`,
    async () => {
      expect(inShort((await checkWhole(make())).findings), 'undamaged').toEqual([]);
      for (const [what, damage] of cases()) {
        const image = make();
        damage(image);
        const { findings } = await checkWhole(image);
        try {
          expectSameCodes(image, inShort(findings));
        } catch (error) {
          throw new Error(what, { cause: error });
        }
      }
    },
    60_000,
  );

const modes = [0, 0x41ed, 0xa1ff, 0x21b6, 0x81a4, 0xf000].map((i_mode) => ({ i_mode }));
const inodes = [
  ...modes,
  { i_links_count: 0 },
  { i_links_count: 2 },
  { i_dtime: 99 },
  { i_blocks_lo: 4 },
  { i_size_lo: 0 },
  { i_size_lo: 1000 },
  { i_size_lo: 2 ** 30 },
  { i_faddr: 5 },
  { i_flags: 0 },
  { i_flags: 0x180000 },
  { i_file_acl_lo: 0xffffff },
];

// with quota, because nobody is charged for the orphan file
const orphan = () =>
  makeImage({
    size: '8M',
    options: '-t ext4 -b 1024 -O orphan_file,metadata_csum,quota',
    commands: ['mkdir a'],
    settle: true,
  });
const orphanInode = (image: TestImage): number => image.made.sb.s_orphan_file_inum;
const withoutOrphanFile = (image: TestImage): TestImage =>
  image.setSuper({ s_feature_compat: image.made.sb.s_feature_compat & ~compat.orphan_file });

agree('orphan file', orphan, () => [
  ...inodes.map((values) => [JSON.stringify(values), (i: TestImage) => i.setInode(orphanInode(i), values)] as const),
  ...[0, 1, 2, 3, 4, 8, 11, 14, 99_999].map(
    (inum) => [`in inode ${inum}`, (i: TestImage) => i.setSuper({ s_orphan_file_inum: inum })] as const,
  ),
  ['off', withoutOrphanFile],
  ['off, without links', (i) => withoutOrphanFile(i).setInode(orphanInode(i), { i_links_count: 0 })],
  ['off, cleared', (i) => withoutOrphanFile(i).fill(i.inodeAt(orphanInode(i)), 256)],
  ['present', (i) => i.setSuper({ s_feature_ro_compat: i.made.sb.s_feature_ro_compat | roCompat.orphan_present })],
]);

const quota = () =>
  makeImage({
    size: '8M',
    options: '-t ext4 -b 1024 -O ^orphan_file,quota,project -E quotatype=usrquota:grpquota:prjquota',
  });
const quotaInodes = (image: TestImage): number[] => [3, 4, image.made.sb.s_prj_quota_inum];
const without = (image: TestImage, feature: number): TestImage =>
  image.setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat & ~feature });

agree('quota files', quota, () => [
  ...[0, 1, 2].flatMap((type) =>
    inodes.map(
      (values) =>
        [`${type}: ${JSON.stringify(values)}`, (i: TestImage) => i.setInode(quotaInodes(i)[type]!, values)] as const,
    ),
  ),
  ...(['s_usr_quota_inum', 's_prj_quota_inum'] as const).flatMap((field) =>
    [0, 1, 2, 4, 5, 7, 8, 11, 12, 13, 2000, 999_999].map(
      (inum) => [`${field} ${inum}`, (i: TestImage) => i.setSuper({ [field]: inum })] as const,
    ),
  ),
  ['off', (i) => without(i, roCompat.quota)],
  ['no projects', (i) => without(i, roCompat.project)],
  [
    'off, cleared',
    (i) => {
      for (const ino of quotaInodes(i)) i.fill(i.inodeAt(ino), 256);
      without(i, roCompat.quota);
    },
  ],
]);

const mmp = () => makeImage({ size: '4M', options: '-t ext4 -b 1024 -O mmp,metadata_csum' });

function setSequence(image: TestImage, sequence: number): TestImage {
  const at = image.blockAt(image.made.sb.s_mmp_block);
  image.poke(mmpBlock.mmp_seq, at, sequence);
  const end = at + mmpBlock.mmp_checksum.offset;
  return image.poke(mmpBlock.mmp_checksum, at, crc32c(image.made.checksumSeed, image.bytes, at, end));
}

agree('multiple mount protection', mmp, () => [
  ...[0, 1, 2, 3, 50, 4095, 4096, 2 ** 31].map(
    (block) => [`block ${block}`, (i: TestImage) => i.setSuper({ s_mmp_block: block })] as const,
  ),
  ...[0, 1, 0xe24d4d4f, 0xe24d4d50, 0xe24d4d51, 0xff4d4d50, 0xff4d4d51, 0xffffffff].map(
    (sequence) => [`sequence ${sequence}`, (i: TestImage) => setSequence(i, sequence)] as const,
  ),
]);

test.skipIf(!hasE2fsprogs)('where e2fsck stops at the protection block, the rest is checked', async () => {
  for (const damage of [
    (i: TestImage) => i.setSuper({ s_mmp_block: 0 }),
    (i: TestImage) => i.fill(i.blockAt(i.made.sb.s_mmp_block), 4),
    (i: TestImage) => i.fill(i.blockAt(i.made.sb.s_mmp_block) + 8, 1, 9),
    (i: TestImage) => setSequence(i, 0xe24d4d50),
  ]) {
    const { findings } = await checkWhole(damage(mmp()).setInode(11, { i_links_count: 7 }));
    expect(inShort(findings)).toContain('inode-links-wrong 0x040003');
    expect(findings.some(({ id }) => id.startsWith('mmp-'))).toBe(true);
  }
});
