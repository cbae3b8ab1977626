/** The steps of the running kernel: init, what init needs, os-release, and the files that the profile requires. */

import type { RequiredResult } from '../problem/report';
import { catchImageError, type ImageError } from '../view/error';
import { checkRequired } from '../view/required';
import type { InodeRecord } from '../view/stat';
import { type ElfFacts, isElf, readElf } from './init/elf';
import { isExecutable, type SystemFiles } from './init/files';
import { missingLibraries } from './init/libraries';
import type { Machine } from './kernel/kernel';
import { problems } from './problems';
import { decodeUtf8 } from './text-of';
import type { BootTrace } from './trace';

const killed = 'Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00';
const noInit = 'Kernel panic - not syncing: No working init found.  Try passing init= option to kernel.';

/** The init that the machine starts; `machine` is null for a script and for a file that cannot be executed. */
type Init = { path: string; machine: Machine | null };

/** What is printed if init cannot be executed: by systemd in the initramfs, or by the kernel. */
function cannotExecute(trace: BootTrace, path: string, error: string, number: number): string {
  const systemd = `Failed to execute ${path}, giving up: ${error}`;
  const kernel = `Starting init: ${path} exists but couldn't execute it (error ${number})\n${noInit}`;
  if (trace.systemdInitramfs === null) return `${systemd}\n(or, without systemd in the initramfs)\n${kernel}`;
  return trace.systemdInitramfs ? systemd : kernel;
}

function damaged(trace: BootTrace, step: string, usual: string, { code, path = usual, inode, message }: ImageError) {
  const error =
    code === 'unreadable'
      ? 'Input/output error'
      : code === 'damaged' || code === 'deleted'
        ? 'Structure needs cleaning'
        : 'Required key not available';
  const text = `The kernel cannot reach ${path}: ${message}.`;
  const where = inode === undefined ? { path } : { path, inode };
  trace.fail(step, text, 'boot-path-damaged', where, { why: message }, `${path}: ${error}`);
  return null;
}

/** The first init that exists, in the order in which the machine tries them. */
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

async function initStep(trace: BootTrace, files: SystemFiles): Promise<Init | null> {
  const { init } = trace.profile;
  const found = await findInit(files, init);
  if (found === null) {
    const console =
      trace.systemdInitramfs === false
        ? noInit
        : `No /sbin/init, trying fallback\nFailed to execute /bin/sh, giving up: No such file or directory\n${noInit}`;
    const why = `none of ${init.join(', ')} exists`;
    trace.fail('init', 'There is no init.', 'init-missing', {}, { why }, console);
    return null;
  }
  const { path, record } = found;
  const where = { path: record.path ?? path, inode: record.ino };
  if (record.type !== 'file' || !isExecutable(record)) {
    const why = record.type === 'file' ? 'it has no execute permission' : `it is a ${record.type}`;
    const console = cannotExecute(trace, path, 'Permission denied', -13);
    trace.fail('init', `${path} cannot be executed: ${why}.`, 'init-not-executable', where, { why }, console);
    return { path: where.path, machine: null };
  }
  const bytes = await files.whole(record);
  if (bytes[0] === 0x23 && bytes[1] === 0x21) return scriptStep(trace, files, where, bytes);
  const elf = readElf(bytes);
  if (elf === null) {
    const why = isElf(bytes)
      ? 'its ELF headers extend past its end'
      : bytes.every((byte) => byte === 0)
        ? 'it contains only NUL bytes'
        : 'it is neither ELF nor a script';
    const console = cannotExecute(trace, path, 'Exec format error', -8);
    trace.fail('init', `${path} is not a program: ${why}.`, 'init-not-a-program', where, { why }, console);
    return { path: where.path, machine: null };
  }
  const shown = `${path}${where.path === path ? '' : ` (${where.path})`}`;
  trace.pass('init', `${shown} is an executable program for ${elf.machine}.`);
  await loaderStep(trace, files, path, elf);
  const missing = await missingLibraries(files, where.path, elf);
  for (const { name, neededBy, why } of missing) {
    const console = `${path}: error while loading shared libraries: ${name}: cannot open shared object file: No such file or directory\n${killed}`;
    const data = { why: `${name}, which ${neededBy} needs: ${why}` };
    trace.fail('libraries', `${name} is missing.`, 'init-library-missing', { path: neededBy }, data, console);
  }
  if (missing.length === 0 && elf.needed.length > 0)
    trace.pass('libraries', 'All libraries that init needs, directly and indirectly, exist.');
  architecture(trace, elf.machine);
  return { path: where.path, machine: elf.machine };
}

/** Kernel and init that work together although their machines differ: a kernel of 64 bits runs programs of 32. */
const compatible = ['x86_64 i386', 'aarch64 arm'];

function architecture(trace: BootTrace, init: Machine): void {
  const kernel = trace.machine;
  if (kernel === null || kernel === init || compatible.includes(`${kernel} ${init}`)) return;
  const message = `The kernel is for ${kernel} and init for ${init}.`;
  const console = `Starting init: /sbin/init exists but couldn't execute it (error -8)\n${noInit}`;
  trace.fail('init', message, 'boot-architecture-mixed', {}, { kernel, init }, console);
}

async function loaderStep(
  trace: BootTrace,
  files: SystemFiles,
  init: string,
  { interpreter, machine }: ElfFacts,
): Promise<void> {
  if (interpreter === null) return;
  const record = await files.find(interpreter);
  const head = record === null || record.type !== 'file' ? null : await files.head(record, 64);
  if (record !== null && head !== null && isElf(head) && isExecutable(record)) {
    trace.pass('libraries', `The dynamic loader ${interpreter} exists (${machine}).`);
    return;
  }
  const [why, error, number] =
    record === null
      ? ([`${interpreter} does not exist`, 'No such file or directory', -2] as const)
      : ([`${interpreter} is not an executable ELF file`, 'Accessing a corrupted shared library', -80] as const);
  const console = cannotExecute(trace, init, error, number);
  const message = `Init cannot be started: ${why}.`;
  trace.fail('libraries', message, 'init-loader-missing', { path: interpreter }, { why }, console);
}

async function scriptStep(
  trace: BootTrace,
  files: SystemFiles,
  where: { path: string; inode: number },
  bytes: Uint8Array,
): Promise<Init> {
  const line = decodeUtf8(bytes.subarray(2, 256)).split('\n')[0]!.trim();
  const interpreter = line.split(/\s+/)[0] ?? '';
  const record = interpreter.startsWith('/') ? await files.find(interpreter) : null;
  const { path } = where;
  if (record === null || record.type !== 'file' || !isExecutable(record)) {
    const why =
      interpreter === ''
        ? 'it is a script that names no interpreter'
        : `it is a script for ${interpreter}, which cannot be executed`;
    const console = cannotExecute(trace, path, 'No such file or directory', -2);
    trace.fail('init', `${path}: ${why}.`, 'init-loader-missing', where, { why }, console);
  } else trace.pass('init', `${path} is an executable script for ${interpreter}.`);
  return { path, machine: null };
}

async function releaseStep(trace: BootTrace, files: SystemFiles): Promise<void> {
  const failed = (path: string, why: string) => {
    const console =
      "Failed to switch root: Specified switch root path '/sysroot' does not seem to be an OS tree. os-release file is missing.";
    trace.fail('os-release', `${path}: ${why}.`, 'os-release-missing', { path }, { why }, console);
  };
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const record = await files.find(path);
    if (record === null) continue;
    if (record.type !== 'file') return failed(path, 'it is not a regular file');
    const text = decodeUtf8(await files.head(record, 65536));
    const name = /^PRETTY_NAME=["']?(.*?)["']?$/m.exec(text)?.[1];
    if (text.replaceAll('\0', '').trim() === '')
      return failed(path, text === '' ? 'it is empty' : 'it contains only NUL bytes');
    if (!/^(NAME|ID|PRETTY_NAME)=/m.test(text)) return failed(path, 'it names no system');
    trace.pass('os-release', `${path} names ${name === undefined ? 'the system' : `'${name.slice(0, 100)}'`}.`);
    return;
  }
  failed('/etc/os-release', 'neither this file nor /usr/lib/os-release exists');
}

async function requiredStep(trace: BootTrace, files: SystemFiles, more: readonly string[]): Promise<RequiredResult[]> {
  const paths = [...trace.profile.required, ...more];
  const results = await checkRequired(files, paths);
  const failed = results.filter(({ state }) => state !== 'ok');
  for (const { path, state } of failed) {
    trace.steps.push({ step: 'required', ok: false, message: `${path} is ${state}.` });
    trace.collector.report(problems['boot-required-missing'], { path }, { state });
  }
  if (paths.length > 0 && failed.length === 0) trace.pass('required', `All ${paths.length} required paths are intact.`);
  return results;
}

export async function systemSteps(trace: BootTrace, files: SystemFiles, required: readonly string[]) {
  const { profile } = trace;
  const attempt = <T>(step: string, usual: string, work: () => Promise<T>) =>
    catchImageError(work, (error) => damaged(trace, step, usual, error));
  const init = profile.init.length > 0 ? await attempt('init', '/sbin/init', () => initStep(trace, files)) : null;
  if (profile.osRelease) await attempt('os-release', '/etc/os-release', () => releaseStep(trace, files));
  return { init, required: await requiredStep(trace, files, required) };
}
