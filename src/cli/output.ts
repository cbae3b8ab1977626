/** Writes standard output completely, into slow, full and closed pipes alike, and never keeps a signal waiting. */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** Something to print to. What is written has left the process when `write` resolves, so it may end at any time after. */
export interface Output {
  /** Writes all of the text. Once the reader has left or writing failed, does nothing. Never rejects. */
  write(text: string): Promise<void>;
  /** Why writing failed for another reason than a reader who left; the output is incomplete then. */
  readonly failure: Error | undefined;
}

/** Standard output, in the way that fits what it is. */
export function standardOutput(): Output {
  const stats = fstatSync(1);
  // Writing directly to a pipe or socket that blocks would stop the process while its reader sleeps, and signals with
  // it. For files Node's own stream is no use: it takes no notice when a disk that gets full takes only a part.
  if (!stats.isFIFO() && !stats.isSocket()) return new DescriptorOutput(1);
  const fd = stats.isFIFO() ? openedAnew(1) : undefined;
  return fd === undefined ? new StreamOutput(process.stdout) : new DescriptorOutput(fd);
}

/**
 * The pipe opened once more for writing without blocking, which Linux can do; undefined elsewhere. It spares Node's
 * stream, 3 ms of every start. Made non-blocking itself, the pipe would be so for all who write to it.
 */
function openedAnew(fd: number): number | undefined {
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

/** An output through a stream. */
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

/** An output straight to a file descriptor. */
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

/** Writes a message to standard error at once, as far as that is possible; never throws, gives up after ten seconds. */
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
