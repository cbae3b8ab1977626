/** Unpacks what the zlib of Node can: gzip, and zstd in newer versions. */
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { codeOf, reason } from '../file';
import { SourceError } from '../source';
import type { Fault, Intake } from './input';
import type { Settings } from './options';
import type { Spool } from './spool';
import { frameMagicLength, ZstdFrames } from './zstd-frames';

/** Fewer and larger pieces are faster. One that is not full is lost when an error is found. */
const outputBytes = 2 ** 18;

type Decompression = Transform & { readonly bytesWritten: number };

/** A decompression whose output goes to a spool. */
class Decoder {
  private readonly closed: Promise<void>;
  /** Why it stopped. */
  private failure: unknown;
  private hasEnded = false;

  constructor(
    private readonly stream: Decompression,
    take: (chunk: Buffer) => void,
  ) {
    this.closed = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', (error) => {
      this.failure ??= error;
    });
    stream.once('end', () => {
      this.hasEnded = true;
      // where data follows, it waits for the end of its input otherwise
      stream.destroy();
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        stream.destroy(error as Error);
      }
    });
  }

  /** Input that was processed, in bytes; after an error, without the piece that it was in. */
  get consumed(): number {
    return this.stream.bytesWritten;
  }

  /** Whether more input is wanted after this. A stream that has ended never calls back; it is closed then. */
  async write(bytes: Uint8Array): Promise<boolean> {
    const processed = new Promise<void>((resolve) => this.stream.write(bytes, () => resolve()));
    await Promise.race([processed, this.closed]);
    if (this.stream.errored) await this.closed;
    this.throwFailure();
    return !this.hasEnded && !this.stream.destroyed;
  }

  /** Waits for the rest of the output; all input was processed, since what comes out together with an error is lost. */
  async end(): Promise<void> {
    this.stream.end();
    await this.closed;
    this.throwFailure();
  }

  readonly destroy = (): void => {
    this.stream.destroy();
  };

  readonly abort = (): void => {
    this.stream.destroy(new Error('aborted'));
  };

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

/** Calls `stop` when the signal is aborted, until the returned function is called. */
function onAbort(signal: AbortSignal | undefined, stop: () => void): () => void {
  signal?.addEventListener('abort', stop);
  return () => signal?.removeEventListener('abort', stop);
}

const zeros = Buffer.alloc(2 ** 16);

/** The first byte that is not zero; -1 if there is none. */
function firstOther(bytes: Uint8Array): number {
  for (let from = 0; from < bytes.length; from += zeros.length) {
    const part = bytes.subarray(from, from + zeros.length);
    if (zeros.compare(part, 0, part.length, 0, part.length) !== 0) return from + part.findIndex((byte) => byte !== 0);
  }
  return -1;
}

/** zlib stops at the first zero byte after a member: padding if only zeros follow, else data that would be lost. */
async function afterPadding(
  intake: Intake,
  chunks: AsyncGenerator<Uint8Array, void>,
  from: number,
  rest: Uint8Array,
): Promise<Fault | null> {
  for (let bytes = rest; ; ) {
    const other = firstOther(bytes);
    if (other !== -1) {
      const why = `zeros from byte ${from} on, then other data at byte ${intake.done - bytes.length + other}`;
      return { what: 'is corrupt or not all of it', why, hasEnd: false };
    }
    const next = await chunks.next();
    if (next.done) return null;
    bytes = next.value;
  }
}

const corrupt = (intake: Intake, consumed: number, why: string, cause?: unknown): Fault => {
  const { size } = intake.input;
  return { what: `is corrupt after byte ${consumed}${size === null ? '' : ` of ${size}`}`, why, cause };
};

/**
 * Adds what the decoder lost when it found an error in the bytes from `from`: up to 256 KiB, which may be the end of an image
 * whose checksum is wrong or that is followed by other data. Unpacks all again, those bytes one by one. Only a file can be
 * read again.
 */
async function recoverEnd(intake: Intake, spool: Spool, from: number, settings: Settings): Promise<void> {
  const { source } = intake.input;
  if (source === undefined) return;
  let skip = spool.size;
  const decoder = new Decoder(zlib.createGunzip({ chunkSize: outputBytes }), (chunk) => {
    const known = Math.min(skip, chunk.length);
    skip -= known;
    if (known < chunk.length) spool.add(chunk.subarray(known));
  });
  const done = onAbort(settings.signal, decoder.abort);
  try {
    const chunk = new Uint8Array(zeros.length);
    for (let at = 0; ; ) {
      const length = await source.read(at, at < from ? chunk.subarray(0, Math.min(chunk.length, from - at)) : chunk);
      if (length === 0) return;
      if (at < from) await decoder.write(chunk.subarray(0, length));
      else for (let i = 0; i < length; i++) await decoder.write(chunk.subarray(i, i + 1));
      at += length;
    }
  } catch (error) {
    if (!codeOf(error)?.startsWith('Z_')) throw error;
  } finally {
    done();
    decoder.destroy();
  }
}

/** Unpacks gzip to `spool`; returns what is wrong with it, or null. */
export async function unpackGzip(intake: Intake, spool: Spool, settings: Settings): Promise<Fault | null> {
  const decoder = new Decoder(zlib.createGunzip({ chunkSize: outputBytes }), (chunk) => spool.add(chunk));
  const done = onAbort(settings.signal, decoder.abort);
  const chunks = intake.chunks();
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      if (await decoder.write(next.value)) continue;
      const { consumed } = decoder;
      const rest = next.value.subarray(next.value.length - intake.done + consumed);
      return await afterPadding(intake, chunks, consumed, rest);
    }
    await decoder.end();
    return null;
  } catch (error) {
    if (!codeOf(error)?.startsWith('Z_')) throw error;
    const why = reason(error);
    if (codeOf(error) === 'Z_BUF_ERROR') return { what: 'is truncated', why, cause: error, hasEnd: false };
    await recoverEnd(intake, spool, decoder.consumed, settings);
    // a header of another member, where there is other data
    return { ...corrupt(intake, decoder.consumed, why, error), hasEnd: why !== 'incorrect header check' };
  } finally {
    done();
    decoder.destroy();
  }
}

interface NewerZlib {
  createZstdDecompress?(options: { chunkSize: number; params: Record<number, number> }): Decompression;
}

/** From 22.15 and 23.8. */
const { createZstdDecompress } = zlib as NewerZlib;

export const hasZstd = createZstdDecompress !== undefined;

/** The parameter of the library for the memory of one frame, and its value as a base-2 logarithm. Files need more than 2^27 only if they were made with `--long`. */
const windowParameter = 100;
const zstdWindow = 30;

/** Unpacks zstd to `spool`; returns what is wrong with it, or null. Only where `hasZstd`. */
export async function unpackZstd(intake: Intake, spool: Spool, settings: Settings): Promise<Fault | null> {
  const frames = new ZstdFrames();
  const params = { [windowParameter]: zstdWindow };
  let decoder: Decoder | undefined;
  let processed = 0;
  let rest = Buffer.alloc(0);
  const done = onAbort(settings.signal, () => decoder?.abort());
  try {
    for await (const chunk of intake.chunks()) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      while (bytes.length - at >= (frames.isInside ? 1 : frameMagicLength)) {
        const { length, kind, isLast } = frames.take(bytes, at);
        const part = bytes.subarray(at, at + length);
        if (kind === 'other') return { what: 'is not all of it', why: `other data follows at byte ${processed}` };
        at += length;
        if (kind === 'frame') {
          decoder ??= new Decoder(createZstdDecompress!({ chunkSize: outputBytes, params }), (out) => spool.add(out));
          // separately the bytes that may be a wrong checksum: what comes out together with an error is lost
          const body = isLast ? Math.max(0, length - 4) : length;
          if (body > 0) await decoder.write(part.subarray(0, body));
          if (body < length) await decoder.write(part.subarray(body));
          if (isLast) await decoder.end();
          if (isLast) decoder = undefined;
        }
        processed += length;
      }
      rest = Buffer.from(bytes.subarray(at));
    }
    const isWhole = !frames.isInside && rest.length === 0;
    return isWhole ? null : { what: 'is truncated', why: 'unexpected end of file' };
  } catch (error) {
    const code = codeOf(error);
    if (!code?.startsWith('ZSTD_')) throw error;
    if (code.includes('windowTooLarge') || code.includes('memory')) {
      const { name } = intake.input;
      throw new SourceError(
        `${name}: it takes more than ${2 ** zstdWindow} bytes of memory to unpack it`,
        spool.size,
        0,
      );
    }
    return corrupt(intake, processed, reason(error), error);
  } finally {
    done();
    decoder?.destroy();
  }
}
