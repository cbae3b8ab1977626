/** Unpacks with a program of the system, to which the compressed bytes go through a pipe. */
import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { reason } from '../file';
import { SourceError } from '../source';
import type { PackedFormat } from './formats';
import type { Fault, Intake } from './input';
import type { Settings } from './options';
import type { Spool } from './spool';
import { findProgram, meaningOf, memoryLimit, type Tool, type ToolEnd, toolEnvironment, toolFor } from './tools';

/** Of the error output; the rest is read and dropped. */
const mostTextBytes = 4096;
/** Milliseconds between two looks at what a tool has written to a file. */
const watchEvery = 20;

/** A tool that runs. Whatever happens, it has ended when `ended` resolves, and `kill` makes it end. */
class RunningTool {
  readonly ended: Promise<ToolEnd & { signal: string | null }>;
  /** Why it was killed, or could not be started. */
  failure: unknown;
  hasEnded = false;
  readonly wasStarted: boolean;
  private readonly child: ChildProcess;
  private text = '';

  /** `output`: the descriptor of the file that it writes to; otherwise `take` gets what it writes. */
  constructor(path: string, args: readonly string[], output: number | undefined, take: (chunk: Buffer) => void) {
    this.child = spawn(path, args, {
      stdio: ['pipe', output ?? 'pipe', 'pipe'],
      // what its messages begin with
      argv0: basename(path),
      env: toolEnvironment(),
      windowsHide: true,
      // a signal from the terminal is for this process, which then ends the tool; when this process dies, its pipes end
      detached: process.platform !== 'win32',
    });
    const { stdin, stdout, stderr } = this.child;
    this.wasStarted = this.child.pid !== undefined;
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.failure ??= error;
        // it will not be closed if it was not started
        if (!this.wasStarted) resolve({ status: null, signal: null, text: '' });
      });
      this.child.on('close', (status, signal) => resolve({ status, signal, text: this.text }));
    });
    void this.ended.then(() => {
      this.hasEnded = true;
    });
    // it may end before its input does
    stdin?.on('error', () => {});
    stderr?.setEncoding('latin1');
    stderr?.on('data', (text: string) => {
      if (this.text.length < mostTextBytes) this.text += text.slice(0, mostTextBytes - this.text.length);
    });
    stdout?.on('data', (chunk: Buffer) => {
      if (this.failure !== undefined) return;
      try {
        take(chunk);
      } catch (error) {
        this.kill(error);
      }
    });
  }

  kill(why: unknown): void {
    this.failure ??= why;
    this.child.kill('SIGKILL');
  }

  /** Whether more input is wanted after this. */
  async write(bytes: Uint8Array): Promise<boolean> {
    const written = new Promise<boolean>((resolve) =>
      this.child.stdin!.write(bytes, (error) => resolve(error === null || error === undefined)),
    );
    return Promise.race([written, this.ended.then(() => false)]);
  }

  endInput(): void {
    this.child.stdin?.end();
  }
}

function missing(name: string, format: string, tool: Tool): SourceError {
  const what = `its ${format} data can be unpacked only with the program ${tool.program}, which is not installed`;
  const advice = `install the package ${tool.package}, or unpack it where that is: ${tool.command}`;
  return new SourceError(`${name}: ${what}; ${advice}`, 0, 0);
}

/** Gives the tool all of the input, as fast as it accepts it. */
async function feed(intake: Intake, tool: RunningTool): Promise<void> {
  try {
    for await (const chunk of intake.chunks()) if (!(await tool.write(chunk))) return;
    tool.endInput();
  } catch (error) {
    if (!tool.hasEnded) tool.kill(error);
  }
}

/** What the end of the tool means, after all its output was taken. */
function judge(end: ToolEnd & { signal: string | null }, tool: Tool, spool: Spool): Fault | null {
  const fail = (what: string) => new SourceError(`${spool.name}: ${what}`, spool.size, 0);
  if (end.signal !== null) throw fail(`${tool.program}, which unpacked it, was ended by ${end.signal}`);
  const meaning = meaningOf(end, spool.size > 0);
  if (meaning === 'full') throw spool.failure(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
  if (meaning === 'memory')
    throw fail(`${tool.program} needs more than ${memoryLimit} of memory for it; unpack it first: ${tool.command}`);
  if (meaning === 'usage') throw fail(`${tool.program} is too old to unpack it; unpack it first: ${tool.command}`);
  return meaning;
}

/** Unpacks `format` to `spool` with its tool; returns what is wrong with it, or null. */
export async function unpackByTool(
  format: Exclude<PackedFormat, 'gzip'>,
  intake: Intake,
  spool: Spool,
  settings: Settings,
): Promise<Fault | null> {
  const { signal } = settings;
  const tool = toolFor(format);
  const path = findProgram(tool.program);
  if (path === undefined) throw missing(spool.name, format, tool);
  // It writes to the file where there is one already, that is where the size is known to exceed memory: its output takes no
  // time here then, which is a quarter of that of xz.
  const output = tool.isSparse ? spool.descriptor : undefined;
  const args = output === undefined ? tool.args : [...tool.args, ...tool.sparseArgs];
  signal?.throwIfAborted();
  const running = new RunningTool(path, args, output, (chunk) => spool.add(chunk));
  const abort = () => running.kill(signal?.reason);
  signal?.addEventListener('abort', abort);
  const watch = setInterval(() => {
    if (output === undefined || running.failure !== undefined) return;
    try {
      spool.adopt();
    } catch (error) {
      running.kill(error);
    }
  }, watchEvery);
  try {
    const fed = feed(intake, running);
    const end = await running.ended;
    // a stream may never give another chunk
    intake.input.stop();
    await fed;
    signal?.throwIfAborted();
    const { failure } = running;
    if (!running.wasStarted)
      throw new SourceError(`${spool.name}: cannot run ${path}: ${reason(failure)}`, spool.size, 0);
    if (failure !== undefined) throw failure;
    if (output !== undefined) spool.adopt();
    return judge(end, tool, spool);
  } finally {
    clearInterval(watch);
    signal?.removeEventListener('abort', abort);
  }
}
