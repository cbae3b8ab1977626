/** The steps of the running kernel: init, what init needs, os-release, and the files that the profile requires. */

import type { RequiredResult } from '../problem/report';
import { ImageError } from '../view/error';
import { checkRequired } from '../view/required';
import type { InodeRecord } from '../view/stat';
import { isElf, readElf } from './init/elf';
import { isExecutable, type SystemFiles } from './init/files';
import { missingLibraries } from './init/libraries';
import type { Machine } from './kernel/kernel';
import { problems } from './problems';
import { decodeUtf8 } from './text-of';
import type { Walk } from './walk';

const killed = 'Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00';
const noInit = 'Kernel panic - not syncing: No working init found.  Try passing init= option to kernel.';

/** What is printed where init cannot be executed: by systemd in the initramfs, or by the kernel. */
function cannotExecute(walk: Walk, path: string, error: string, number: number): string {
  const systemd = `Failed to execute ${path}, giving up: ${error}`;
  const kernel = `Starting init: ${path} exists but couldn't execute it (error ${number})\n${noInit}`;
  if (walk.systemdInitramfs === null) return `${systemd}\n(or, without systemd in the initramfs)\n${kernel}`;
  return walk.systemdInitramfs ? systemd : kernel;
}

/** The path and error of what the kernel would refuse. */
function damaged(walk: Walk, step: string, path: string, error: ImageError): void {
  const cleaning = error.code === 'damaged' || error.code === 'unreadable' || error.code === 'deleted';
  const said =
    error.code === 'unreadable'
      ? 'Input/output error'
      : cleaning
        ? 'Structure needs cleaning'
        : 'Required key not available';
  const at = error.path ?? path;
  const says = `The kernel cannot reach ${path}: ${error.message}.`;
  const where = error.inode === undefined ? { path: at } : { path: at, inode: error.inode };
  walk.fails(step, says, problems['boot-path-damaged'], where, { why: error.message }, `${path}: ${said}`);
}

/** The first init that is there, in the order in which they are tried. */
async function findInit(
  files: SystemFiles,
  paths: readonly string[],
): Promise<{ path: string; record: InodeRecord } | null> {
  for (const path of paths) {
    const record = await files.find(path);
    if (record !== null) return { path, record };
  }
  return null;
}

async function initStep(walk: Walk, files: SystemFiles): Promise<{ path: string; machine: Machine | null } | null> {
  const { init } = walk.profile;
  const found = await findInit(files, init);
  if (found === null) {
    const console =
      walk.systemdInitramfs === false
        ? noInit
        : `No /sbin/init, trying fallback\nFailed to execute /bin/sh, giving up: No such file or directory\n${noInit}`;
    walk.fails(
      'init',
      'There is no init.',
      problems['init-missing'],
      {},
      { why: `none of ${init.join(', ')} is there` },
      console,
    );
    return null;
  }
  const { path, record } = found;
  const where = { path: record.path ?? path, inode: record.ino };
  if (record.type !== 'file' || !isExecutable(record)) {
    const why = record.type === 'file' ? 'nobody has the right to execute it' : `it is a ${record.type}`;
    const says = `${path} cannot be executed: ${why}.`;
    walk.fails(
      'init',
      says,
      problems['init-not-executable'],
      where,
      { why },
      cannotExecute(walk, path, 'Permission denied', -13),
    );
    return { path: where.path, machine: null };
  }
  const bytes = await files.whole(record);
  if (bytes[0] === 0x23 && bytes[1] === 0x21) return script(walk, files, where, bytes);
  const elf = readElf(bytes);
  if (elf === null) {
    const why = isElf(bytes)
      ? 'its ELF headers reach past its end'
      : bytes.every((byte) => byte === 0)
        ? 'it holds only NUL bytes'
        : 'it is neither ELF nor a script';
    const says = `${path} is no program: ${why}.`;
    walk.fails(
      'init',
      says,
      problems['init-not-a-program'],
      where,
      { why },
      cannotExecute(walk, path, 'Exec format error', -8),
    );
    return { path: where.path, machine: null };
  }
  walk.works(
    'init',
    `${path}${where.path === path ? '' : ` (${where.path})`} is an executable program for ${elf.machine}.`,
  );
  await loaderStep(walk, files, path, elf.interpreter, elf.machine);
  const missing = await missingLibraries(files, where.path, elf);
  for (const { name, neededBy, why } of missing) {
    const console = `${path}: error while loading shared libraries: ${name}: cannot open shared object file: No such file or directory\n${killed}`;
    const data = { why: `${name}, which ${neededBy} needs: ${why}` };
    walk.fails('libraries', `${name} is missing.`, problems['init-library-missing'], { path: neededBy }, data, console);
  }
  if (missing.length === 0 && elf.needed.length > 0)
    walk.works('libraries', 'All libraries that init needs, and those that they need, are there.');
  architecture(walk, elf.machine);
  return { path: where.path, machine: elf.machine };
}

function architecture(walk: Walk, init: Machine): void {
  const kernel = walk.machine;
  // a kernel of 64 bits runs programs of 32
  if (
    kernel === null ||
    kernel === init ||
    (kernel === 'x86_64' && init === 'i386') ||
    (kernel === 'aarch64' && init === 'arm')
  )
    return;
  const says = `The kernel is for ${kernel} and init for ${init}.`;
  walk.fails(
    'init',
    says,
    problems['boot-architecture-mixed'],
    {},
    { kernel, init },
    `Starting init: /sbin/init exists but couldn't execute it (error -8)\n${noInit}`,
  );
}

async function loaderStep(
  walk: Walk,
  files: SystemFiles,
  init: string,
  interpreter: string | null,
  machine: Machine,
): Promise<void> {
  if (interpreter === null) return;
  const record = await files.find(interpreter);
  const head = record === null || record.type !== 'file' ? null : await files.head(record, 64);
  if (record !== null && head !== null && isElf(head) && isExecutable(record)) {
    walk.works('libraries', `The dynamic loader ${interpreter} is there (${machine}).`);
    return;
  }
  const absent = record === null;
  const why = absent ? `${interpreter} is not there` : `${interpreter} is no executable ELF file`;
  const console = cannotExecute(
    walk,
    init,
    absent ? 'No such file or directory' : 'Accessing a corrupted shared library',
    absent ? -2 : -80,
  );
  walk.fails(
    'libraries',
    `Init cannot be started: ${why}.`,
    problems['init-loader-missing'],
    { path: interpreter },
    { why },
    console,
  );
}

async function script(walk: Walk, files: SystemFiles, where: { path: string; inode: number }, bytes: Uint8Array) {
  const line = decodeUtf8(bytes.subarray(2, 256)).split('\n')[0]!.trim();
  const interpreter = line.split(/\s+/)[0] ?? '';
  const record = interpreter.startsWith('/') ? await files.find(interpreter) : null;
  if (record === null || record.type !== 'file' || !isExecutable(record)) {
    const why = `it is a script for ${interpreter === '' ? 'nothing' : interpreter}, which cannot be executed`;
    walk.fails(
      'init',
      `${where.path}: ${why}.`,
      problems['init-loader-missing'],
      where,
      { why },
      cannotExecute(walk, where.path, 'No such file or directory', -2),
    );
  } else walk.works('init', `${where.path} is an executable script for ${interpreter}.`);
  return { path: where.path, machine: null };
}

async function releaseStep(walk: Walk, files: SystemFiles): Promise<void> {
  const failed = (path: string, why: string) => {
    const console =
      "Failed to switch root: Specified switch root path '/sysroot' does not seem to be an OS tree. os-release file is missing.";
    walk.fails('os-release', `${path}: ${why}.`, problems['os-release-missing'], { path }, { why }, console);
  };
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const record = await files.find(path);
    if (record === null) continue;
    if (record.type !== 'file') return failed(path, 'it is no regular file');
    const text = decodeUtf8(await files.head(record, 65536));
    const name = /^PRETTY_NAME=["']?(.*?)["']?$/m.exec(text)?.[1];
    if (text.replaceAll('\0', '').trim() === '')
      return failed(path, text === '' ? 'it is empty' : 'it holds only NUL bytes');
    if (!/^(NAME|ID|PRETTY_NAME)=/m.test(text)) return failed(path, 'it names no system');
    walk.works('os-release', `${path} names ${name === undefined ? 'the system' : `'${name.slice(0, 100)}'`}.`);
    return;
  }
  failed('/etc/os-release', 'there is neither this file nor /usr/lib/os-release');
}

async function requiredStep(walk: Walk, files: SystemFiles, more: readonly string[]): Promise<RequiredResult[]> {
  const paths = [...walk.profile.required, ...more];
  const results = await checkRequired(files, paths);
  for (const { path, state } of results)
    if (state !== 'ok') {
      walk.steps.push({ step: 'required', ok: false, says: `${path} is ${state}.` });
      walk.collector.report(problems['boot-required-missing'], { path }, { state });
    }
  if (paths.length > 0 && results.every(({ state }) => state === 'ok'))
    walk.works('required', `All ${paths.length} required paths are sound.`);
  return results;
}

/** What the kernel and the initramfs do with the root file system. */
export async function systemSteps(walk: Walk, files: SystemFiles, required: readonly string[]) {
  let init: { path: string; machine: Machine | null } | null = null;
  try {
    if (walk.profile.init.length > 0) init = await initStep(walk, files);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    damaged(walk, 'init', error.path ?? '/sbin/init', error);
  }
  try {
    if (walk.profile.osRelease) await releaseStep(walk, files);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    damaged(walk, 'os-release', error.path ?? '/etc/os-release', error);
  }
  return { init, required: await requiredStep(walk, files, required) };
}
