/** Makes a read-only mount writable for a while, and read-only again whatever happens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { shellWord } from '../report/printable';
import { findProgram } from './fsck-tool';
import { type Mount, mountOf, mounts } from './mounts';
import { Refusal } from './refusal';
import type { Runner } from './runner';

/**
 * Waits until this process reports that it is done, or ends in any way, including SIGKILL. In the second case it kills the
 * registered process group, which may be writing, and makes the mount read-only.
 */
const guardScript = `trap '' HUP INT TERM
group=
while read -r word value; do
  case $word in group) group=$value;; done) exit 0;; esac
done
[ -n "$group" ] && kill -KILL -- "-$group"
n=0
while [ "$n" -lt 200 ]; do
  "$1" -o remount,ro "$2" && exit 0
  n=$((n + 1))
  sleep 0.1
done`;

/** Attempts to make the mount read-only, and milliseconds between them: a process may still have a file open. */
const tries = 40;
const pause = 250;

/** The read-only mount that a file is on; undefined if its mount is writable. */
export function readOnlyMount(path: string): Mount | undefined {
  const mount = mountOf(path, mounts());
  return mount?.readOnly ? mount : undefined;
}

export class Remount {
  private constructor(
    readonly mountPoint: string,
    private readonly program: string,
    private readonly run: Runner,
    private readonly guard: ChildProcess,
  ) {}

  /** Makes a mount writable. @throws Refusal if that fails; the mount is still read-only then */
  static async open(mountPoint: string, run: Runner, signal?: AbortSignal): Promise<Remount> {
    const program = findProgram(['mount']);
    if (program === undefined) throw new Refusal('There is no mount command, so nothing can be remounted.');
    signal?.throwIfAborted();
    const guard = spawn('/bin/sh', ['-c', guardScript, 'extcheck-guard', program, mountPoint], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    guard.on('error', () => {});
    guard.stdin?.on('error', () => {});
    guard.unref();
    if (guard.pid === undefined) throw new Refusal('There is no /bin/sh for the guard process of the remount.');
    const remount = new Remount(mountPoint, program, run, guard);
    const result = await remount.mount('rw');
    if (!isReadOnly(mountPoint) && result.status === 0) return remount;
    const left = await remount.close();
    const why = result.failure ?? result.output.trim() ?? `status ${result.status}`;
    throw new Refusal(
      `${mountPoint} cannot be made writable: ${why || `status ${result.status}`}.${left === null ? '' : ` ${left}`}`,
    );
  }

  /** Registers the process group that may be writing. */
  watch(group: number): void {
    this.guard.stdin?.write(`group ${group}\n`);
  }

  private mount(mode: 'ro' | 'rw') {
    return this.run({ command: this.program, args: ['-o', `remount,${mode}`, this.mountPoint], timeLimit: 60_000 });
  }

  /** Makes the mount read-only again. Returns why that failed, as a sentence; null if it succeeded. */
  async close(): Promise<string | null> {
    let output = '';
    for (let i = 0; i < tries && !isReadOnly(this.mountPoint); i++) {
      if (i > 0) await new Promise<void>((resolve) => setTimeout(resolve, pause));
      const result = await this.mount('ro');
      output = result.failure ?? result.output.trim();
    }
    this.guard.stdin?.end('done\n');
    if (isReadOnly(this.mountPoint)) return null;
    return `${this.mountPoint} is STILL WRITABLE; it could not be made read-only again: ${output}. Run: ${this.program} -o remount,ro ${shellWord(this.mountPoint)}`;
  }
}

const isReadOnly = (mountPoint: string): boolean =>
  mounts()
    .filter((mount) => mount.mountPoint === mountPoint)
    .at(-1)?.readOnly === true;
