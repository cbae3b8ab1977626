/** Compressed bytes that come one after the other: of a file, of a stream or of a server. */
import type { ByteSource } from '../source';
import type { Settings } from './options';

export interface PackedInput {
  /** For messages. */
  readonly name: string;
  /** Bytes in total; null if unknown. */
  readonly size: number | null;
  /** The same bytes by their place, where that is possible. */
  readonly source?: ByteSource;
  /**
   * The bytes, once. An array is valid until the next one is asked for. Rejects with a SourceError if they cannot be read, and
   * with any error after `stop` or once the signal of the settings is aborted.
   */
  chunks(): AsyncGenerator<Uint8Array, void>;
  /** No more bytes are needed; has no effect when called twice. */
  stop(): void;
}

const chunkBytes = 2 ** 16;

/** A file, which its owner closes. */
export function fileInput(name: string, source: ByteSource): PackedInput {
  return {
    name,
    size: source.size,
    source,
    async *chunks() {
      const chunk = new Uint8Array(chunkBytes);
      for (let at = 0; ; ) {
        const length = await source.read(at, chunk);
        if (length === 0) return;
        at += length;
        yield chunk.subarray(0, length);
      }
    },
    stop() {},
  };
}

/** Milliseconds between two reports of progress. */
const reportEvery = 100;

/** The bytes of an input, counted and reported. */
export class Intake {
  /** Bytes so far, and whether those were all. */
  done = 0;
  ended = false;
  private reported = 0;

  constructor(
    readonly input: PackedInput,
    private readonly settings: Pick<Settings, 'onProgress' | 'signal'>,
  ) {}

  async *chunks(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of this.input.chunks()) {
      this.settings.signal?.throwIfAborted();
      this.done += chunk.length;
      this.report(false);
      yield chunk;
    }
    this.ended = true;
    this.report(true);
  }

  private report(isLast: boolean): void {
    const { onProgress } = this.settings;
    if (onProgress === undefined) return;
    const now = performance.now();
    if (!isLast && now - this.reported < reportEvery) return;
    this.reported = now;
    onProgress({ done: this.done, total: this.input.size ?? 0 });
  }
}

/** What is wrong with compressed data: words that can follow `its xz data`, and the reason. */
export interface Fault {
  what: string;
  why: string;
  cause?: unknown;
  /** False if the data does not end as it should, so that fields at its end mean nothing. */
  hasEnd?: boolean;
}
