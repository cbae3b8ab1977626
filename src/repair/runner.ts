/** Runs a native command with a time limit and cancellation; no process of it remains. */
import { spawn } from 'node:child_process';

/** One command to run. */
export interface RunRequest {
  command: string;
  args: readonly string[];
  /** Working folder. */
  cwd?: string;
  /** Variables added to the environment of this process. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the command is killed. */
  timeLimit: number;
  signal?: AbortSignal | undefined;
  /** Called with the process group when the command starts. */
  onStart?: (group: number) => void;
}

/** The result of one command. */
export interface RunResult {
  /** Exit status; null if it was killed by a signal or did not start. */
  status: number | null;
  /** The signal that killed it; null if none did. */
  signal: string | null;
  /** Standard output and standard error; beyond 512 KiB the middle is omitted. */
  output: string;
  /** Whether it exceeded the time limit. */
  timedOut: boolean;
  /** Why it could not be started; null if it was. */
  failure: string | null;
}

/** Runs a command. Never rejects: failures are in the result. */
export type Runner = (request: RunRequest) => Promise<RunResult>;

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 3000;
/** Milliseconds to wait for output after the command ended; a grandchild may keep the pipe open. */
const linger = 1000;
/** Bytes that are kept of the start of the output, and of its end. */
const keptBytes = 256 * 1024;

/** The start and the end of an output of any length. */
class Output {
  private readonly head: Buffer[] = [];
  private headBytes = 0;
  private tail: Buffer[] = [];
  private tailBytes = 0;
  private dropped = 0;

  add(piece: Buffer): void {
    const room = Math.max(0, keptBytes - this.headBytes);
    if (room > 0) this.head.push(piece.subarray(0, room));
    this.headBytes += Math.min(room, piece.length);
    const rest = piece.subarray(room);
    if (rest.length === 0) return;
    this.tail.push(rest);
    this.tailBytes += rest.length;
    while (this.tailBytes - this.tail[0]!.length >= keptBytes) {
      const { length } = this.tail.shift()!;
      this.tailBytes -= length;
      this.dropped += length;
    }
  }

  text(): string {
    const gap = this.dropped === 0 ? [] : [Buffer.from(`\n[${this.dropped} bytes omitted]\n`)];
    return Buffer.concat([...this.head, ...gap, ...this.tail]).toString('utf8');
  }
}

/** Sends a signal to a process group, which may have ended already. */
function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // it has ended
  }
}

/** Starts real processes, each in its own process group, so that Ctrl-C in a terminal reaches only this process. */
export const runCommand: Runner = (request) =>
  new Promise((resolve) => {
    const output = new Output();
    let timedOut = false;
    let settled = false;
    const timers: NodeJS.Timeout[] = [];
    const finish = (result: Pick<RunResult, 'status' | 'signal' | 'failure'>) => {
      if (settled) return;
      settled = true;
      for (const timer of timers) clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
      resolve({ ...result, output: output.text(), timedOut });
    };
    if (request.signal?.aborted) {
      finish({ status: null, signal: null, failure: 'it was not started because the repair was interrupted' });
      return;
    }
    const child = spawn(request.command, request.args, {
      cwd: request.cwd,
      env: { ...process.env, ...request.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const stop = () => {
      const group = child.pid;
      if (group === undefined) return;
      signalGroup(group, 'SIGTERM');
      timers.push(setTimeout(() => signalGroup(group, 'SIGKILL'), grace));
    };
    child.stdout.on('data', (piece: Buffer) => output.add(piece));
    child.stderr.on('data', (piece: Buffer) => output.add(piece));
    child.on('error', (error) => finish({ status: null, signal: null, failure: error.message }));
    child.on('close', (status, signal) => finish({ status, signal, failure: null }));
    child.on('exit', (status, signal) => {
      // processes that it started must not remain
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      timers.push(setTimeout(() => finish({ status, signal, failure: null }), linger));
    });
    request.signal?.addEventListener('abort', stop, { once: true });
    timers.push(
      setTimeout(() => {
        timedOut = true;
        stop();
      }, request.timeLimit),
    );
    if (child.pid !== undefined) request.onStart?.(child.pid);
  });

/** A command with its arguments, for reports. */
export const commandLine = (request: Pick<RunRequest, 'command' | 'args'>): string[] => [
  request.command,
  ...request.args,
];
