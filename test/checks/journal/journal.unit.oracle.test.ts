import { expect } from 'vitest';
import { crc32c } from '../../../src/bytes/crc32c';
import type { Field } from '../../../src/bytes/field';
import { checkJournal, problems as places } from '../../../src/checks/journal/journal';
import { problems as contents } from '../../../src/checks/journal/superblock';
import { compat, incompat } from '../../../src/layout/features';
import { fileType, inode, inodeFlags } from '../../../src/layout/inode';
import { journalFeature, journalSuperblock, journalSuperblockSize } from '../../../src/layout/journal';
import { superblock, superblockOffset } from '../../../src/layout/superblock';
import type { ReportFinding } from '../../../src/problem/collector';
import { type Damage, damaged, testDamages } from '../../support/damages';
import { collect, inShort, TestImage } from '../../support/image';
import { unitTest } from '../../support/project-tests';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  const { volume, groups, backup } = await image.open();
  await checkJournal(volume, groups, backup, report);
};

/** The journal is a block map, of which the superblock keeps a copy that can be used. */
const ext3 = () => TestImage.load('ext3-1k-htree');
/** The journal is in extents; e2fsck makes nothing of the copy. */
const ext4 = () => TestImage.load('ext4-1k-csum-tree');

/** Byte offset of the journal superblock, in the first block of an extent or of a block map. */
function journalAt(image: TestImage): number {
  const words = image.inodeAt(8) + inode.i_block.offset;
  const extents = (inode.i_flags(image.view, image.inodeAt(8)) & inodeFlags.EXTENTS) !== 0;
  return image.blockAt(image.view.getUint32(words + (extents ? 20 : 0), true));
}

/** Sets fields of the journal superblock. */
function set(image: TestImage, values: Partial<Record<keyof typeof journalSuperblock, number>>): TestImage {
  for (const [name, value] of Object.entries(values))
    image.poke(journalSuperblock[name as keyof typeof journalSuperblock] as Field, journalAt(image), value);
  return image;
}

function stamped(image: TestImage, values: Partial<Record<keyof typeof journalSuperblock, number>>): TestImage {
  const at = journalAt(set(image, { ...values, s_checksum: 0 }));
  return set(image, { s_checksum: crc32c(0xffffffff, image.bytes, at, at + journalSuperblockSize) });
}

/** Changes the features of the file system. */
function features(image: TestImage, { add = 0, drop = 0, needsRecovery = false }): TestImage {
  const { s_feature_compat, s_feature_incompat } = image.made.sb;
  return image.setSuper({
    s_feature_compat: (s_feature_compat | add) & ~drop,
    s_feature_incompat: s_feature_incompat | (needsRecovery ? incompat.needs_recovery : 0),
  });
}
const withoutFeature = (image: TestImage, needsRecovery = false) =>
  features(image, { drop: compat.has_journal, needsRecovery });
const withUuid = (image: TestImage): TestImage =>
  image.fill(superblockOffset + superblock.s_journal_uuid.offset, 16, 0x11).restampSuper();

const lost = ['journal-inode-unusable 0x00000f'];
const badSuperblock = ['journal-superblock-damaged 0x000015'];
const { CSUM_V2, CSUM_V3, FAST_COMMIT, compatChecksum } = journalFeature;

const damages: Damage[] = [
  damaged('a deleted inode', ext4, (image) => image.setInode(8, { i_links_count: 0 }), lost),
  {
    name: 'a deleted inode with a usable copy',
    image: ext3,
    damage: (image) => image.setInode(8, { i_links_count: 0 }),
    findings: ['journal-backup-used'],
  },
  {
    name: 'a deleted inode, the copy being switched off',
    image: ext3,
    damage: (image) => image.setInode(8, { i_links_count: 0 }).setSuper({ s_jnl_backup_type: 0 }),
    findings: lost,
  },
  damaged('a directory', ext4, (image) => image.setInode(8, { i_mode: fileType.DIRECTORY }), lost),
  {
    name: 'an encrypted inode',
    image: ext4,
    damage: (image) => image.setInode(8, { i_flags: inodeFlags.EXTENTS | inodeFlags.ENCRYPT }),
    findings: lost,
  },
  {
    name: 'an inode that is said to hold its data itself',
    image: ext4,
    damage: (image) => image.setInode(8, { i_flags: inodeFlags.EXTENTS | inodeFlags.INLINE_DATA }),
    findings: lost,
  },
  {
    name: 'an inode that is said to hold its data itself, with a usable copy',
    image: ext3,
    damage: (image) => image.setInode(8, { i_flags: inodeFlags.INLINE_DATA }),
    findings: ['journal-backup-used'],
  },
  damaged('too few blocks', ext4, (image) => image.setInode(8, { i_size_lo: 1023 * 1024 }), lost),
  damaged('more size than blocks', ext4, (image) => image.setInode(8, { i_size_lo: 5000 * 1024 }), lost),
  damaged('a size that is too large in its high half', ext4, (image) => image.setInode(8, { i_size_high: 8 }), []),
  {
    name: 'a size of 2 GiB and no blocks at all',
    image: ext4,
    damage: (image) => image.setInode(8, { i_size_lo: 0x80000000 }).setBlockWord(8, 0, 0xf30a),
    findings: [...lost, ...badSuperblock],
  },
  {
    name: 'a hole in a block map, with a usable copy',
    image: ext3,
    damage: (image) => image.setBlockWord(8, 3, 0),
    findings: ['journal-backup-used'],
  },
  {
    name: 'a place outside the file system in a block map, with a usable copy',
    image: ext3,
    damage: (image) => image.setBlockWord(8, 12, 99_999),
    findings: ['journal-backup-used'],
  },
  {
    name: 'a hole between extents',
    image: ext4,
    damage: (image) => {
      // two extents of 100 and the rest instead of one, with one block left out
      const words = [3, 4, 5].map((word) =>
        image.view.getUint32(image.inodeAt(8) + inode.i_block.offset + word * 4, true),
      );
      const [, length, start] = words as [number, number, number];
      return image
        .setBlockWord(8, 0, (2 << 16) | 0xf30a)
        .setBlockWord(8, 4, 100)
        .setBlockWord(8, 6, 101)
        .setBlockWord(8, 7, length - 101)
        .setBlockWord(8, 8, start + 101);
    },
    findings: ['journal-hole'],
  },
  {
    name: 'no first block',
    image: ext4,
    damage: (image) => image.setBlockWord(8, 3, 1).setBlockWord(8, 4, 1023),
    findings: ['journal-hole', ...lost, ...badSuperblock],
  },
  damaged('a wrong checksum of the inode', ext4, (image) => image.poke(inode.i_generation, image.inodeAt(8), 9), lost),
  damaged('no journal inode', ext4, (image) => image.setSuper({ s_journal_inum: 0 }), lost),
  damaged('an inode that is not there', ext4, (image) => image.setSuper({ s_journal_inum: 999_999 }), lost),
  {
    name: 'an inode that is not there, with a usable copy',
    image: ext3,
    damage: (image) => image.setSuper({ s_journal_inum: 999_999 }),
    findings: lost,
  },
  {
    name: 'an external journal with changes',
    image: ext4,
    damage: (image) => features(withUuid(image).setSuper({ s_journal_inum: 0 }), { needsRecovery: true }),
    findings: ['journal-external 0x000011'],
  },
  {
    name: 'an external journal without the feature, with changes',
    image: ext4,
    damage: (image) => withoutFeature(withUuid(image).setSuper({ s_journal_inum: 0 }), true),
    findings: ['journal-external 0x000011'],
  },
  {
    name: 'an external journal that is not needed',
    image: ext4,
    damage: (image) => withUuid(image).setSuper({ s_journal_inum: 0 }),
    findings: ['journal-external-unneeded 0x000011'],
  },
  {
    name: 'an external journal that is not needed, with its device',
    image: ext3,
    damage: (image) => withUuid(image).setSuper({ s_journal_inum: 0, s_journal_dev: 0x700 }),
    findings: ['journal-external-unneeded 0x000011'],
  },
  {
    name: 'an external journal that is not needed, of a file system that is not marked as unmounted',
    image: ext4,
    damage: (image) => withUuid(image).setSuper({ s_journal_inum: 0, s_state: 0 }),
    findings: ['journal-external-unneeded 0x000011'],
  },
  damaged('a UUID beside an inode', ext4, (image) => withUuid(image), ['journal-uuid-unused 0x000011']),
  damaged('a UUID beside a block map', ext3, (image) => withUuid(image), ['journal-uuid-unused 0x000011']),
  {
    name: 'a UUID beside an inode that must be replayed',
    image: ext4,
    damage: (image) => features(withUuid(image), { needsRecovery: true }),
    findings: ['journal-uuid-unused 0x000011'],
  },
  {
    name: 'a UUID without any journal',
    image: () => TestImage.load('ext2-1k'),
    damage: (image) => withUuid(image),
    findings: ['journal-uuid-unused 0x000011'],
  },
  {
    name: 'a UUID beside a damaged journal',
    image: ext4,
    damage: (image) => set(withUuid(image), { s_blocksize: 4096 }),
    findings: ['journal-uuid-unused 0x000011', ...badSuperblock],
  },
  {
    name: 'an inode and a device',
    image: ext4,
    damage: (image) => image.setSuper({ s_journal_dev: 5 }),
    findings: ['journal-inode-and-device'],
  },
  {
    name: 'an inode and a device, the journal a block map',
    image: ext3,
    damage: (image) => image.setSuper({ s_journal_dev: 0x10000 }),
    findings: ['journal-inode-and-device'],
  },
  {
    name: 'an inode, a device and a UUID',
    image: ext4,
    damage: (image) => withUuid(image).setSuper({ s_journal_dev: 5 }),
    findings: ['journal-uuid-unused 0x000011', 'journal-inode-and-device'],
  },
  {
    name: 'a device without the feature and the inode',
    image: () => TestImage.load('ext2-1k'),
    damage: (image) => image.setSuper({ s_journal_dev: 5 }),
    findings: [],
  },
  {
    name: 'a journal without the feature',
    image: ext4,
    damage: (image) => withoutFeature(image),
    findings: ['journal-without-feature 0x000016'],
  },
  {
    name: 'a journal to be replayed without the feature',
    image: ext4,
    damage: (image) => withoutFeature(image, true),
    findings: ['journal-without-feature 0x000016'],
  },
  {
    name: 'recovery without a journal',
    image: ext4,
    damage: (image) => withoutFeature(image, true).setSuper({ s_journal_inum: 0 }),
    findings: ['journal-recovery-without-journal 0x000017'],
  },
  {
    name: 'a device number alone',
    image: ext4,
    damage: (image) => withoutFeature(image).setSuper({ s_journal_inum: 0, s_journal_dev: 5 }),
    findings: [],
  },
  {
    name: 'no feature and no journal at all',
    image: ext4,
    damage: (image) => withoutFeature(image).setSuper({ s_journal_inum: 0 }),
    findings: [],
  },
  damaged('recovery with nothing to do', ext4, (image) => features(image, { needsRecovery: true }), []),
  {
    name: 'transactions that no flag tells of',
    image: ext4,
    damage: (image) => set(image, { s_start: 1 }),
    findings: ['journal-holds-transactions 0x000018'],
  },
  {
    name: 'transactions that the flag tells of',
    image: ext4,
    damage: (image) => set(features(image, { needsRecovery: true }), { s_start: 1 }),
    findings: [],
  },
  damaged('a wrong magic number', ext4, (image) => set(image, { h_magic: 5 }), [...lost, ...badSuperblock]),
  {
    name: 'a wrong magic number without the feature',
    image: ext4,
    damage: (image) => set(withoutFeature(image), { h_magic: 5 }),
    findings: lost,
  },
  ...[1, 2, 5].map((type) => ({
    name: `block type ${type}`,
    image: ext4,
    damage: (image: TestImage) => set(image, { h_blocktype: type }),
    findings: badSuperblock,
  })),
  ...[0, 6].map((type) => ({
    name: `block type ${type}`,
    image: ext4,
    damage: (image: TestImage) => set(image, { h_blocktype: type }),
    findings: ['journal-type-unknown 0x000027', ...badSuperblock],
  })),
  {
    name: 'an unknown feature',
    image: ext4,
    damage: (image) => set(image, { s_feature_incompat: 0x40, s_feature_ro_compat: 1 }),
    findings: ['journal-feature-unknown 0x000026', ...badSuperblock],
  },
  {
    name: 'an unknown feature for reading alone',
    image: ext4,
    damage: (image) => set(image, { s_feature_ro_compat: 1 }),
    findings: ['journal-feature-unknown 0x000025', ...badSuperblock],
  },
  damaged('an unknown compatible feature', ext4, (image) => set(image, { s_feature_compat: 0x80 }), []),
  {
    name: 'fields of version 2 in version 1',
    image: ext4,
    damage: (image) => set(image, { h_blocktype: 3, s_feature_incompat: 0x40, s_nr_users: 2 }),
    findings: ['journal-version-fields 0x00002a', 'journal-version-refused'],
  },
  damaged(
    'a journal that is too short for the fast commits of the file system',
    ext3,
    (image) => features(image, { add: compat.fast_commit }),
    ['journal-too-short'],
  ),
  damaged('version 1', ext3, (image) => set(image, { h_blocktype: 3, s_nr_users: 0 }), []),
  damaged(
    'version 1 where the file system needs version 2',
    ext4,
    (image) => set(image, { h_blocktype: 3, s_nr_users: 0 }),
    ['journal-version-refused'],
  ),
  damaged(
    'a block that is in the journal twice',
    ext3,
    (image) => image.setBlockWord(8, 1, image.view.getUint32(image.inodeAt(8) + inode.i_block.offset, true)),
    ['journal-blocks-repeated'],
  ),
  damaged('a start after the end of the log', ext3, (image) => set(image, { s_start: 1024 }), [
    'journal-log-start',
    'journal-holds-transactions 0x000018',
  ]),
  {
    name: 'two users',
    image: ext4,
    damage: (image) => set(image, { s_nr_users: 2 }),
    findings: ['journal-version-fields 0x00002a', 'journal-shared 0x000010'],
  },
  {
    name: 'both checksum features',
    image: ext4,
    damage: (image) => stamped(image, { s_feature_incompat: CSUM_V2 | CSUM_V3, s_checksum_type: 4 }),
    findings: badSuperblock,
  },
  {
    name: 'old and new checksums',
    image: ext4,
    damage: (image) =>
      stamped(image, { s_feature_incompat: CSUM_V3, s_feature_compat: compatChecksum, s_checksum_type: 4 }),
    findings: badSuperblock,
  },
  {
    name: 'an unknown kind of checksum',
    image: ext4,
    damage: (image) => stamped(image, { s_feature_incompat: CSUM_V3, s_checksum_type: 1 }),
    findings: badSuperblock,
  },
  damaged('a right checksum', ext4, (image) => stamped(image, { s_feature_incompat: CSUM_V3, s_checksum_type: 4 }), []),
  {
    name: 'a wrong checksum',
    image: ext4,
    damage: (image) => set(stamped(image, { s_feature_incompat: CSUM_V2, s_checksum_type: 4 }), { s_head: 1 }),
    findings: badSuperblock,
  },
  damaged('another block size', ext4, (image) => set(image, { s_blocksize: 4096 }), badSuperblock),
  damaged('more blocks than there are', ext4, (image) => set(image, { s_maxlen: 1025 }), badSuperblock),
  damaged('fewer blocks than there are', ext4, (image) => set(image, { s_maxlen: 900 }), ['journal-too-short']),
  damaged('a log that begins at its second block', ext4, (image) => set(image, { s_first: 2 }), ['journal-too-short']),
  damaged('a log that begins at block 0', ext4, (image) => set(image, { s_first: 0 }), ['journal-too-short']),
  {
    name: 'a fast-commit area that leaves too little',
    image: ext4,
    damage: (image) => set(image, { s_feature_incompat: FAST_COMMIT, s_num_fc_blks: 1 }),
    findings: badSuperblock,
  },
  {
    name: 'a fast-commit area larger than the journal',
    image: ext4,
    damage: (image) => set(image, { s_feature_incompat: FAST_COMMIT, s_num_fc_blks: 4_000_000_000 }),
    findings: ['journal-too-short'],
  },
  damaged('a recorded error', ext4, (image) => set(image, { s_errno: 0xfffffffb }), ['journal-error-recorded']),
  damaged('a recorded error of a read-only device', ext4, (image) => set(image, { s_errno: 0xffffffe2 }), [
    'journal-error-recorded',
  ]),
  damaged('a recorded error without a name', ext3, (image) => set(image, { s_errno: 9 }), ['journal-error-recorded']),
];

testDamages({ ...places, ...contents }, check, damages);

unitTest.each([
  ['a clean journal', (image: TestImage) => image, { needsRecovery: false, stopped: false }],
  [
    'a journal to be replayed',
    (image: TestImage) => features(image, { needsRecovery: true }),
    { needsRecovery: true, stopped: false },
  ],
  [
    'a lost journal',
    (image: TestImage) => image.setSuper({ s_journal_inum: 0 }),
    { needsRecovery: false, stopped: true },
  ],
  ['a damaged journal', (image: TestImage) => set(image, { h_magic: 5 }), { needsRecovery: false, stopped: true }],
  [
    'an external journal',
    (image: TestImage) => withUuid(image).setSuper({ s_journal_inum: 0 }),
    { needsRecovery: false, stopped: true },
  ],
])('says what follows from %s', async (_, damage, expected) => {
  const { volume, groups } = await damage(ext4()).open();
  expect(await checkJournal(volume, groups, false, collect().report)).toEqual(expected);
});

unitTest('says that a backup superblock does not carry the flag', async () => {
  const { volume, groups } = await set(ext4(), { s_start: 7 }).open();
  const { report, findings } = collect();
  await checkJournal(volume, groups, true, report);
  expect(inShort(findings)).toEqual(['journal-holds-transactions 0x000018']);
  expect(findings[0]?.data).toEqual({ stored: 7, backup: true });
});

unitTest.each(['ext2-1k', 'ext2-rev0', 'ext4-nojournal', 'ext4-4k-csum', 'ext4-uninit-bg'])(
  'is silent on %s',
  async (name) => {
    const { report, findings } = collect();
    await check(TestImage.load(name), report);
    expect(findings).toEqual([]);
  },
);
