/** Mounts images with the kernel of this machine, as root: what it says is the reference for `mountable`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' });

export interface MountResults {
  readWrite: boolean;
  readOnly: boolean;
  readOnlyDevice: boolean;
}

const ways: readonly (readonly [name: keyof MountResults, options: string, loop: readonly string[]])[] = [
  ['readOnlyDevice', 'ro', ['-r']],
  ['readOnly', 'ro', []],
  ['readWrite', 'rw', []],
];

/** Mounts a copy of the image in each way, and unmounts it. */
export function mountResults(bytes: Uint8Array): MountResults {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-mount-'));
  const at = join(folder, 'at');
  mkdirSync(at);
  const results: MountResults = { readWrite: false, readOnly: false, readOnlyDevice: false };
  try {
    for (const [name, options, loop] of ways) {
      const file = join(folder, `${name}.img`);
      writeFileSync(file, bytes);
      const device = run('losetup', ...loop, '-f', '--show', file).stdout.trim();
      results[name] = run('mount', '-t', 'ext4', '-o', options, device, at).status === 0;
      if (results[name]) run('umount', at);
      run('losetup', '-d', device);
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}
