/** Damaged images on disk for tests of repair, folders to put them in, and walks of their trees by the kernel. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Files, realFiles } from '../../src/repair/files';
import { hasE2fsprogs, makeImage } from './e2fsprogs';
import { isFullSoak } from './project';

export { freshFolder } from './scratch';

/** Whether all images and all moments are tested: in the full soak. */
export const long = isFullSoak;

export const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const run = (command: string, args: string[], input?: string) => spawnSync(command, args, { encoding: 'utf8', input });

/** A valid image of 4 MiB with a few files, some of them with the names of boot files. */
export function soundImage(path: string): string {
  writeFileSync(path, makeImage({ size: '4M', options: '-t ext4 -b 1024 -L COS_ACTIVE' }).bytes);
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-files-'));
  try {
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), `${name}\n`.repeat(3000));
    const write = (from: string, to: string) => `write ${join(folder, from)} ${to}`;
    const commands = [
      ...['boot', 'etc', 'usr'].map((name) => `mkdir ${name}`),
      write('a', 'boot/vmlinuz'),
      write('b', 'boot/initrd'),
      write('c', 'etc/os-release'),
      write('a', 'usr/one'),
      write('b', 'usr/two'),
    ];
    const made = run('debugfs', ['-w', '-f', '-', path], commands.join('\n'));
    if (made.status !== 0) throw new Error(made.stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return path;
}

/** The same with an unattached inode and a wrong link count: e2fsck -p cannot repair it. */
export function damagedImage(path: string): string {
  soundImage(path);
  // removes the name but not the inode; changes the count of /boot; truncates a file to its first bytes
  const commands = ['unlink usr/one', 'sif boot links_count 7', 'sif etc/os-release size 10'];
  run('debugfs', ['-w', '-f', '-', path], commands.join('\n'));
  return path;
}

/** Whether e2fsck finds nothing in a file. */
export const isClean = (path: string): boolean => run('e2fsck', ['-fn', path]).status === 0;

/** Files that may be next to an image when no repair is running: images, kept originals and their records. */
export const strays = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('.') || name.endsWith('.part') || name.endsWith('.new'));

export const isRoot = process.getuid?.() === 0;

/** Whether loop devices can be made and mounted here. */
export const canMount = ((): boolean => {
  if (!isRoot || !hasE2fsprogs) return false;
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-mount-'));
  try {
    const image = join(folder, 'image');
    writeFileSync(image, new Uint8Array(1 << 20));
    mkdirSync(join(folder, 'at'));
    if (run('mke2fs', ['-q', '-F', image]).status !== 0) return false;
    if (run('mount', ['-o', 'loop,ro', image, join(folder, 'at')]).status !== 0) return false;
    return run('umount', [join(folder, 'at')]).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();

/** What the kernel sees in an image: paths that can be looked at, and names that cannot. */
export interface Walk {
  paths: Map<string, string>;
  broken: Set<string>;
  /** Directories with several names, which only a damaged image has; their content is listed once. */
  several: Set<string>;
}

/** Mounts a copy of an image read-only and walks it; undefined where the kernel refuses. Needs root. */
export function kernelWalk(image: string): Walk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-walk-'));
  const at = join(folder, 'at');
  mkdirSync(at);
  run('cp', ['--sparse=always', image, join(folder, 'copy')]);
  // the device can be written to, so that the kernel replays the journal
  const device = run('losetup', ['--find', '--show', join(folder, 'copy')]).stdout.trim();
  if (device === '') throw new Error('losetup gives no loop device');
  const free = () => {
    run('losetup', ['--detach', device]);
    rmSync(folder, { recursive: true });
  };
  if (run('mount', ['-t', 'ext4', '-o', 'ro,errors=continue', device, at]).status !== 0) {
    free();
    return undefined;
  }
  const walk: Walk = { paths: new Map(), broken: new Set(), several: new Set() };
  const seen = new Map<number, string>();
  const visit = (directory: string) => {
    let names: Buffer[];
    try {
      names = readdirSync(Buffer.from(join(at, directory), 'latin1'), { encoding: 'buffer' });
    } catch {
      walk.broken.add(directory);
      return;
    }
    for (const raw of names) {
      const name = raw.toString('latin1');
      const path = `${directory === '/' ? '' : directory}/${name}`;
      try {
        const stats = lstatSync(Buffer.from(join(at, path), 'latin1'));
        walk.paths.set(path, stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'other');
        if (!stats.isDirectory()) continue;
        const first = seen.get(stats.ino);
        seen.set(stats.ino, first ?? path);
        if (first === undefined) visit(path);
        else for (const name of [first, path]) walk.several.add(name);
      } catch {
        walk.broken.add(path);
      }
    }
  };
  try {
    visit('/');
  } finally {
    run('umount', [at]);
    free();
  }
  return walk;
}

export const corpus = join(process.cwd(), '..', 'shared', 'corpus', 'lost-writes');
export const hasCorpus = existsSync(corpus);

/** An image of the corpus, unpacked into a folder. */
export function corpusImage(name: string, folder: string): string {
  const path = join(folder, `${name}.img`);
  writeFileSync(path, gunzipSync(readFileSync(join(corpus, `${name}.img.gz`))));
  return path;
}

/** The real files, which a process that `isDead` no longer changes. */
export const filesUntil = (isDead: () => boolean): Files =>
  Object.fromEntries(
    Object.entries(realFiles).map(([name, act]) => [
      name,
      (...args: never[]) => {
        if (isDead()) throw new Error('killed');
        return (act as (...args: never[]) => unknown)(...args);
      },
    ]),
  ) as unknown as Files;
