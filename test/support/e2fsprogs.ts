/** The native tools, where they are installed: images of kinds that fixtures/ does not have, and e2fsck's verdict. */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestImage } from './image';
import { sharedImage } from './shared-images';
import { eachPart, Master } from './sparse';
import { works } from './tools';

/** Whether mke2fs, debugfs and e2fsck can be run. Tests that need them are skipped without. */
export const hasE2fsprogs = ['mke2fs', 'debugfs', 'e2fsck'].every((tool) => works(tool, '-V'));

/** The version of an e2fsck, such as `1.47.0`. */
export const versionOf = (tool: string): string =>
  /e2fsck ([0-9.]+)/.exec(String(spawnSync(tool, ['-V']).stderr))?.[1] ?? '';

/** That of the installed e2fsck; empty without one. */
export const e2fsckVersion = hasE2fsprogs ? versionOf('e2fsck') : '';

/** Seconds since 1970 that the tools take for the present. */
export const fakeNow = 1_700_000_000;

const fixed = {
  ...process.env,
  LC_ALL: 'C',
  TZ: 'UTC',
  E2FSPROGS_FAKE_TIME: String(fakeNow),
  E2FSCK_TIME: String(fakeNow),
};

/** A common mke2fs.conf without checksums, so that recipes mean the same everywhere. */
const mke2fsConfig = `[defaults]
 base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
 inode_size = 256
[fs_types]
 ext3 = {
  features = has_journal
 }
 ext4 = {
  features = has_journal,extent,huge_file,flex_bg,64bit,dir_nlink,extra_isize
 }
 small = {
 }
 floppy = {
 }
`;

/** A folder in memory where the system has one with room for any test image: e2fsck waits for a disk, and rm too. */
export const fastFolder = (() => {
  const memory = '/dev/shm';
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= 2 ** 30 ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
})();

function inFolder<T>(work: (folder: string) => T, base = tmpdir()): T {
  const folder = mkdtempSync(join(base, 'extcheck-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  input?: string,
  allowed: readonly number[] = [0],
): void {
  const { status, stderr, stdout } = spawnSync(command, args, {
    env,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  if (!allowed.includes(status ?? -1)) throw new Error(`${command} ${args.join(' ')}: ${status} ${stderr} ${stdout}`);
}

export interface Recipe {
  /** As mke2fs takes it: '4M'. */
  size: string;
  /** Arguments of mke2fs, separated by blanks. */
  options: string;
  /** Commands for debugfs. */
  commands?: readonly string[];
  /** Let e2fsck write counters and quota files. */
  settle?: boolean;
}

/** Images in the memory of this worker, by recipe; the oldest ones make room for new ones. */
const made = new Map<string, Master>();
const mostBytes = 256 * 2 ** 20;

function keep(key: string, master: Master): void {
  made.set(key, master);
  let total = 0;
  for (const { taken } of made.values()) total += taken;
  for (const [oldest, { taken }] of made) {
    if (total <= mostBytes || oldest === key) break;
    made.delete(oldest);
    total -= taken;
  }
}

function follow(recipe: Recipe, image: string, folder: string): void {
  const config = join(folder, 'mke2fs.conf');
  writeFileSync(config, mke2fsConfig);
  const env = { ...fixed, MKE2FS_CONFIG: config };
  run(
    'mke2fs',
    ['-q', '-F', '-U', '00c0ffee-0000-4000-8000-000000000001', ...recipe.options.split(' '), image, recipe.size],
    env,
  );
  if (recipe.commands) run('debugfs', ['-w', '-f', '-', image], env, recipe.commands.join('\n'));
  if (recipe.settle) run('e2fsck', ['-fy', image], env, undefined, [0, 1]);
}

/** A fresh copy of an image made by mke2fs. Each recipe is followed once, by the first worker of a run that needs it. */
export function makeImage(recipe: Recipe): TestImage {
  const key = JSON.stringify(recipe);
  let master = made.get(key);
  if (!master) {
    const bytes = inFolder((folder) => {
      const image = join(folder, 'image');
      const make = () => follow(recipe, image, folder);
      // a tree on disk is of this worker alone
      if (/ -d /.test(recipe.options)) make();
      else return sharedImage(key, image, make);
      return readFileSync(image);
    });
    master = new Master(bytes);
    keep(key, master);
  }
  return new TestImage(master.copy());
}

/** Writes a file whose stretches of zeros are holes: most of an image is empty, and writing it takes longer than e2fsck. */
export function writeSparse(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w');
  try {
    eachPart(bytes, (at, part) => writeSync(file, part, 0, part.length, at));
    ftruncateSync(file, bytes.length);
  } finally {
    closeSync(file);
  }
}

export interface E2fsckResult {
  /** Exit status: 0 clean, 4 problems left, 8 stopped. */
  status: number;
  /** Every problem code that was logged, in order and with repeats, as `0x010005`. */
  codes: string[];
  /** The same with all fields of each in the log: `code`, `ino`, `dir`, `blk`, `group` and so on, as text. */
  problems: Record<string, string>[];
}

export interface E2fsckRun {
  /** Milliseconds after which e2fsck is killed, with status -1. */
  timeout?: number | undefined;
  /** Seconds since 1970 that e2fsck takes for the present. */
  now?: number | undefined;
  /** Which e2fsck. */
  tool?: string | undefined;
}

/** Runs `e2fsck -fn` on an image. */
export function e2fsck(
  { bytes }: TestImage,
  { timeout = 20_000, now = fakeNow, tool = 'e2fsck' }: E2fsckRun = {},
): E2fsckResult {
  return inFolder((folder) => {
    const image = join(folder, 'image');
    const log = join(folder, 'problems.xml');
    const config = join(folder, 'e2fsck.conf');
    writeSparse(image, bytes);
    writeFileSync(config, `[options]\nproblem_log_filename = ${log}\n`);
    const { status } = spawnSync(tool, ['-fn', image], {
      env: { ...fixed, E2FSCK_CONFIG: config, E2FSPROGS_FAKE_TIME: String(now), E2FSCK_TIME: String(now) },
      timeout,
      // e2fsck ignores softer signals in an endless loop
      killSignal: 'SIGKILL',
    });
    let text = '';
    try {
      text = readFileSync(log, 'utf8');
    } catch {
      // e2fsck writes no log without problems
    }
    const problems = [...text.matchAll(/<problem ([^>]*)\/>/g)].map(
      ([, attributes]): Record<string, string> =>
        Object.fromEntries([...attributes!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!])),
    );
    return { status: status ?? -1, codes: problems.map(({ code }) => code!), problems };
  }, fastFolder);
}
