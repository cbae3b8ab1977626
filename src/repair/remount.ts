/** A file system that is mounted read-only, made writable for a while, and read-only again whatever happens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { findProgram } from './fsck-tool';
import { type Mount, mountOf, mounts } from './mounts';
import { Refusal } from './refusal';
import type { Runner } from './runner';

/**
 * Waits for this process to say that it is done, or to end in any way, also by SIGKILL. In the second case it ends the
 * process group it was told of, which may be writing, and makes the mount read-only.
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

/** Tries to become read-only again, and milliseconds between them: whoever wrote just now may still have a file open. */
const tries = 40;
const pause = 250;

/** The read-only mount that a file lies on; undefined when it can be written to. */
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

  /** Makes a mount writable. @throws Refusal when that cannot be; it is read-only then as before */
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
    if (guard.pid === undefined) throw new Refusal('There is no /bin/sh to watch over the remounting.');
    const remount = new Remount(mountPoint, program, run, guard);
    const result = await remount.mount('rw');
    if (!isReadOnly(mountPoint) && result.status === 0) return remount;
    const left = await remount.close();
    const why = result.failure ?? result.output.trim() ?? `status ${result.status}`;
    throw new Refusal(
      `${mountPoint} cannot be made writable: ${why || `status ${result.status}`}.${left === null ? '' : ` ${left}`}`,
    );
  }

  /** Tells the guard which process group may be writing. */
  watch(group: number): void {
    this.guard.stdin?.write(`group ${group}\n`);
  }

  private mount(mode: 'ro' | 'rw') {
    return this.run({ command: this.program, args: ['-o', `remount,${mode}`, this.mountPoint], timeLimit: 60_000 });
  }

  /** Makes the mount read-only again. Returns what is wrong, as a sentence, when it would not; null when all is well. */
  async close(): Promise<string | null> {
    let said = '';
    for (let i = 0; i < tries && !isReadOnly(this.mountPoint); i++) {
      if (i > 0) await new Promise<void>((resolve) => setTimeout(resolve, pause));
      const result = await this.mount('ro');
      said = result.failure ?? result.output.trim();
    }
    this.guard.stdin?.end('done\n');
    if (isReadOnly(this.mountPoint)) return null;
    return `${this.mountPoint} is STILL WRITABLE, it could not be made read-only again: ${said}. Do it with: ${this.program} -o remount,ro ${this.mountPoint}`;
  }
}

const isReadOnly = (mountPoint: string): boolean =>
  mounts()
    .filter((mount) => mount.mountPoint === mountPoint)
    .at(-1)?.readOnly === true;
