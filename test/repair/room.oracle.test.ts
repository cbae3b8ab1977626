/** Disks of their own: one that becomes full under e2fsck, and ones that share the blocks of copies. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { realFiles } from '../../src/repair/files';
import { findProgram } from '../../src/repair/fsck-tool';
import { repairImage } from '../../src/repair/repair';
import { undoRepair } from '../../src/repair/undo';
import { blocksOf } from '../support/boot-image';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { canMount, damagedImage, freshFolder, isClean, isRoot, sha256 } from '../support/repair';

vi.setConfig({ testTimeout: 120_000 });

/** Calls `work` with a folder on which something is mounted meanwhile. */
async function mounted(args: readonly string[], work: (folder: string) => Promise<void>): Promise<void> {
  const folder = freshFolder();
  const { status, stderr } = spawnSync('mount', [...args, folder], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  try {
    await work(folder);
  } finally {
    expect(spawnSync('umount', [folder]).status).toBe(0);
  }
}

/** An e2fsck that first takes all room beside what it works on, and afterwards gives it back. */
function fillingFsck(folder: string, ...afterwards: string[]): string {
  const path = join(folder, 'filling-e2fsck');
  const real = findProgram(['e2fsck'])!;
  const lines = [
    '#!/bin/sh',
    `[ "$1" = -V ] && exec ${real} -V`,
    'dd if=/dev/zero of=../filler bs=4096 2>/dev/null',
    `${real} "$@"`,
    'status=$?',
    ...afterwards,
    'exit $status',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(!isRoot || !hasE2fsprogs)('a disk that becomes full under e2fsck (needs root and e2fsprogs)', () => {
  /** Two files claim the same blocks, and the free ones hold zeros: the copy has holes where e2fsck writes the clone. */
  function needsRoom(folder: string, image: string): void {
    const content = join(folder, 'content');
    writeFileSync(content, 'content\n'.repeat(5 << 10));
    const make = { size: '4M', options: '-t ext2 -b 4096', commands: [`write ${content} one`, `write ${content} two`] };
    writeFileSync(image, makeImage(make).bytes);
    const blocks = blocksOf(readFileSync(image), 'one');
    expect(blocks).toHaveLength(10);
    const zero = blocks.map((_, i) => `zap_block -f two ${i}`);
    const claim = blocks.map((block, i) => `sif two block[${i}] ${block}`);
    expect(spawnSync('debugfs', ['-w', '-f', '-', image], { input: [...zero, ...claim].join('\n') }).status).toBe(0);
  }

  test('leaves the image unchanged, reports that, and removes its files', async () => {
    const tools = freshFolder();
    await mounted(['-t', 'tmpfs', '-o', 'size=24m', 'extcheck-test'], async (disk) => {
      const image = join(disk, 'active.img');
      needsRoom(tools, image);
      const hash = sha256(image);
      const report = await repairImage(image, { yes: true, fsck: fillingFsck(tools) });
      expect([report.status, sha256(image), readdirSync(disk).sort()]).toEqual([8, hash, ['active.img', 'filler']]);
      expect(report.reason).toMatch(
        /^The disk became full while e2fsck worked \(.*No space left on device.*\), so its result is not used\./,
      );
      // with room again the next one does it all
      spawnSync('rm', [join(disk, 'filler')]);
      expect(await repairImage(image, { yes: true })).toMatchObject({ outcome: 'repaired', leftovers: [] });
      expect(isClean(image)).toBe(true);
    });
  });

  test('for a moment: what e2fsck deleted for want of room is not taken for a repair', async () => {
    const tools = freshFolder();
    await mounted(['-t', 'tmpfs', '-o', 'size=24m', 'extcheck-test'], async (disk) => {
      const image = join(disk, 'active.img');
      needsRoom(tools, image);
      const hash = sha256(image);
      const report = await repairImage(image, { yes: true, fsck: fillingFsck(tools, 'rm ../filler') });
      expect(report.fsck!.rounds.at(-1)).toMatchObject({ command: expect.arrayContaining(['-n']), status: 0 });
      expect([report.outcome, report.status, sha256(image), readdirSync(disk)]).toEqual([
        'failed',
        8,
        hash,
        ['active.img'],
      ]);
    });
  });

  test('when it is full only afterwards, replaces nothing that was not kept', async () => {
    const tools = freshFolder();
    await mounted(['-t', 'tmpfs', '-o', 'size=24m', 'extcheck-test'], async (disk) => {
      const image = damagedImage(join(disk, 'active.img'));
      const hash = sha256(image);
      // a copy that needs no more room is repaired all the same; the note beside the original has none
      const report = await repairImage(image, { yes: true, fsck: fillingFsck(tools) });
      expect(report.outcome).toBe('failed');
      expect([report.status, sha256(image), readdirSync(disk).sort()]).toEqual([8, hash, ['active.img', 'filler']]);
      expect(report.reason).toMatch(
        /^The disk became full \(no space left.*\)\. The image was left unchanged\. Free some space, or use/,
      );
    });
  });
});

/** File systems that share blocks, with the options that make one in a file. */
const sharing = [
  { name: 'xfs', make: ['mkfs.xfs', '-q', '-m', 'reflink=1'], size: 320 << 20 },
  { name: 'btrfs', make: ['mkfs.btrfs', '-q'], size: 128 << 20 },
] as const;

describe.each(sharing)('copies on $name', ({ name, make, size }) => {
  const [program, ...options] = make;
  const tool = findProgram([program]);

  test.skipIf(!canMount || tool === undefined)(
    `share their blocks (needs root, loop devices and ${program})`,
    async (context) => {
      const folder = freshFolder();
      const partition = join(folder, 'partition');
      writeFileSync(partition, '');
      truncateSync(partition, size);
      expect(spawnSync(tool!, [...options, partition]).status).toBe(0);
      const probe = join(folder, 'probe');
      mkdirSync(probe);
      if (spawnSync('mount', ['-o', 'loop', partition, probe]).status !== 0) context.skip(`the kernel has no ${name}`);
      spawnSync('umount', [probe]);
      await mounted(['-o', 'loop', partition], async (disk) => {
        const image = join(disk, 'active.img');
        copyFileSync(damagedImage(join(folder, 'original')), image);
        const hash = sha256(image);
        const shared: boolean[] = [];
        const files = {
          ...realFiles,
          clone(from: string, to: string) {
            const done = realFiles.clone(from, to);
            shared.push(done);
            return done;
          },
        };
        const report = await repairImage(image, { yes: true, files });
        expect(report).toMatchObject({ outcome: 'repaired', backup: { method: 'link', sha256: hash } });
        expect([shared, isClean(image)]).toEqual([[true], true]);
        expect(statSync(image).ino).not.toBe(statSync(report.backup!.path).ino);
        expect(await undoRepair(image)).toMatchObject({ outcome: 'undone' });
        expect([sha256(image), readdirSync(disk)]).toEqual([hash, ['active.img']]);
      });
    },
  );
});
