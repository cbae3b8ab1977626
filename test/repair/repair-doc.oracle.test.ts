/** Runs every command of docs/repair.md on a state partition made for it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { elementalTree, imageOf } from '../support/boot-image';
import { builtCli, root } from '../support/cli';
import { canMount, damagedImage, freshFolder, sha256 } from '../support/repair';

vi.setConfig({ testTimeout: 300_000 });

const page = readFileSync(join(root, 'docs/repair.md'), 'utf8');

/** Each command with the status that the page says it ends with. */
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
  block!
    .trim()
    .split('\n')
    .map((line) => {
      const [, command, status] = /^(.*?)(?: # status (\d+))?$/.exec(line)!;
      return { command: command!, status: Number(status ?? 0) };
    }),
);

test('the page has commands, and options that there are', async () => {
  expect(commands.length).toBeGreaterThan(12);
  const { command } = await import('../../src/cli/commands/repair');
  const known = Object.keys(command.options).map((name) => `--${name}`);
  for (const option of new Set(page.match(/(?<![\w-])--[a-z][a-z-]+/g)))
    if (!['--list', '--output', '--sparse'].includes(option)) expect(known).toContain(option);
});

describe.skipIf(!canMount)('docs/repair.md (needs root and loop devices)', () => {
  test('does what it says', () => {
    const folder = freshFolder();
    const [state, usb, tools] = ['cos-state', 'usb', 'tools'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const path of [state, usb, tools]) mkdirSync(path);
    writeFileSync(join(tools, 'extcheck'), `#!/bin/sh\nexec ${process.execPath} ${builtCli()} "$@"\n`);
    chmodSync(join(tools, 'extcheck'), 0o755);
    const partition = join(folder, 'partition');
    writeFileSync(partition, '');
    truncateSync(partition, 48 << 20);
    const sh = (script: string) =>
      spawnSync('/bin/sh', ['-c', script], {
        encoding: 'utf8',
        env: { ...process.env, PATH: `${tools}:${process.env['PATH']}` },
      });
    expect(
      sh(`mke2fs -q -F -t ext4 ${partition} && mount -o loop ${partition} ${state} && mkdir ${state}/cOS`).status,
    ).toBe(0);
    const image = join(state, 'cOS', 'active.img');
    // a file without a name, a wrong count, and a file that lost its end
    const damage = ['unlink /usr/one', 'sif /boot links_count 7', 'sif /etc/cos/grub.cfg size 5'];
    writeFileSync(image, imageOf({ ...elementalTree(), '/usr/one': 'one\n' }, { commands: damage }));
    const device = sh(`losetup --find --show ${damagedImage(join(folder, 'disk'))}`).stdout.trim();
    try {
      expect(sh(`mount -o remount,ro ${state}`).status).toBe(0);
      const hash = sha256(image);
      for (const { command, status } of commands) {
        const here = command
          .replaceAll('/run/initramfs/cos-state', state)
          .replaceAll('/mnt/usb', usb)
          .replaceAll('/dev/sdX3', device);
        const result = sh(here);
        expect(result.status, `${command}\n${result.stdout}${result.stderr}`).toBe(status);
        if (command.includes('--undo') && !command.includes('/dev/')) expect(sha256(image)).toBe(hash);
      }
      expect(JSON.parse(readFileSync(join(usb, 'report.json'), 'utf8'))).toMatchObject({ outcome: 'nothing-to-do' });
    } finally {
      sh(`losetup --detach ${device}`);
      sh(`umount ${state}`);
    }
  });
});
