/** An image of a state partition, with images of both systems in it, from the outside in. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { upgradeExitStatus } from '../../../src/boot/upgrade/upgrade-report';
import { stateOfFolder } from '../../../src/platform/folder-state';
import { inflateRaw } from '../../../src/platform/inflate';
import { memorySource } from '../../../src/source/memory';
import { stateOfImage, upgradeState } from '../../../src/upgrade-state';
import { blocksOf, elementalTree, imageOf, inTemporaryFolder, zeroBlock } from '../../support/boot-image';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import { after, elementalState, envBlock, inStateFolder, statePartition } from '../../support/state-folder';

const options = { inflate: inflateRaw };
const tentative = { enable_boot_assessment: 'yes', boot_assessment_tentative: 'yes' };

function withoutKernel(): Uint8Array {
  const tree = elementalTree();
  delete tree['/boot/vmlinuz-6.4.0'];
  return imageOf(tree);
}

/** A state partition as ext4 with the files given. */
function stateImage(files: Record<string, string | Uint8Array>, size = '40M'): Uint8Array {
  return inTemporaryFolder((folder) => {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'cOS'), { recursive: true });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
    const image = join(folder, 'image');
    const { status, stderr } = spawnSync(
      'mke2fs',
      ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-L', 'COS_STATE', '-d', root, image, size],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return new Uint8Array(readFileSync(image));
  });
}

describe.skipIf(!hasE2fsprogs)('images of both systems', () => {
  const good = hasE2fsprogs ? imageOf(elementalTree()) : new Uint8Array(0);

  test('rule 7 decides by whether GRUB could load active.img', async () => {
    const machine = (active: Uint8Array) =>
      elementalState({
        mode: 'passive',
        booted: after,
        assessment: tentative,
        more: { [`${statePartition}/cOS/active.img`]: active, [`${statePartition}/cOS/passive.img`]: good },
      });
    const broken = await inStateFolder(machine(withoutKernel()), (root) => upgradeState(stateOfFolder(root), options));
    expect([broken.rule, broken.verdict]).toEqual(['7', 'fell-back']);
    expect(broken.message).toContain('active.img cannot be booted');
    expect(broken.facts.images.map(({ name, verdict, boots }) => [name, verdict, boots])).toEqual([
      ['active', 'clean', false],
      ['passive', 'clean', true],
    ]);
    expect(broken.warnings.map(({ id }) => id)).toEqual([
      'next-boot-poisoned',
      'retry-destroys-good-image',
      'image-damaged',
    ]);
    const whole = await inStateFolder(machine(good), (root) => upgradeState(stateOfFolder(root), options));
    expect(whole.message).toContain('active.img can be booted: a person chose the fallback');
    expect(whole.warnings.map(({ id }) => id)).toEqual(['next-boot-poisoned']);
  });

  test('a damaged image that waits is a warning, so that the status is 4', async () => {
    const damaged = good.slice();
    zeroBlock(damaged, blocksOf(damaged, '/usr/lib/systemd')[0]!);
    const files = elementalState({
      mode: 'active',
      booted: after - 7200,
      assessment: { enable_boot_assessment: 'yes' },
      more: { [`${statePartition}/cOS/active.img`]: damaged, [`${statePartition}/cOS/passive.img`]: good },
    });
    const report = await inStateFolder(files, (root) => upgradeState(stateOfFolder(root), options));
    expect([report.verdict, upgradeExitStatus(report)]).toEqual(['waiting', 4]);
    expect(report.warnings.map(({ id }) => id)).toEqual(['retry-destroys-good-image', 'image-damaged']);
  });

  test('the same from an image of the partition, which does not know what runs', async () => {
    const state = stateImage({
      'cOS/active.img': good,
      'cOS/passive.img': good,
      'state.yaml': 'date: "2026-03-01T12:00:00Z"\n',
      boot_assessment: envBlock({ enable_boot_assessment: 'yes' }),
    });
    const report = await upgradeState(await stateOfImage(memorySource(state)), options);
    expect([report.rule, report.verdict, report.facts.scheme]).toEqual(['0', 'unknown', 'elemental-1']);
    expect(report.message).toContain('there is no command line');
    expect(report.facts).toMatchObject({
      enabled: true,
      tentative: false,
      upgraded: Date.parse('2026-03-01T12:00:00Z') / 1000,
    });
    expect(report.facts.images.map(({ verdict, boots }) => [verdict, boots])).toEqual([
      ['clean', true],
      ['clean', true],
    ]);
    expect(report.facts.free).toBeGreaterThan(report.facts.needed!);
    expect(report.warnings).toEqual([]);
    const left = stateImage({ 'cOS/active.img': good, 'cOS/passive.img': good, 'cOS/transition.img': good }, '8500K');
    const interrupted = await upgradeState(await stateOfImage(memorySource(left)), options);
    expect([interrupted.rule, interrupted.warnings.map(({ id }) => id)]).toEqual(['2', ['no-room']]);
    // no state.yaml: the time comes from the image itself
    expect(interrupted.facts.upgradedFrom).toContain('creation time of its file system');
  });
});
