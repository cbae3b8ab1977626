/** The commands boot and upgrade-state, and the gate's options on check, from outside. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BootReport } from '../../src/boot/boot-report';
import type { CheckReport } from '../../src/problem/report';
import { elementalTree, imageOf, inTemporaryFolder } from '../support/boot-image';
import { cli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { after, before, elementalState, inStateFolder } from '../support/state-folder';

describe.skipIf(!hasE2fsprogs)('extcheck boot', () => {
  test('text, JSON, profiles and statuses', () => {
    inTemporaryFolder((folder) => {
      const at = (name: string) => join(folder, name);
      writeFileSync(at('good.img'), imageOf(elementalTree()));
      const tree = elementalTree();
      delete tree['/boot/vmlinuz-6.4.0'];
      writeFileSync(at('bad.img'), imageOf(tree));
      const good = cli(['boot', '--profile', 'harvester', at('good.img')]);
      expect([good.status, good.stderr]).toEqual([0, '']);
      expect(good.stdout).toContain('will boot: every step of the boot path works');
      const bad = cli(['boot', '--profile', 'harvester', '--format', 'json', at('bad.img'), at('good.img')]);
      expect(bad.status).toBe(4);
      expect((JSON.parse(bad.stdout) as { verdict: string }[]).map(({ verdict }) => verdict)).toEqual([
        'fails',
        'boots',
      ]);
      writeFileSync(at('mine.json'), JSON.stringify({ name: 'mine', steps: [], required: ['/usr/bin/kiosk'] }));
      const mine = cli(['boot', '-q', '--profile', at('mine.json'), at('good.img')]);
      expect([mine.status, mine.stdout.split('\n').length]).toEqual([4, 2]);
      writeFileSync(at('old.json'), JSON.stringify({ name: 'old', steps: [], kernel: '2.0' }));
      for (const command of [['boot'], []])
        expect(cli([...command, '--profile', at('old.json'), at('good.img')])).toMatchObject({
          status: 16,
          stderr: expect.stringContaining('old.json: extcheck knows the features of Linux 2.6.28 and newer only.'),
        });
      const none = cli(['boot', at('nothing.img')]);
      expect([none.status, none.stderr]).toEqual([8, expect.stringContaining('nothing.img')]);
      expect(cli(['--e2fsck', '1.46', '--boot-loader', 'grub@2.00', at('good.img')]).status).toBe(0);
    });
  }, 60_000);

  test('a check with a profile also traces the boot path', () => {
    inTemporaryFolder((folder) => {
      const [good, bad] = [join(folder, 'good.img'), join(folder, 'bad.img')];
      writeFileSync(good, imageOf(elementalTree()));
      const tree = elementalTree();
      delete tree['/boot/vmlinuz-6.4.0'];
      writeFileSync(bad, imageOf(tree));
      expect(cli(['--profile', 'harvester', good, bad]).status).toBe(4);
      const checked = (args: string[]) => {
        const { status, stdout } = cli(['--profile', 'harvester', '--format', 'json', ...args]);
        const { verdict, checked, counts } = JSON.parse(stdout) as Pick<CheckReport, 'verdict' | 'checked' | 'counts'>;
        return { status, verdict, boot: checked.includes('boot'), counts };
      };
      expect(checked([good])).toEqual({ status: 0, verdict: 'clean', boot: true, counts: {} });
      expect(cli(['--quiet', bad]).status).toBe(0);
      const failing = checked([bad]);
      expect(failing).toMatchObject({ status: 4, verdict: 'error', boot: true });
      const alone = JSON.parse(cli(['boot', '--profile', 'harvester', '--format', 'json', bad]).stdout) as BootReport;
      expect(failing.counts).toEqual(alone.counts);
      // who reads the image is told of once, by the walk
      const refused = checked(['--kernel', '5.14-filetype', good]);
      expect(refused).toMatchObject({ status: 4, counts: { 'kernel-refuses-feature': expect.any(Number) } });
      const readers = cli(['--kernel', '5.14-filetype', '--format', 'json', good]).stdout;
      expect(refused.counts).toEqual((JSON.parse(readers) as CheckReport).counts);
    });
  }, 60_000);

  test.each([
    [['boot'], 'No image given.'],
    [['--profile', 'elementary', 'x.img'], 'Unknown profile elementary. Did you mean elemental?'],
    [['boot', '--profile', 'elementary', 'x.img'], 'Unknown profile elementary. Did you mean elemental?'],
    [['boot', '--boot-loader', 'lilo@1', 'x.img'], 'Expected grub@VERSION, u-boot@VERSION, barebox@VERSION'],
    [['--kernel', '2.0', 'x.img'], 'extcheck knows the features of Linux 2.6.28 and newer only.'],
    [['upgrade-state', 'x.img'], 'Unexpected argument x.img'],
    [['upgrade-state', '--root', '/', '--state', 'x.img'], '--root and --state cannot be used together.'],
  ])('%j is a usage error', (args, why) => {
    const { status, stderr } = cli(args);
    expect([status, stderr]).toEqual([16, expect.stringContaining(why)]);
  });
});

test('extcheck upgrade-state', async () => {
  const state = (booted: number, mode: 'active' | 'passive') =>
    elementalState({ mode, booted, assessment: { enable_boot_assessment: 'yes' } });
  await inStateFolder(state(before, 'active'), (root) => {
    const { status, stdout } = cli(['upgrade-state', '--no-images', '--root', root]);
    expect([status, stdout.split('\n')[0]]).toEqual([0, 'WAITING FOR THE REBOOT']);
    // the images there are none
    expect(cli(['upgrade-state', '-q', '--root', root]).status).toBe(4);
  });
  await inStateFolder(state(after, 'passive'), (root) => {
    const { status, stdout } = cli(['upgrade-state', '--no-images', '--format', 'json', '--root', root]);
    expect([status, (JSON.parse(stdout) as { verdict: string }).verdict]).toEqual([4, 'on-passive']);
  });
  const none = cli(['upgrade-state', '--root', '/nowhere/at/all']);
  expect([none.status, none.stderr]).toEqual([8, expect.stringContaining('/nowhere/at/all')]);
}, 60_000);
