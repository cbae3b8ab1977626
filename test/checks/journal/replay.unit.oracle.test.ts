/** The findings of a whole check for a damaged log, and for the state after a valid one. */
import { describe, expect, test } from 'vitest';
import { problems } from '../../../src/checks/journal/replay';
import { compat, incompat } from '../../../src/layout/features';
import { inode } from '../../../src/layout/inode';
import { superblock, superblockOffset } from '../../../src/layout/superblock';
import { checkWhole } from '../../support/check-damages';
import { expectSameCodes } from '../../support/compare-codes';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import { inShort, TestImage } from '../../support/image';
import { LogBuilder, type LogRecipe } from '../../support/journal-log';

const load = () => TestImage.load('ext4-1k-csum-tree');

/** A copy of a block of the image, changed or not. */
function blockOf(image: TestImage, block: number): Uint8Array {
  const { blockSize } = image.made;
  return Uint8Array.from(image.bytes.subarray(block * blockSize, (block + 1) * blockSize));
}

/** A log of three transactions that write blocks as they are, into which `spoil` puts something wrong. */
async function spoiled(
  recipe: LogRecipe,
  spoil: (builder: LogBuilder, written: ReturnType<LogBuilder['add']>[]) => void,
): Promise<TestImage> {
  const builder = await LogBuilder.on(load(), recipe);
  const { image } = builder;
  const written = [1, 2, 3].map((block, i) =>
    builder.add({ blocks: [{ block, data: blockOf(image, block) }], revokes: [9000 + i], time: 1000 + i }),
  );
  spoil(builder, written);
  return image;
}

const flip = (builder: LogBuilder, logical: number, at = 500) => {
  builder.block(logical)[at]! ^= 0x10;
};
const sums: LogRecipe = { checksums: 3 };

const damages: { name: string; image: () => Promise<TestImage>; findings: string[]; state: string }[] = [
  {
    name: 'a sound log',
    image: () => spoiled(sums, () => {}),
    findings: [],
    state: 'replayed',
  },
  {
    name: 's_start behind the log',
    image: () => spoiled(sums, (builder) => builder.setSuper({ s_start: 70_000 })),
    findings: ['journal-log-start'],
    state: 'unusable',
  },
  {
    name: 'a descriptor with a wrong checksum',
    image: () => spoiled(sums, (builder, [, second]) => flip(builder, second!.descriptors[0]!)),
    findings: ['journal-log-corrupt'],
    state: 'unusable',
  },
  {
    name: 'a revoke block with a wrong checksum',
    image: () => spoiled(sums, (builder, [, second]) => flip(builder, second!.revokes[0]!)),
    findings: ['journal-log-corrupt'],
    state: 'unusable',
  },
  {
    name: 'a revoke block that is too long',
    image: () =>
      spoiled(sums, (builder, [, second]) => {
        flip(builder, second!.revokes[0]!, 14);
        builder.restamp(second!.revokes[0]!);
      }),
    findings: ['journal-revoke-length'],
    state: 'unusable',
  },
  {
    name: 'a commit block with a wrong checksum',
    image: () => spoiled(sums, (builder, [, second]) => flip(builder, second!.commit)),
    findings: ['journal-commit-corrupt'],
    state: 'partly-replayed',
  },
  {
    name: 'the same with asynchronous commits',
    image: () => spoiled({ ...sums, asyncCommit: true }, (builder, [, , third]) => flip(builder, third!.commit)),
    findings: ['journal-commit-unfinished'],
    state: 'replayed',
  },
  {
    name: 'a copy with a wrong checksum',
    image: () => spoiled(sums, (builder, [, second]) => flip(builder, second!.data[0]!)),
    findings: ['journal-data-corrupt'],
    state: 'partly-replayed',
  },
  {
    name: 'a transaction without a commit',
    image: () =>
      spoiled(sums, (builder) => {
        builder.add({ blocks: [{ block: 3, data: new Uint8Array(1024) }], torn: true });
      }),
    findings: ['journal-transaction-incomplete'],
    state: 'replayed',
  },
  {
    name: 'a block in the middle that is no part of a log',
    image: () => spoiled(sums, (builder, [, second]) => builder.block(second!.descriptors[0]!).fill(0)),
    findings: ['journal-ends-early'],
    state: 'replayed',
  },
  {
    name: 'a block in the middle of an older log',
    image: () => spoiled({}, (builder, [, second]) => flip(builder, second!.descriptors[0]!, 11)),
    findings: ['journal-ends-early'],
    state: 'replayed',
  },
  {
    name: 'an older log behind the end',
    image: () =>
      spoiled(sums, (builder) => {
        const next = builder.add({ revokes: [5], time: 2000, torn: true });
        builder.block(next.revokes[0]!).fill(0);
        builder.add({ revokes: [6], time: 500 });
      }),
    findings: [],
    state: 'replayed',
  },
  {
    name: 'a block that does not exist',
    image: () =>
      spoiled({ wide: true }, (builder) => {
        builder.add({ blocks: [{ block: 2 ** 33, data: new Uint8Array(1024) }] });
      }),
    findings: ['journal-tag-outside'],
    state: 'partly-replayed',
  },
  {
    name: 'a block of the journal',
    image: () =>
      spoiled({}, (builder) => {
        const block = builder.offset(900) / builder.image.made.blockSize;
        builder.add({ blocks: [{ block, data: new Uint8Array(1024) }] });
      }),
    findings: ['journal-tag-in-journal'],
    state: 'replayed',
  },
  {
    name: 'a log without an end',
    image: () =>
      spoiled({}, (builder, [first]) => {
        const descriptor = Uint8Array.from(builder.block(first!.descriptors[0]!));
        for (let at = 1; at < builder.last; at++) builder.block(at).set(descriptor);
      }),
    findings: ['journal-log-circular'],
    state: 'unusable',
  },
];

test.each(damages)('$name', async ({ image, findings, state }) => {
  const made = await image();
  const report = await checkWhole(made);
  expect(inShort(report.findings)).toEqual(findings);
  expect(report.journal?.state).toBe(state);
  const gaps = state === 'replayed' ? [] : ['journal replay'];
  expect(report.notChecked.map(({ what }) => what)).toEqual(gaps);
  const before = await checkWhole(made, { replay: false });
  expect(before).toMatchObject({ findings: [], verdict: 'incomplete', journal: { state: 'not-replayed' } });
  if (hasE2fsprogs) expectSameCodes(made, []);
});

test('every problem of a log is provoked, except those of a failing disk or a truncated image', () => {
  const provoked = new Set(damages.flatMap(({ findings }) => findings));
  expect(Object.keys(problems).filter((id) => !provoked.has(id))).toEqual([
    'journal-log-unreadable',
    'journal-data-unreadable',
    // provoked in test/journal/fast-commit-area
    'journal-fast-commits-full',
    'journal-fast-commits-corrupt',
    'journal-fast-commits-unreadable',
  ]);
});

test('a log in blocks that the image ends before', async () => {
  const ids = async (at: 'descriptors' | 'data', start: number) => {
    const builder = await LogBuilder.on(load(), { start });
    const { image } = builder;
    const written = builder.add({ blocks: [{ block: 1, data: blockOf(image, 1) }] });
    const { counts, journal } = await checkWhole(image.resized(builder.offset(written[at][0]!)));
    return { ids: Object.keys(counts).filter((id) => id.startsWith('journal-')), state: journal?.state };
  };
  const last = load().made.blockSize === 1024 ? 1023 : 0;
  expect(await ids('descriptors', 500)).toEqual({ ids: ['journal-log-unreadable'], state: 'unusable' });
  // the data is the last block of the journal, the commit its first
  expect(await ids('data', last - 1)).toEqual({ ids: ['journal-data-unreadable'], state: 'unusable' });
});

describe('the state after the replay', () => {
  /** The journal has a version of the inode table in which one inode is different. */
  async function logged(damaged: boolean): Promise<TestImage> {
    const image = load();
    const { blockSize } = image.made;
    const at = image.inodeAt(12);
    const block = Math.floor(at / blockSize);
    const before = blockOf(image, block);
    image.setInode(12, { i_links_count: 9 });
    const after = blockOf(image, block);
    const [onDisk, inLog] = damaged ? [before, after] : [after, before];
    image.bytes.set(onDisk, block * blockSize);
    (await LogBuilder.on(image, { checksums: 3, wide: true })).add({ blocks: [{ block, data: inLog }] });
    return image;
  }

  test('what the journal repairs is a finding only without replay', async () => {
    const image = await logged(false);
    expect(inShort((await checkWhole(image)).findings)).toEqual([]);
    expect(inShort((await checkWhole(image, { replay: false })).findings)).toEqual(['inode-links-wrong 0x040003']);
    if (hasE2fsprogs) expectSameCodes(image, ['inode-links-wrong 0x040003']);
  });

  test('what the journal breaks is a finding', async () => {
    const image = await logged(true);
    const { findings, journal } = await checkWhole(image);
    expect(inShort(findings)).toEqual(['inode-links-wrong 0x040003']);
    expect(journal).toMatchObject({ state: 'replayed', transactions: 1, blocks: 1, revoked: 0 });
  });

  test('reports an error that the kernel recorded in the journal', async () => {
    const image = load();
    (await LogBuilder.on(image, { checksums: 3 })).setSuper({ s_errno: 0xfffffffb });
    const { findings, filesystem } = await checkWhole(image);
    expect(findings.find(({ id }) => id === 'journal-error-recorded')?.data).toEqual({ stored: -5, error: 'EIO' });
    expect(filesystem?.errorsRecorded).toBe(true);
  });

  test('a superblock that the log replaces is the one that counts', async () => {
    const image = load();
    const superBlock = blockOf(image, 1);
    (await LogBuilder.on(image)).add({ blocks: [{ block: 1, data: superBlock }] });
    image.fill(superblockOffset + superblock.s_volume_name.offset, 16, 0x41).restampSuper();
    const label = async (replay: boolean) => (await checkWhole(image, { replay })).filesystem?.label;
    expect(await label(false)).toBe('A'.repeat(16));
    expect(await label(true)).toBe(
      load().geometry.sb.s_volume_name[0] === 0 ? '' : expect.not.stringContaining('AAAA'),
    );
  });
});

describe('images without anything to replay', () => {
  const stateOf = async (image: TestImage) => (await checkWhole(image)).journal?.state;

  test('none, clean, unusable', async () => {
    expect(await stateOf(TestImage.load('ext2-1k'))).toBe('none');
    expect(await stateOf(load())).toBe('clean');
    expect(await stateOf(load().setInode(8, { i_links_count: 0 }))).toBe('unusable');
  });

  test('an external journal is a gap only where it holds changes', async () => {
    const external = (needed: boolean) => {
      const image = load();
      image.fill(superblockOffset + superblock.s_journal_uuid.offset, 16, 7);
      const { s_feature_incompat, s_feature_compat } = image.made.sb;
      return image.setSuper({
        s_journal_inum: 0,
        s_feature_compat: s_feature_compat | compat.has_journal,
        s_feature_incompat: s_feature_incompat | (needed ? incompat.needs_recovery : 0),
      });
    };
    for (const needed of [false, true]) {
      const { journal, notChecked, counts, verdict } = await checkWhole(external(needed));
      expect(journal?.state).toBe('external');
      expect(counts).toMatchObject({ [needed ? 'journal-external' : 'journal-external-unneeded']: 1 });
      expect(verdict === 'fatal').toBe(needed);
      expect(notChecked.map(({ what }) => what)).toEqual(needed ? ['external journal'] : []);
    }
  });
});

test('the list of orphans starts in the log as well', async () => {
  const image = load();
  const sb = image.made.sb;
  const lone = [...Array(40).keys()]
    .map((i) => i + sb.s_first_ino)
    .find((ino) => {
      return (inode.i_mode(image.view, image.inodeAt(ino)) & 0xf000) === 0x8000;
    })!;
  image.setSuper({ s_last_orphan: lone });
  await LogBuilder.on(image);
  const { findings } = await checkWhole(image);
  expect(findings.map(({ id }) => id)).toEqual(['orphan-inode-pending']);
});
