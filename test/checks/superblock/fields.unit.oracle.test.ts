import { expect } from 'vitest';
import { problems as errors } from '../../../src/checks/superblock/errors';
import { problems as features } from '../../../src/checks/superblock/features';
import { checkSuperblockFields } from '../../../src/checks/superblock/fields';
import { problems as opening, reportOpening } from '../../../src/checks/superblock/opening';
import { problems as quotaInodes } from '../../../src/checks/superblock/quota-inodes';
import { problems as size } from '../../../src/checks/superblock/size';
import { problems as times } from '../../../src/checks/superblock/times';
import { checkPassedOver, problems as values } from '../../../src/checks/superblock/values';
import { formatFinding } from '../../../src/entries/common';
import { incompat, roCompat } from '../../../src/layout/features';
import { superblock, superblockOffset } from '../../../src/layout/superblock';
import type { ReportFinding } from '../../../src/problem/collector';
import { readGeometry } from '../../../src/volume/geometry';
import { openFileSystem } from '../../../src/volume/open';
import { type Damage, damaged, testDamages } from '../../support/damages';
import { fakeNow, makeImage } from '../../support/e2fsprogs';
import { collect, inShort, TestImage } from '../../support/image';
import { unitTest } from '../../support/project-tests';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  const result = await openFileSystem(image.source());
  reportOpening(result, image.source(), report);
  checkPassedOver(result, report);
  if (result.opening) checkSuperblockFields(result.opening, image.source(), report, fakeNow);
};

const ext2 = () => TestImage.load('ext2-4k');
const ext4 = () => TestImage.load('ext4-4k-csum');
/** One group, so that no backup steps in for the damaged superblock. */
const oneGroup = () => TestImage.load('ext2-128-inode');

const stops = ['superblock-value-invalid 0x00000b', 'superblock-unusable 0x000004'];

const damages: Damage[] = [
  {
    name: 'more reserved blocks than half of all',
    image: ext2,
    damage: (image) => image.setSuper({ s_r_blocks_count_lo: image.made.blocksCount / 2 + 1 }),
    findings: stops,
  },
  {
    name: 'more reserved descriptor blocks than a block can list',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_reserved_gdt_blocks: image.made.blockSize / 4 + 1 }),
    findings: ['group-descriptors-implausible 0x000045', ...stops],
  },
  damaged('a descriptor size of 3', ext2, (image) => image.setSuper({ s_desc_size: 3 }), stops),
  damaged('a descriptor size of 2048', ext2, (image) => image.setSuper({ s_desc_size: 2048 }), stops),
  damaged('a first inode of 10', ext4, (image) => image.setSuper({ s_first_ino: 10 }), stops),
  {
    name: 'a first inode behind the last',
    image: ext4,
    damage: (image) => image.setSuper({ s_first_ino: image.made.inodesCount + 1 }),
    findings: stops,
  },
  {
    name: 'two impossible values',
    image: ext2,
    damage: (image) => image.setSuper({ s_desc_size: 3, s_first_ino: 0 }),
    findings: ['superblock-value-invalid 0x00000b', ...stops],
  },
  {
    name: 'an inode count that does not fit',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_inodes_count: 77 }),
    findings: ['superblock-damaged 0x000044', 'superblock-inode-count-wrong 0x00000d', ...stops],
  },
  {
    name: 'a shifted first data block',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_first_data_block: 1 }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'superblock-first-data-block 0x000008',
      'superblock-unusable 0x000004',
    ],
  },
  {
    name: 'a shifted first data block, and a backup to go by',
    image: () => TestImage.load('ext2-1k'),
    damage: (image) => image.setSuper({ s_first_data_block: 2 }),
    findings: [
      'group-descriptors-implausible 0x000045',
      'superblock-backup-used',
      'superblock-first-data-block 0x000008',
      'superblock-unusable 0x000004',
    ],
  },
  {
    name: 'more inodes than the image has room for',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_inodes_count: 2 ** 31 }),
    findings: [
      'superblock-damaged 0x000044',
      'superblock-unusable 0x000004',
      'superblock-inode-count-wrong 0x00000d',
      'superblock-value-invalid 0x00000b',
    ],
  },
  {
    name: 'an image cut off in the middle',
    image: ext4,
    damage: (image) => image.resized(image.bytes.length - 3_000_001),
    findings: ['image-truncated 0x000005'],
  },
  {
    name: 'an image that lacks its last byte',
    image: ext2,
    damage: (image) => image.resized(image.bytes.length - 1),
    findings: ['image-truncated 0x000005'],
  },
  damaged('an image that goes on', ext2, (image) => image.resized(image.bytes.length + 5000), []),
  ...[3, 130, 6].map((stored) => ({
    name: `extra inode sizes of ${stored}`,
    image: ext4,
    damage: (image: TestImage) => image.setSuper({ s_min_extra_isize: stored, s_want_extra_isize: stored }),
    findings: [
      'superblock-min-extra-isize 0x00004d',
      'superblock-want-extra-isize 0x00004e',
      ...(stored > 128 ? ['superblock-extra-isize-refused', 'superblock-extra-isize-refused'] : []),
    ],
  })),
  {
    name: 'the Hurd with 64bit',
    image: ext4,
    damage: (image) => image.setSuper({ s_creator_os: 1 }),
    findings: ['superblock-hurd-64bit'],
  },
  {
    name: 'a default hash that no directory may have',
    image: ext4,
    damage: (image) => image.setSuper({ s_def_hash_version: 6 }),
    findings: ['superblock-default-hash'],
  },
  {
    name: 'a level of encryption that does not exist',
    image: ext4,
    damage: (image) => {
      const { s_feature_incompat } = image.made.sb;
      return image.setSuper({ s_feature_incompat: s_feature_incompat | incompat.encrypt, s_encryption_level: 1 });
    },
    findings: ['superblock-encryption-level'],
  },
  {
    name: 'a level of encryption without the feature',
    image: ext4,
    damage: (image) => image.setSuper({ s_encryption_level: 1 }),
    findings: [],
  },
  {
    name: 'the last default hash',
    image: ext4,
    damage: (image) => image.setSuper({ s_def_hash_version: 5 }),
    findings: [],
  },
  {
    name: 'extra inode sizes in an image with small inodes',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_min_extra_isize: 3, s_want_extra_isize: 3 }),
    findings: [],
  },
  {
    name: 'both kinds of group checksums',
    image: ext4,
    damage: (image) => image.setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat | roCompat.uninit_bg }),
    findings: ['superblock-two-checksum-features 0x000046'],
  },
  {
    name: 'a checksum seed without checksums',
    image: ext2,
    damage: (image) =>
      image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.metadata_csum_seed }),
    findings: ['superblock-checksum-seed-unused 0x00004b'],
  },
  {
    name: '64bit without extents',
    image: ext4,
    damage: (image) => image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat & ~incompat.extent }),
    findings: ['superblock-64bit-without-extents 0x000048'],
  },
  {
    name: 'a first meta block group behind the last',
    native: true,
    image: () => makeImage({ size: '4M', options: '-t ext4 -b 1024 -O meta_bg,^resize_inode' }),
    damage: (image) => image.setSuper({ s_first_meta_bg: 9 }),
    findings: [
      'superblock-damaged 0x000044',
      'group-descriptors-implausible 0x000045',
      'superblock-first-meta-bg 0x000049',
    ],
  },
  {
    name: 'an unknown encoding',
    native: true,
    image: () => makeImage({ size: '4M', options: '-t ext4 -b 1024 -O casefold -E encoding=utf8' }),
    damage: (image) => image.setSuper({ s_encoding: 7 }),
    findings: ['superblock-encoding-unknown'],
  },
  {
    name: 'times that are ahead by less than a day',
    image: ext2,
    damage: (image) => image.setSuper({ s_mtime: fakeNow + 86400, s_wtime: fakeNow + 1 }),
    findings: ['superblock-mount-time-future 0x00003c', 'superblock-write-time-future 0x00003d'],
  },
  {
    name: 'times that are ahead by more than a day',
    image: ext2,
    damage: (image) => image.setSuper({ s_mtime: fakeNow + 86401, s_wtime: 0xffffffff }),
    findings: ['superblock-mount-time-future 0x000031', 'superblock-write-time-future 0x000032'],
  },
  {
    name: 'a mount time behind the year 2106',
    image: ext2,
    damage: (image) => image.setSuper({ s_mtime: 5, s_mtime_hi: 255 }),
    findings: ['superblock-mount-time-future'],
  },
  {
    name: 'quota inodes that cannot be',
    image: ext4,
    damage: (image) =>
      image.setSuper({ s_usr_quota_inum: 8, s_grp_quota_inum: image.made.inodesCount + 1, s_prj_quota_inum: 10 }),
    findings: Array<string>(3).fill('superblock-quota-inode-invalid 0x00004f'),
  },
  {
    name: 'quota inodes that can be',
    image: ext4,
    damage: (image) =>
      image.setSuper({ s_usr_quota_inum: 4, s_grp_quota_inum: 3, s_prj_quota_inum: image.made.inodesCount }),
    findings: [],
  },
  damaged('the error flag', ext2, (image) => image.setSuper({ s_state: 3 }), ['superblock-errors-recorded']),
  damaged('the error flag and a count', ext4, (image) => image.setSuper({ s_state: 3, s_error_count: 7 }), [
    'superblock-errors-recorded',
  ]),
  damaged('the error flag of a file system that is not unmounted', ext2, (image) => image.setSuper({ s_state: 2 }), [
    'superblock-errors-recorded',
  ]),
  damaged('a count of errors whose flag was cleared', ext2, (image) => image.setSuper({ s_error_count: 1 }), [
    'superblock-errors-counted',
  ]),
  damaged(
    'a count of errors whose flag was cleared, with checksums',
    ext4,
    (image) => image.setSuper({ s_error_count: 4294967295 }),
    ['superblock-errors-counted'],
  ),
  damaged(
    'a count of errors before an unclean end',
    ext4,
    (image) => image.setSuper({ s_state: 0, s_error_count: 2 }),
    ['superblock-errors-counted'],
  ),
  // neither flag nor count: the rest of the record has no meaning
  damaged('a time of an error without a count', ext2, (image) => image.setSuper({ s_last_error_time: 5 }), []),
  damaged('orphans that were being deleted', ext2, (image) => image.setSuper({ s_state: 5 }), []),
  damaged('a mode for errors', ext2, (image) => image.setSuper({ s_errors: 3 }), []),
];

const problems = { ...values, ...size, ...features, ...times, ...quotaInodes, ...errors };
testDamages(problems, check, damages, {
  others: opening,
  elsewhere: ['superblock-inode-count-too-big', 'file-system-larger-than-partition'],
});

unitTest('more inodes than numbers for them', async () => {
  const opened = await ext2().open();
  const image = ext2().setSuper({ s_inodes_per_group: 60_000, s_blocks_count_lo: 512 * 80_000 });
  const geometry = readGeometry(image.view, superblockOffset);
  const volume = Object.assign(Object.create(opened.volume), { geometry });
  const { report, findings } = collect();
  expect(checkSuperblockFields({ ...opened, volume }, image.source(), report, fakeNow)).toBe(false);
  expect(inShort(findings)).toContain('superblock-inode-count-too-big 0x000050');
  expect(findings.find(({ id }) => id === 'superblock-inode-count-too-big')?.data).toEqual({
    expected: 60_000 * 80_000,
  });
});

unitTest('recorded errors are told with their place and time', async () => {
  const image = ext4().setSuper({
    s_state: 3,
    s_error_count: 2,
    s_first_error_time: 1_600_000_000,
    s_first_error_ino: 12,
    s_first_error_block: 77,
    s_first_error_line: 345,
    s_first_error_errcode: 5,
    s_last_error_time: 1_600_000_009,
    s_last_error_errcode: 99,
  });
  image.bytes.set(new TextEncoder().encode('ext4_lookup'), superblockOffset + superblock.s_first_error_func.offset);
  image.restampSuper();
  const { report, findings } = collect();
  await check(image, report);
  expect(inShort(findings)).toEqual(['superblock-errors-recorded']);
  expect(findings[0]?.data).toEqual({
    count: 2,
    firstTime: '2020-09-13T12:26:40Z',
    firstError: 'EFSCORRUPTED',
    firstFunction: 'ext4_lookup',
    firstLine: 345,
    firstInode: 12,
    firstBlock: 77,
    lastTime: '2020-09-13T12:26:49Z',
    lastError: 'error 99',
    lastFunction: null,
    lastLine: null,
    lastInode: null,
    lastBlock: null,
  });
  expect(formatFinding(findings[0]!)).toBe(
    'The kernel has recorded errors: 2 errors recorded, the first 2020-09-13T12:26:40Z in ext4_lookup:345 (EFSCORRUPTED, inode 12, block 77), the last 2020-09-13T12:26:49Z (error 99)',
  );
});

unitTest('an error that occurred once is said once', async () => {
  const record = (which: 'first' | 'last') => ({
    [`s_${which}_error_time`]: 1_600_000_000,
    [`s_${which}_error_ino`]: 2,
    [`s_${which}_error_time_hi`]: 1,
  });
  const { report, findings } = collect();
  await check(ext4().setSuper({ s_state: 3, s_error_count: 1, ...record('first'), ...record('last') }), report);
  expect(formatFinding(findings[0]!)).toMatch(/: 1 error recorded: 2156-10-20T[0-9:]+Z \(inode 2\)$/);
});

unitTest('a clock that was never set is no measure', async () => {
  const image = ext2().setSuper({ s_mtime: 0xffffffff });
  const { report, findings } = collect();
  expect(checkSuperblockFields(await image.open(), image.source(), report, 1_000_000_000)).toBe(true);
  expect(findings).toEqual([]);
});

unitTest('a finding points at the bytes of the field', async () => {
  const { report, findings } = collect();
  await check(ext2().setSuper({ s_first_ino: 1 }), report);
  expect(findings[0]?.bytes).toEqual({ at: 1024 + 0x54, length: 4 });
});
