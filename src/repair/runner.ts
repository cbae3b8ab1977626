/** Runs one native command to its end: with a time limit, with cancellation, and with nothing of it left behind. */
import { spawn } from 'node:child_process';

/** One command to run. */
export interface RunRequest {
  command: string;
  args: readonly string[];
  /** Folder to run in. */
  cwd?: string;
  /** Set on top of this process's own environment. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the command is ended. */
  timeLimit: number;
  signal?: AbortSignal | undefined;
  /** Told the number of the process group as soon as there is one. */
  onStart?: (group: number) => void;
}

/** The result of one command. */
export interface RunResult {
  /** Exit status; null when it was ended by a signal or never ran. */
  status: number | null;
  /** The signal that ended it. */
  signal: string | null;
  /** Standard output and standard error as they came; the middle of more than 512 KiB is left out. */
  output: string;
  /** Ended because of the time limit. */
  timedOut: boolean;
  /** Why it could not be started. */
  failure: string | null;
}

/** Runs a command. Never rejects: what went wrong is in the result. */
export type Runner = (request: RunRequest) => Promise<RunResult>;

/** Milliseconds between asking a command to end and ending it. */
const grace = 3000;
/** Milliseconds that output is waited for once the command is gone; a grandchild may hold the pipe open. */
const linger = 1000;
/** Bytes kept of the beginning of the output, and of its end. */
const keptBytes = 256 * 1024;

/** The beginning and the end of a text that may be endless. */
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
      const gone = this.tail.shift()!.length;
      this.tailBytes -= gone;
      this.dropped += gone;
    }
  }

  text(): string {
    const gap = this.dropped === 0 ? [] : [Buffer.from(`\n[${this.dropped} bytes left out]\n`)];
    return Buffer.concat([...this.head, ...gap, ...this.tail]).toString('utf8');
  }
}

/** Sends a signal to a whole process group; one that is gone already is no matter. */
function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}

/** The runner that starts real processes, each in a process group of its own, so that a terminal's Ctrl-C is ours to handle. */
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
      finish({ status: null, signal: null, failure: 'it was not started any more' });
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
      // Whatever it started and left behind must not go on.
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

/** A command as it would be typed, for reports. */
export const commandLine = (request: Pick<RunRequest, 'command' | 'args'>): string[] => [
  request.command,
  ...request.args,
];
