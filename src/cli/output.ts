/** Writes standard output completely, also into slow, full and closed pipes, without delaying signals. */
import type { Writable } from 'node:stream';
import { fs } from '../source/fs';

const { constants, fstatSync, openSync, writeSync } = fs;

/** A destination of text and bytes. When `write` resolves, they have left the process, so the process may end at any time. */
export interface Output {
  /** Writes all of it, text as UTF-8. Does nothing after the reader has left or writing has failed. Never rejects. */
  write(data: string | Uint8Array): Promise<void>;
  /** Whether the reader has left or writing has failed. */
  readonly isStopped: boolean;
  /** Why the output is incomplete; undefined if only the reader has left. */
  readonly failure: Error | undefined;
}

/** Standard output, written in the way that suits its kind. */
export function standardOutput(): Output {
  const stats = fstatSync(1);
  // A direct write to a blocking pipe or socket would stop the process, and its signal handlers, while the reader sleeps.
  // Node's stream does not suit files: it does not notice a partial write to a full disk.
  if (!stats.isFIFO() && !stats.isSocket()) return new DescriptorOutput(1);
  const fd = stats.isFIFO() ? reopened(1) : undefined;
  return fd === undefined ? new StreamOutput(process.stdout) : new DescriptorOutput(fd);
}

/**
 * The pipe, opened again for non-blocking writes, which only Linux supports; undefined elsewhere. It avoids Node's stream,
 * which takes 3 ms of every start. Setting the pipe itself to non-blocking would affect all its writers.
 */
function reopened(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

abstract class Stoppable {
  failure: Error | undefined;
  protected stopped = false;

  get isStopped(): boolean {
    return this.stopped;
  }

  protected stop(error: unknown): void {
    this.stopped = true;
    if (codeOf(error) === 'EPIPE' || this.failure !== undefined) return;
    this.failure = error instanceof Error ? error : new Error(String(error));
  }
}

export class StreamOutput extends Stoppable implements Output {
  constructor(private readonly stream: Writable) {
    super();
    stream.on('error', (error) => this.stop(error));
  }

  async write(data: string | Uint8Array): Promise<void> {
    if (this.stopped || data.length === 0) return;
    await new Promise<void>((resolve) => {
      this.stream.write(data, (error) => {
        if (error) this.stop(error);
        resolve();
      });
    });
  }
}

export class DescriptorOutput extends Stoppable implements Output {
  constructor(private readonly fd: number) {
    super();
  }

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    for (let at = 0; at < bytes.length && !this.stopped; ) {
      try {
        at += writeSync(this.fd, bytes, at, Math.min(bytes.length - at, 1 << 16));
      } catch (error) {
        const code = codeOf(error);
        if (code === 'EAGAIN') await new Promise<void>((resolve) => setTimeout(resolve, 1));
        else if (code !== 'EINTR') this.stop(error);
      }
    }
  }
}

/** Writes a message to standard error immediately, as far as possible; never throws, gives up after ten seconds. */
export function writeError(text: string): void {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  for (let tries = 0; at < bytes.length && tries < 2000; ) {
    try {
      at += writeSync(2, bytes, at);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') return;
      tries++;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
