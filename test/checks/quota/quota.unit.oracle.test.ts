import fc from 'fast-check';
import { expect } from 'vitest';
import { checkQuotas, problems } from '../../../src/checks/quota/quota';
import { QuotaUsage } from '../../../src/facts/quota-usage';
import { roCompat } from '../../../src/layout/features';
import { inode } from '../../../src/layout/inode';
import { quotaEntry, quotaEntrySize, quotaHeader, quotaLeafHeaderSize, quotaMagics } from '../../../src/layout/quota';
import type { ReportFinding } from '../../../src/problem/collector';
import { readQuotaFile } from '../../../src/volume/quota-file';
import { type Damage, damaged, testDamages } from '../../support/damages';
import { makeImage } from '../../support/e2fsprogs';
import { collect, inShort, TestImage } from '../../support/image';
import { nativeTest, unitTest } from '../../support/project-tests';

/** Quota files of all three kinds, written by e2fsck, with an id that needs a separate branch of the tree. */
const recipe = {
  size: '8M',
  options: '-t ext4 -b 1024 -O quota,project -E quotatype=usrquota:grpquota:prjquota',
  commands: ['mkdir a', 'mkdir b', 'mkdir b/c', 'sif a uid 1000', 'sif b uid 70000', 'sif b/c gid 5', 'sif b projid 9'],
  settle: true,
};
const load = () => makeImage(recipe);

/** The usage of the inodes of an undamaged image, by their own counts. */
function usageOf(image: TestImage): QuotaUsage {
  const usage = new QuotaUsage();
  const { inodesCount, firstIno, sb } = image.made;
  for (let ino = 2; ino <= inodesCount; ino++) {
    const at = image.inodeAt(ino);
    if (inode.i_links_count(image.view, at) === 0 || ino === sb.s_prj_quota_inum || (ino !== 2 && ino < firstIno))
      continue;
    const bytes = inode.i_blocks_lo(image.view, at) * 512;
    const uid = inode.i_uid(image.view, at) + inode.i_uid_high(image.view, at) * 65536;
    usage.charge(0, uid, bytes, 1);
    usage.charge(1, inode.i_gid(image.view, at), bytes, 1);
    usage.charge(2, inode.i_projid(image.view, at), bytes, 1);
  }
  return usage;
}

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  const { volume, groups } = await image.open();
  await checkQuotas(volume, groups, usageOf(load()), report);
};

/** Byte offset of block `index` of a quota file, which e2fsck lays out as a few extents in the inode. */
function at(image: TestImage, ino: number, index: number): number {
  const root = image.inodeAt(ino) + inode.i_block.offset;
  const entries = image.view.getUint16(root + 2, true);
  for (let entry = root + 12; entry <= root + entries * 12; entry += 12) {
    const within = index - image.view.getUint32(entry, true);
    if (within >= 0 && within < image.view.getUint16(entry + 4, true))
      return image.blockAt(image.view.getUint32(entry + 8, true) + within);
  }
  throw new RangeError(`the file has no block ${index}`);
}

const userFile = 3;
const groupFile = 4;
/** Byte offset of the first entry of the user file: the root's, in the first block of entries. */
const firstEntry = (image: TestImage): number => at(image, userFile, 5) + quotaLeafHeaderSize;
/** Writes a 32-bit word. */
const word = (image: TestImage, place: number, value: number): TestImage => {
  image.view.setUint32(place, value, true);
  return image;
};

const wrong = 'quota-usage-wrong 0x060002';
const badFile = 'quota-file-damaged 0x060002';

const damages: Damage[] = [
  damaged('a wrong space', load, (image) => image.poke(quotaEntry.dqb_curspace, firstEntry(image), 5), [wrong]),
  {
    name: 'a wrong number of inodes',
    image: load,
    damage: (image) => image.poke(quotaEntry.dqb_curinodes, firstEntry(image), 2 ** 33),
    findings: [wrong],
  },
  damaged('a missing id', load, (image) => image.fill(firstEntry(image), quotaEntrySize), [wrong]),
  damaged('another id', load, (image) => image.poke(quotaEntry.dqb_id, firstEntry(image), 77), [wrong]),
  {
    name: 'an id that uses nothing and has a limit',
    image: load,
    damage: (image) => {
      const place = at(image, groupFile, 5) + quotaLeafHeaderSize + 2 * quotaEntrySize;
      return image.poke(quotaEntry.dqb_id, place, 77).poke(quotaEntry.dqb_bhardlimit, place, 1000);
    },
    findings: [],
  },
  damaged('no tree', load, (image) => image.fill(at(image, userFile, 1), 1024), [wrong]),
  {
    name: 'a reference behind the end of the tree',
    image: load,
    damage: (image) => word(image, at(image, userFile, 1) + 8, 99),
    findings: [badFile],
  },
  damaged('a reference from one level to itself', load, (image) => word(image, at(image, userFile, 2) + 8, 2), [wrong]),
  {
    name: 'an id that occurs again with another usage',
    image: load,
    damage: (image) => {
      const again = firstEntry(image) + 5 * quotaEntrySize;
      return image.poke(quotaEntry.dqb_id, again, 1000).poke(quotaEntry.dqb_curspace, again, 5);
    },
    findings: [wrong],
  },
  damaged('two references to one block', load, (image) => word(image, at(image, userFile, 1) + 8, 2), []),
  damaged('narrow entries', load, (image) => image.poke(quotaHeader.dqh_version, at(image, userFile, 0), 0), [wrong]),
  damaged('a header of extents that makes no sense', load, (image) => image.setBlockWord(userFile, 1, 2), [badFile]),
  {
    name: 'an unknown version',
    image: load,
    damage: (image) => image.poke(quotaHeader.dqh_version, at(image, userFile, 0), 2),
    findings: [badFile],
  },
  {
    name: 'more blocks than the file has',
    image: load,
    damage: (image) => image.poke(quotaHeader.dqi_blocks, at(image, userFile, 0), 900),
    findings: [badFile],
  },
  {
    name: 'a free block behind the end',
    image: load,
    damage: (image) => image.poke(quotaHeader.dqi_free_blk, at(image, userFile, 0), 900),
    findings: [badFile],
  },
  {
    name: 'a free entry behind the end',
    image: load,
    damage: (image) => image.poke(quotaHeader.dqi_free_entry, at(image, userFile, 0), 900),
    findings: [badFile],
  },
  damaged('an empty file', load, (image) => image.setInode(userFile, { i_size_lo: 0 }), [badFile]),
  damaged('an inode that is not there', load, (image) => image.setSuper({ s_usr_quota_inum: 99_999 }), [badFile]),
  {
    name: 'the file of another kind',
    image: load,
    damage: (image) => image.poke(quotaHeader.dqh_magic, at(image, userFile, 0), quotaMagics[1]!),
    findings: ['quota-file-magic'],
  },
  {
    name: 'no user file',
    image: load,
    damage: (image) => image.fill(firstEntry(image), quotaEntrySize).setSuper({ s_usr_quota_inum: 0 }),
    findings: [],
  },
  {
    name: 'the feature switched off',
    image: load,
    damage: (image) => {
      const { s_feature_ro_compat } = image.made.sb;
      return image
        .fill(firstEntry(image), quotaEntrySize)
        .setSuper({ s_feature_ro_compat: s_feature_ro_compat & ~roCompat.quota });
    },
    findings: [],
  },
];

testDamages(
  problems,
  check,
  damages.map((damage) => ({ ...damage, native: true })),
);

nativeTest('reads every id of a file as e2fsck wrote it', async () => {
  const image = load();
  const { volume, groups } = await image.open();
  const usage = usageOf(image);
  for (const [type, field] of [
    [0, 's_usr_quota_inum'],
    [1, 's_grp_quota_inum'],
    [2, 's_prj_quota_inum'],
  ] as const) {
    const file = await readQuotaFile(volume, groups, image.made.sb[field]);
    if (typeof file === 'string') throw new Error(file);
    expect(file.fault).toBeNull();
    expect(file.magic).toBe(quotaMagics[type]);
    expect(file.entries).toEqual(usage.of(type));
  }
  expect([...usage.of(0).keys()].sort((a, b) => a - b)).toEqual([0, 1000, 70_000]);
  expect([...usage.of(1).keys()].sort((a, b) => a - b)).toEqual([0, 5]);
  expect([...usage.of(2).keys()].sort((a, b) => a - b)).toEqual([0, 9]);
});

nativeTest('names the first ids that differ, with both values', async () => {
  const { volume, groups } = await load().open();
  const usage = new QuotaUsage();
  for (let id = 20; id > 0; id--) usage.charge(1, id, id * 1024, id);
  const { report, findings } = collect();
  await checkQuotas(volume, groups, usage, report);
  expect(findings[1]).toMatchObject({
    inode: groupFile,
    data: {
      type: 'group',
      count: 21,
      ids: [0, 1, 2, 3, 4],
      expectedBytes: [0, 1024, 2048, 3072, 4096],
      expectedInodes: [0, 1, 2, 3, 4],
    },
  });
});

nativeTest('ends on any garbage in a quota file', async () => {
  const clean = load();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(5), fc.nat(255), fc.oneof(fc.nat(9), fc.integer({ min: 0, max: 0xffffffff }))), {
        maxLength: 40,
      }),
      async (words) => {
        const image = clean.copy();
        for (const [block, index, value] of words) word(image, at(image, userFile, block) + index * 4, value);
        const { report, findings } = collect();
        await check(image, report);
        expect(inShort(findings).length).toBeLessThanOrEqual(2);
      },
    ),
    { numRuns: 60 },
  );
});

unitTest('says nothing without the feature', async () => {
  const image = TestImage.load('ext4-4k-csum');
  const { volume, groups } = await image.open();
  const usage = new QuotaUsage();
  usage.charge(0, 5, 1, 1);
  const { report, findings } = collect();
  await checkQuotas(volume, groups, usage, report);
  expect(findings).toEqual([]);
});

unitTest('usage adds up by kind and id', () => {
  const usage = new QuotaUsage();
  usage.charge(0, 7, 1024, 1);
  usage.charge(0, 7, 2048, 2);
  usage.charge(1, 7, 1, 1);
  expect(usage.of(0)).toEqual(new Map([[7, { bytes: 3072, inodes: 3 }]]));
  expect(usage.of(1)).toEqual(new Map([[7, { bytes: 1, inodes: 1 }]]));
  expect(usage.of(2).size).toBe(0);
});
