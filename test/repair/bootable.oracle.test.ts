/** `--accept bootable`: the repaired copy has to pass the walk of a boot, and the step that fails is named. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { repairImage } from '../../src/repair/repair';
import { renderRepair } from '../../src/repair/text';
import { elementalTree, type FileTree, imageOf } from '../support/boot-image';
import { cli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { freshFolder, isClean, sha256 } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let image: string;
beforeEach(() => {
  folder = freshFolder();
  image = join(folder, 'active.img');
});

/** A system that boots except for the damage that debugfs makes. */
function system(commands: string[], tree: FileTree = elementalTree()): string {
  writeFileSync(image, imageOf(tree, { commands }));
  return sha256(image);
}

const wrongCount = 'sif /usr/lib links_count 7';
const asked = { yes: true, accept: 'bootable', profile: 'elemental' } as const;
const withoutKernel = () => {
  const { '/boot/vmlinuz-6.4.0': _, ...tree } = elementalTree();
  return tree;
};

describe.skipIf(!hasE2fsprogs)('a repair that is to boot (needs e2fsprogs)', () => {
  test('is accepted where every step works', async () => {
    const hash = system([wrongCount]);
    const report = await repairImage(image, asked);
    expect(report).toMatchObject({ outcome: 'repaired', status: 1, boot: { verdict: 'boots', profile: 'elemental' } });
    expect(report.boot!.steps.map(({ step }) => step)).toContain('kernel');
    expect(renderRepair(report)).toContain('Boot path (elemental)\n  Every step works.\n');
    expect([isClean(image), sha256(report.backup!.path)]).toEqual([true, hash]);
  });

  test('is refused where the kernel is lost by it, with the step and what the console shows', async () => {
    const hash = system([wrongCount, 'clri /boot/vmlinuz-6.4.0']);
    const report = await repairImage(image, asked);
    const why =
      'it would not boot; step kernel: GRUB cannot load the kernel /boot/vmlinuz: /boot/vmlinuz: the symlink points to /boot/vmlinuz-6.4.0, which does not exist';
    expect(report).toMatchObject({
      outcome: 'still-damaged',
      status: 4,
      reason: `The repaired copy is not acceptable: ${why}. The image was left unchanged.`,
      boot: { verdict: 'fails' },
    });
    const text = renderRepair(report);
    expect(text).toContain('  FAIL kernel      GRUB cannot load the kernel /boot/vmlinuz');
    expect(text).toContain("| error: file `/boot/vmlinuz' not found.");
    expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    // the file system itself is in order after it
    expect(await repairImage(image, { yes: true })).toMatchObject({ outcome: 'repaired', boot: null });
  });

  test('goes by the profile', async () => {
    const { '/etc/harvester-release.yaml': _, ...tree } = elementalTree();
    const hash = system([wrongCount], tree);
    const report = await repairImage(image, { ...asked, profile: 'harvester' });
    expect(report).toMatchObject({ outcome: 'still-damaged', reason: expect.stringContaining('step required: ') });
    expect(sha256(image)).toBe(hash);
    expect(await repairImage(image, asked)).toMatchObject({ outcome: 'repaired' });
  });

  test('reports an image that has nothing to repair and does not boot', async () => {
    const hash = system([], withoutKernel());
    expect(await repairImage(image, { yes: true })).toMatchObject({ outcome: 'nothing-to-do', status: 0 });
    expect(await repairImage(image, asked)).toMatchObject({
      outcome: 'still-damaged',
      status: 4,
      reason: expect.stringMatching(/nothing to repair; but it would not boot; step kernel: /),
    });
    expect(sha256(image)).toBe(hash);
  });

  test('takes its profile from the command line', () => {
    system([wrongCount]);
    const file = join(folder, 'mine.json');
    writeFileSync(file, JSON.stringify({ name: 'mine', labels: ['OTHER'], bootLoader: 'grub', steps: [] }));
    const options = ['repair', '--yes', '--accept', 'bootable', '--profile'];
    const refused = cli([...options, file, image]);
    expect([refused.status, refused.stdout.replaceAll(/\s+/g, ' ')]).toEqual([
      4,
      expect.stringContaining("it would not boot; step label: The label is 'COS_ACTIVE'"),
    ]);
    const taken = cli([...options, 'elemental', image]);
    expect([taken.status, taken.stdout]).toEqual([1, expect.stringContaining('Every step works.')]);
    expect(isClean(image)).toBe(true);
  });
});
