/** Fast commits: which are found, the result of each kind of change, what is left alone, and that nothing throws. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replayJournal } from '../../src/checks/journal/replay';
import { heldSource } from '../../src/journal/held-blocks';
import { roCompat } from '../../src/layout/features';
import { inode, inodeFlags } from '../../src/layout/inode';
import { fastCommitKind } from '../../src/layout/journal';
import { openImage } from '../../src/open-image';
import { memorySource } from '../../src/source/memory';
import { readBitmaps } from '../../src/volume/bitmaps';
import { checkWhole } from '../support/check-damages';
import { blocksOf } from '../support/directory';
import { e2fsck, hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { FastLog } from '../support/fast-log';
import { fixtureNow } from '../support/fixtures';
import { inShort, TestImage } from '../support/image';
import { project } from '../support/project';
import { nativeDescribe } from '../support/project-tests';
import { replayedByE2fsck } from '../support/replayed';
import { tree } from '../support/tree';

const recovery = (name: string) => new URL(`../../fixtures/recovery/${name}`, import.meta.url);
const load = () => TestImage.unpack(recovery('ext4-1k-fast-commit-area.img.gz'));

/** Blocks and inodes that nothing uses. */
async function free(image: TestImage): Promise<{ blocks: number[]; inodes: number[] }> {
  const { volume, groups } = await image.open();
  const { blocks, inodes } = await readBitmaps(volume, groups);
  const { blocksCount, inodesCount } = volume.geometry;
  const list = (count: number, used: (i: number) => boolean) =>
    Array.from({ length: count }, (_, i) => i).filter((i) => !used(i));
  return {
    blocks: list(blocksCount, (block) => block < 1 || blocks.test(block)),
    inodes: list(inodesCount, (i) => inodes.test(i)).map((i) => i + 1),
  };
}

/** Fields of a new file of `size` bytes, otherwise like another file. */
const fresh = (size: number) => ({
  i_links_count: 1,
  i_size_lo: size,
  i_size_high: 0,
  i_dtime: 0,
  i_flags: inodeFlags.EXTENTS,
  i_file_acl_lo: 0,
});

/** The results of a check and of the view for the image after the fast commits. */
async function replayed(log: FastLog) {
  const report = await checkWhole(log.image);
  return {
    report,
    findings: inShort(report.findings),
    journal: report.journal!,
    files: await openImage(log.image.source()),
  };
}

/** The image with all that replay changes written into it. */
async function written(image: TestImage): Promise<TestImage> {
  const { volume, groups, superBlock, backup, lenient } = await image.open();
  const opening = { volume, groups, superBlock, backup, lenient };
  const replay = await replayJournal(opening, image.source(), () => {});
  const bytes = new Uint8Array(image.bytes.length);
  expect(await replay!.source!.read(0, bytes)).toBe(bytes.length);
  return new TestImage(bytes);
}

async function expectClean(log: FastLog, changes: number) {
  const { report, findings, journal, files } = await replayed(log);
  expect({ findings, left: journal.fastCommitsSkipped }).toEqual({ findings: [], left: null });
  expect(report.verdict).toBe('clean');
  expect(journal).toMatchObject({ state: 'replayed', fastCommits: changes });
  if (hasE2fsprogs) expect(e2fsck(await written(log.image))).toMatchObject({ status: 0, codes: [] });
  return files;
}

describe('changes', () => {
  test('a file is made, with blocks and a name', async () => {
    const log = await FastLog.on(load());
    const { blocks, inodes } = await free(log.image);
    const [ino] = inodes;
    log.image.fill(log.image.blockAt(blocks[0]!), 1024, 0x61);
    log.inode(ino!, fresh(1000), tree.passwd).add(ino!, 0, blocks[0]!, 1).name('CREAT', tree.home, ino!, 'new');
    log.inode(ino!, fresh(1000), tree.passwd).tail();
    const files = await expectClean(log, 4);
    expect(await files.stat('/home/new')).toMatchObject({ inode: ino, size: 1000 });
    expect(Buffer.from(await files.readWhole('/home/new', 2000)).toString()).toBe('a'.repeat(1000));
    const before = await openImage(log.image.source(), { replay: false });
    await expect(before.stat('/home/new')).rejects.toMatchObject({ code: 'not-found' });
    expect((await checkWhole(log.image, { replay: false })).findings).toEqual([]);
  });

  test('more extents than fit into the inode get a tree, in blocks that are free', async () => {
    const log = await FastLog.on(load());
    const { blocks, inodes } = await free(log.image);
    const ino = inodes[0]!;
    const size = 190 * 1024;
    log.inode(ino, fresh(size), tree.passwd);
    for (let i = 0; i < 95; i++) log.add(ino, i * 2, blocks[i * 2]!, 1, i % 3 === 0);
    log.name('CREAT', tree.home, ino, 'pieces').inode(ino, fresh(size), tree.passwd).tail();
    const files = await expectClean(log, 98);
    expect(await files.stat('/home/pieces')).toMatchObject({ size });
  });

  test('a file of many extents shrinks back into its inode, and frees its tree', async () => {
    const log = await FastLog.on(load());
    const { size } = await (await openImage(log.image.source(), { replay: false })).stat(tree.forks);
    log.remove(tree.forks, 3, 2 ** 31).remove(tree.forks, 3 + 2 ** 31, 2 ** 31 - 3);
    log.inode(tree.forks, { i_size_lo: 3 * 1024 }).tail();
    expect(size).toBeGreaterThan(3 * 1024);
    expect(await (await expectClean(log, 3)).stat(tree.forks)).toMatchObject({ size: 3 * 1024 });
  });

  test('a range is moved, split, filled with a hole, and joined again', async () => {
    const log = await FastLog.on(load());
    const { blocks } = await free(log.image);
    const old = blocksOf(log.image, tree.initrd);
    const run = blocks.findIndex((block, i) => blocks[i + 5] === block + 5);
    log
      .remove(tree.initrd, 4, 6)
      .add(tree.initrd, 4, blocks[run]!, 3)
      .add(tree.initrd, 7, blocks[run + 3]!, 3);
    log
      .add(tree.initrd, 5, blocks[run + 1]!, 1)
      .inode(tree.initrd)
      .tail();
    log.add(tree.initrd, 4, old.get(4)!, 1).inode(tree.initrd).tail();
    const files = await expectClean(log, 7);
    expect((await files.readWhole(tree.initrd as unknown as string, 1e6)).length).toBe(
      (await files.stat(tree.initrd)).size,
    );
  });

  test('adds, renames and removes names in directories with and without an index', async () => {
    const log = await FastLog.on(load());
    log.name('LINK', tree.home, tree.fstab, 'first').name('LINK', tree.many, tree.fstab, 'second');
    log.name('UNLINK', tree.etc, tree.fstab, 'fstab').name('UNLINK', tree.etc, tree.fstab, 'never-there');
    log.inode(tree.fstab, { i_links_count: 2 }).tail();
    const files = await expectClean(log, 5);
    for (const path of ['/home/first', '/usr/share/many/second'])
      expect(await files.stat(path)).toMatchObject({ inode: tree.fstab });
    await expect(files.stat('/etc/fstab')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('an inode that loses its last name is deleted, which e2fsck 1.47 forgets', async () => {
    const log = await FastLog.on(load());
    log.name('UNLINK', tree.etc, tree.fstab, 'fstab').name('UNLINK', tree.etc, tree.fstab, 'fstab').tail();
    const files = await expectClean(log, 2);
    await expect(files.stat('/etc/fstab')).rejects.toMatchObject({ code: 'not-found' });
    expect((await files.stat(tree.fstab)).size).toBe(0);
  });

  test.each([
    ['plain', tree.home, '/home'],
    ['with an index', tree.many, '/usr/share/many'],
  ])('a directory grows, one that is %s', async (_what, ino, path) => {
    const log = await FastLog.on(load());
    const names = Array.from({ length: 120 }, (_, i) => `${'name'.repeat(8)}-${i}`);
    const before = await (await openImage(log.image.source())).stat(ino);
    for (const name of names) log.name('LINK', ino, tree.fstab, name);
    log.inode(tree.fstab, { i_links_count: 121 }).name('UNLINK', ino, tree.fstab, names[60]!).tail();
    const { findings, journal, files } = await replayed(log);
    expect(journal).toMatchObject({ fastCommits: 122, fastCommitsSkipped: null });
    // as a kernel leaves it
    expect(findings).toEqual(['inode-blocks-wrong 0x01000d']);
    if (hasE2fsprogs) expect(e2fsck(await written(log.image)).codes).toEqual(['0x01000d']);
    const there = (await files.readdir(path).list()).map(({ name }) => name);
    expect(there).toEqual(expect.arrayContaining(names.filter((_, i) => i !== 60)));
    expect(there).not.toContain(names[60]);
    expect((await files.stat(ino)).size).toBeGreaterThan(before.size);
  });

  test('damage that was there before is still found', async () => {
    const image = load().setInode(tree.empty, { i_links_count: 7 });
    const log = await FastLog.on(image);
    log.name('LINK', tree.home, tree.fstab, 'first').inode(tree.fstab, { i_links_count: 2 }).tail();
    const { findings, journal } = await replayed(log);
    expect(journal.fastCommitsSkipped).toBe(null);
    expect(findings).toEqual(['inode-links-wrong 0x040003']);
  });
});

describe('what counts', () => {
  const link = (log: FastLog, name: string) => log.name('LINK', tree.home, tree.fstab, name);
  const found = async (log: FastLog) => (await checkWhole(log.image)).journal?.fastCommits;

  test('only what a tail with the right checksum and transaction confirms', async () => {
    const log = await FastLog.on(load());
    link(log, 'a').inode(tree.fstab, { i_links_count: 2 }).tail();
    link(log, 'b').tail(8, 1);
    expect(await found(log)).toBe(2);
    const other = await FastLog.on(load());
    link(other, 'a').tail(7);
    expect(await found(other)).toBe(0);
    const open = await FastLog.on(load());
    link(open, 'a');
    expect(await found(open)).toBe(0);
  });

  test('stops at the head of another transaction, at unknown features, and where there is no head', async () => {
    for (const spoil of [(log: FastLog) => log.head(9), (log: FastLog) => log.head(8, 1)]) {
      const log = await FastLog.on(load());
      spoil(log);
      link(log, 'a').tail();
      expect(await found(log)).toBe(0);
    }
    const log = await FastLog.on(load());
    link(log, 'a').tail();
    log.builder.block(log.builder.last + 1)[0] = fastCommitKind.PAD;
    expect(await found(log)).toBe(0);
  });

  test.each([
    ['a range', fastCommitKind.ADD_RANGE, 15],
    ['a hole', fastCommitKind.DEL_RANGE, 13],
    ['a name', fastCommitKind.CREAT, 8],
    ['a long name', fastCommitKind.LINK, 264],
    ['a short inode', fastCommitKind.INODE, 131],
    ['a long inode', fastCommitKind.INODE, 600],
    ['a head', fastCommitKind.HEAD, 12],
    ['nothing known', 10, 4],
  ])('the area ends at the length that %s cannot have', async (_what, kind, length) => {
    const log = await FastLog.on(load());
    link(log, 'a').inode(tree.fstab, { i_links_count: 2 }).tail();
    log.tag(kind, new Uint8Array(length)).tail();
    expect(await found(log)).toBe(2);
  });
});

describe('what is left alone, all or nothing', () => {
  const cases: [string, (log: FastLog, spare: Awaited<ReturnType<typeof free>>) => FastLog | Promise<FastLog>][] = [
    ['they make directory', (log) => log.name('CREAT', tree.home, tree.etc, 'x')],
    ['they remove directory', (log) => log.name('UNLINK', 2, tree.etc, 'etc')],
    ['is taken', (log) => log.name('LINK', tree.etc, tree.passwd, 'fstab')],
    ['leads elsewhere', (log) => log.name('UNLINK', tree.etc, tree.passwd, 'fstab')],
    ['a name that cannot be one', (log) => log.name('LINK', tree.etc, tree.passwd, 'a/b')],
    ['open without a name', (log) => log.inode(tree.fstab, { i_links_count: 0 })],
    ['extended attributes', (log) => log.inode(tree.fstab, { i_file_acl_lo: 77 })],
    ['extended attributes of its own', (log) => log.name('UNLINK', tree.etc, tree.osRelease, 'os-release')],
    ['a file of another type', (log) => log.inode(tree.fstab, { i_mode: 0o60644 })],
    ['how inode 44 is mapped', (log) => log.inode(tree.fstab, { i_flags: 0 })],
    ['blocks that do not exist', (log) => log.add(tree.fstab, 0, 2 ** 31, 1)],
    ['blocks that do not exist', (log) => log.add(tree.fstab, 0, 500, 0)],
    ['after the size limit of a file', (log) => log.add(tree.fstab, 2 ** 32 - 1, 500, 2)],
    ['no extents or is a directory', (log) => log.add(tree.vda, 0, 500, 1)],
    ['no extents or is a directory', (log) => log.remove(tree.home, 0, 1)],
    ['which is not in use', (log, { inodes }) => log.add(inodes[0]!, 0, 500, 1)],
    ['which is not in use', (log, { inodes }) => log.name('CREAT', tree.home, inodes[0]!, 'x')],
    ['no directory', (log) => log.name('LINK', tree.passwd, tree.fstab, 'x')],
    ['which does not exist', (log) => log.inode(0, {}, tree.fstab)],
    ['which does not exist', (log) => log.remove(2 ** 31, 0, 1)],
    [
      'has a wrong checksum',
      (log) => {
        log.image.bytes[log.image.inodeAt(tree.fstab)]! ^= 1;
        return log.name('LINK', tree.home, tree.fstab, 'x');
      },
    ],
    [
      'directory 18, which they change, is damaged',
      (log) => {
        log.image.bytes[log.image.blockAt(blocksOf(log.image, tree.home).get(0)!) + 100]! ^= 1;
        return log.name('LINK', tree.home, tree.fstab, 'x');
      },
    ],
  ];

  test.each(cases)('%s', async (why, make) => {
    const log = await FastLog.on(load());
    const spare = await free(log.image);
    // this one could be made
    log.name('LINK', tree.home, tree.passwd, 'first').inode(tree.passwd, { i_links_count: 2 });
    (await make(log, spare)).tail();
    const { report, journal, files } = await replayed(log);
    expect(journal.fastCommitsSkipped).toContain(why);
    expect(report.notChecked).toEqual([{ what: 'fast commits', why: expect.stringContaining(why) }]);
    expect((await files.stat(tree.passwd)).links).toBe(1);
  });

  test('a bitmap that is damaged', async () => {
    const log = await FastLog.on(load());
    const { groups } = await log.image.open();
    log.image.bytes[log.image.blockAt(groups.blockBitmap[0]!) + 3]! ^= 1;
    log.name('UNLINK', tree.etc, tree.fstab, 'fstab').tail();
    expect((await replayed(log)).journal.fastCommitsSkipped).toContain('a bitmap of group 0');
  });

  test('a file system with quotas', async () => {
    const log = await FastLog.on(load());
    log.name('UNLINK', tree.etc, tree.fstab, 'fstab').tail();
    log.image.setSuper({ s_feature_ro_compat: log.image.made.sb.s_feature_ro_compat | roCompat.quota });
    expect((await replayed(log)).journal.fastCommitsSkipped).toContain('counts quotas');
  });
});

describe('made to do harm', () => {
  const word = fc.oneof(
    fc.constantFrom(0, 1, 2, tree.home, tree.fstab, tree.many, tree.forks, tree.vda, 3, 0xffffffff, 0x80000000),
    fc.nat(4000),
  );
  const harm = fc.array(
    fc.oneof(
      fc.tuple(fc.constant('add' as const), word, word, word, fc.constantFrom(0, 1, 7, 32767)),
      fc.tuple(fc.constant('remove' as const), word, word, word, fc.constant(0)),
      fc.tuple(
        fc.constantFrom('CREAT' as const, 'LINK' as const, 'UNLINK' as const),
        word,
        word,
        fc.constantFrom(1, 2),
        fc.constant(0),
      ),
      fc.tuple(fc.constant('raw' as const), word, fc.nat(2 ** 31), fc.nat(128), fc.constant(0)),
      fc.tuple(fc.constant('inode' as const), fc.nat(90), fc.integer({ min: 11, max: 90 }), fc.nat(3), fc.constant(0)),
    ),
    { maxLength: 40 },
  );

  test('no changes whatever throw, and the check of what they come to ends', async () => {
    await fc.assert(
      fc.asyncProperty(harm, async (changes) => {
        const log = await FastLog.on(load());
        for (const [kind, a, b, c, d] of changes) {
          if (kind === 'add') log.add(a, b, c, d);
          else if (kind === 'remove') log.remove(a, b, c);
          else if (kind === 'inode') log.inode(a, { i_links_count: c }, b);
          else if (kind === 'raw') {
            const value = new Uint8Array(4 + 128 + (c & ~3)).fill(b & 255);
            new DataView(value.buffer).setUint32(0, a, true);
            log.tag(fastCommitKind.INODE, value);
          } else log.name(kind, a, b, ['fstab', 'x', 'home'][c]!);
        }
        log.tail();
        const { journal } = await checkWhole(log.image);
        expect(journal?.fastCommits).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: project === 'unit' ? 10 : 40 },
    );
  });
});

test('what a kernel left in a copy of a mounted image comes to what that kernel makes of it', async () => {
  const image = TestImage.unpack(recovery('fast-commits.img.gz'));
  const report = await checkWhole(image, { now: fixtureNow });
  expect(report).toMatchObject({ verdict: 'clean', journal: { fastCommits: 46, fastCommitsSkipped: null } });
  const files = await openImage(image.source());
  const found: string[] = [];
  const walk = async (path: string): Promise<void> => {
    for (const { name, type } of await files.readdir(path || '/').list()) {
      const below = `${path}/${name}`;
      if (type === 'directory') await walk(below);
      else {
        const { inode: ino, size, links } = await files.stat(below);
        const sum = createHash('md5')
          .update(await files.readWhole(below, 1e6))
          .digest('hex');
        found.push(`${below.slice(1)} ${ino} ${size} ${links} ${sum}`);
      }
    }
  };
  await walk('');
  const listing = readFileSync(recovery('fast-commits.txt'), 'utf8').trim().split('\n');
  expect(found.sort()).toEqual(listing.sort());
});

test('held blocks read the same in pieces of any size', async () => {
  const bytes = Uint8Array.from({ length: 20 * 64 + 10 }, (_, i) => i & 255);
  const held = new Map([3, 4, 9, 0].map((block) => [block, new DataView(new Uint8Array(64).fill(200 + block).buffer)]));
  const source = heldSource(memorySource(Uint8Array.from(bytes)), 64, held);
  for (const [block, view] of held) bytes.set(new Uint8Array(view.buffer), block * 64);
  await fc.assert(
    fc.asyncProperty(fc.nat(1400), fc.nat(700), async (at, length) => {
      const into = new Uint8Array(length);
      const got = await source.read(at, into);
      expect(Buffer.compare(into.subarray(0, got), bytes.subarray(at, at + length))).toBe(0);
    }),
  );
});

nativeDescribe('e2fsck comes to the same', () => {
  const made = (options: string) =>
    makeImage({
      size: '10M',
      options: `-t ext4 -b 1024 -J size=2 ${options}`,
      commands: ['mkdir d', 'write package.json d/a', 'write package-lock.json d/b'],
    });

  test.each([
    ['with checksums', '-O metadata_csum,64bit'],
    ['without', '-O ^metadata_csum,^64bit,uninit_bg'],
    ['small inodes', '-O metadata_csum -I 128'],
    ['several groups', '-O metadata_csum -g 2048'],
  ])('%s', async (_name, options) => {
    const log = await FastLog.on(made(options));
    const { image } = log;
    const [a, b] = [13, 14];
    expect(inode.i_links_count(image.view, image.inodeAt(b))).toBe(1);
    const { blocks, inodes } = await free(image);
    const spare = blocks.slice(-600);
    const ino = inodes.find((one) => one > 14)!;
    log.inode(ino, fresh(40 * 1024), a);
    for (let i = 0; i < 20; i++) log.add(ino, i * 2, spare[i * 2]!, 1);
    log
      .name('CREAT', 12, ino, 'new')
      .inode(ino, fresh(40 * 1024), a)
      .tail();
    log.remove(b, 3, 4).add(b, 4, spare[100]!, 2, true).inode(b).tail();
    log.name('LINK', 2, a, 'linked').name('UNLINK', 12, a, 'a').inode(a).tail();
    const files = await expectClean(log, 29);
    const after = replayedByE2fsck(image);
    const report = await checkWhole(after);
    expect(inShort(report.findings)).toEqual([]);
    expect((await checkWhole(image)).filesystem).toMatchObject({
      freeBlocks: report.filesystem!.freeBlocks,
      freeInodes: report.filesystem!.freeInodes,
    });
    const other = await openImage(after.source());
    for (const path of ['/d/new', '/d/b', '/linked']) {
      const { size, inode: number, links } = await other.stat(path);
      expect(await files.stat(path)).toMatchObject({ size, inode: number, links });
      expect(Buffer.compare(await files.readWhole(path, 1e6), await other.readWhole(path, 1e6))).toBe(0);
    }
  });
});
