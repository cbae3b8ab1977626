/** Writes standard output completely, also into slow, full and closed pipes, without delaying signals. */
import type { Writable } from 'node:stream';
import { fs } from '../source/fs';

const { constants, fstatSync, openSync, writeSync } = fs;

/** A destination of text. When `write` resolves, the text has left the process, so the process may end at any time. */
export interface Output {
  /** Writes all of the text. Does nothing after the reader has left or writing has failed. Never rejects. */
  write(text: string): Promise<void>;
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

  async write(text: string): Promise<void> {
    if (this.stopped || text === '') return;
    await new Promise<void>((resolve) => {
      this.stream.write(text, (error) => {
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

  async write(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
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
