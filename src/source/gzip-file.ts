/** Opens an image file by path and decompresses it if it is gzip. */
import { join } from 'node:path';
import type { Gunzip } from 'node:zlib';
import { codeOf, descriptorSource, openFile, reason } from './file';
import { fs } from './fs';
import { gzipMagicLength, isGzip, sizeFieldLength, unpackedSizeHint } from './gzip';
import { memorySource } from './memory';
import { requireSize } from './range';
import { type ByteSource, SourceError } from './source';

const { closeSync, constants, ftruncateSync, openSync, unlinkSync, writeSync } = fs;

/** Options of `openImageFile`; they have no effect on a file that is not compressed. */
export interface OpenImageOptions {
  /** Stops the decompression. It has no effect on the returned source. */
  signal?: AbortSignal;
  /**
   * Largest number of decompressed bytes in memory, before a temporary file is used; 64 MiB by default, at most 2 GiB.
   */
  memoryLimit?: number;
  /** Folder of the temporary file; the system's default may be in memory and small. */
  tempDir?: string;
  /** Refuse a file that decompresses to more bytes than this; 1 TiB by default. */
  maxSize?: number;
}

/** Opens the image file at `path`, unpacked if it is gzip; see `openImageFile` of the entry. */
export async function openImageFile(path: string, options: OpenImageOptions = {}): Promise<ByteSource> {
  const { signal, memoryLimit = 2 ** 26, maxSize = 2 ** 40 } = options;
  requireSize('memoryLimit', memoryLimit);
  requireSize('maxSize', maxSize);
  signal?.throwIfAborted();

  const file = openFile(path);
  let keepOpen = false;
  try {
    const head = new Uint8Array(gzipMagicLength);
    await file.source.read(0, head);
    keepOpen = file.isDevice || !isGzip(head);
    if (keepOpen) return file.source;
    const tempDir = options.tempDir ?? (await import('node:os')).tmpdir();
    return await unpack(file.source, new Spool(path, Math.min(memoryLimit, 2 ** 31), maxSize, tempDir), signal);
  } finally {
    if (!keepOpen) file.source.close?.();
  }
}

async function unpack(packed: ByteSource, spool: Spool, signal: AbortSignal | undefined): Promise<ByteSource> {
  // A late import: it adds milliseconds to every start, and few images are compressed.
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip({ chunkSize: 2 ** 18 });
  const stop = () => gunzip.destroy(new Error('aborted'));
  let feeding: Promise<void> | undefined;
  try {
    const tail = new Uint8Array(sizeFieldLength);
    await packed.read(Math.max(0, packed.size - tail.length), tail);
    spool.expect(unpackedSizeHint(tail));
    // No await between here and the loop: the loop handles errors, and an unhandled one would end the process.
    signal?.throwIfAborted();
    signal?.addEventListener('abort', stop);
    feeding = feed(packed, gunzip);
    for await (const chunk of gunzip) spool.add(chunk);
    await requireZeros(packed, gunzip.bytesWritten, spool);
    signal?.throwIfAborted();
    return spool.finish();
  } catch (error) {
    spool.discard();
    signal?.throwIfAborted();
    if (!codeOf(error)?.startsWith('Z_')) throw error;
    // zlib counts a piece of input only after it has processed it.
    const after = `after byte ${gunzip.bytesWritten} of ${packed.size}`;
    const what = codeOf(error) === 'Z_BUF_ERROR' ? 'is truncated' : `is corrupt ${after}`;
    throw new SourceError(`${spool.name}: its gzip data ${what}: ${reason(error)}`, spool.size, 0, { cause: error });
  } finally {
    gunzip.destroy();
    await feeding;
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * Writes all of `packed` to `gunzip`, as fast as it accepts it, and destroys it when reading fails; never rejects. Not
 * a pipeline: that fails when the decompression ends before its input, as with padding after the last member.
 */
async function feed(packed: ByteSource, gunzip: Gunzip): Promise<void> {
  let wake = () => {};
  // A stream that has ended never drains; it is closed then.
  for (const event of ['drain', 'close']) gunzip.on(event, () => wake());
  try {
    for await (const { bytes } of chunksOf(packed, 0)) {
      const drained = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (!gunzip.write(bytes)) await drained;
      if (gunzip.destroyed) return;
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error as Error);
  }
}

/** zlib stops at the first zero byte after a member: padding if only zeros follow, else data that would be lost. */
async function requireZeros(packed: ByteSource, from: number, spool: Spool): Promise<void> {
  for await (const { at, bytes } of chunksOf(packed, from)) {
    if (zeros.compare(bytes, 0, bytes.length, 0, bytes.length) === 0) continue;
    const other = bytes.findIndex((byte) => byte !== 0);
    const what = `zeros from byte ${from} on, then other data at byte ${at + other}`;
    throw new SourceError(`${spool.name}: its gzip data is corrupt or not all of it: ${what}`, spool.size, 0);
  }
}

async function* chunksOf(source: ByteSource, from: number): AsyncGenerator<{ at: number; bytes: Uint8Array }> {
  for (let at = from; ; ) {
    // A new array each time, because a stream may still use the last one.
    const chunk = new Uint8Array(zeros.length);
    const length = await source.read(at, chunk);
    if (length === 0) return;
    yield { at, bytes: chunk.subarray(0, length) };
    at += length;
  }
}

/** Collects decompressed bytes, in memory up to a limit and then in a temporary file. */
class Spool {
  /** Bytes so far. */
  size = 0;
  private memory = Buffer.alloc(0);
  private file: TempFile | undefined;

  constructor(
    readonly name: string,
    private readonly memoryLimit: number,
    private readonly maxSize: number,
    private readonly tempDir: string,
  ) {}

  /** Allocates memory for so many bytes in total; a hint. */
  expect(size: number): void {
    if (this.file || size <= this.memory.length) return;
    const kept = this.memory.subarray(0, this.size);
    if (size <= this.memoryLimit) {
      this.memory = Buffer.alloc(Math.min(this.memoryLimit, Math.max(size, 2 * this.memory.length)));
      kept.copy(this.memory);
    } else {
      this.file = this.orFail(() => new TempFile(this.tempDir));
      this.memory = Buffer.alloc(0);
      this.write(0, kept);
    }
  }

  add(chunk: Buffer): void {
    const size = this.size + chunk.length;
    if (size > this.maxSize) {
      throw new SourceError(`${this.name}: unpacks to more than the ${this.maxSize} bytes allowed`, this.size, 0);
    }
    this.expect(size);
    this.write(this.size, chunk);
    this.size = size;
  }

  finish(): ByteSource {
    const { file, size } = this;
    if (!file) return memorySource(this.memory.subarray(0, size));
    this.orFail(() => ftruncateSync(file.fd, size));
    return descriptorSource(
      `${this.name}, unpacked`,
      size,
      () => file.fd,
      () => file.close(),
    );
  }

  discard(): void {
    this.file?.close();
    this.memory = Buffer.alloc(0);
  }

  /** Skips pages of zeros, which take no space in new files and memory. */
  private write(at: number, bytes: Buffer): void {
    const { file, memory } = this;
    const put = (from: number, to: number) => {
      if (from === to) return;
      const run = bytes.subarray(from, to);
      if (file) this.orFail(() => file.write(at + from, run));
      else run.copy(memory, at + from);
    };
    let runStart = 0;
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + pageSize - ((at + start) % pageSize));
      // not the other way round: Deno 2 refuses offsets in the argument that are past the end of `this`
      if (bytes.compare(zeros, 0, end - start, start, end) === 0) {
        put(runStart, start);
        runStart = end;
      }
      start = end;
    }
    put(runStart, bytes.length);
  }

  private orFail<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(cause) ?? '');
      const what = `${this.name}: cannot unpack it to a temporary file in ${this.tempDir}: ${reason(cause)}`;
      throw new SourceError(full ? `${what}; choose a tempDir with more space` : what, this.size, 0, { cause });
    }
  }
}

const zeros = Buffer.alloc(2 ** 16);
const pageSize = 4096;

/** A file that exists only while it is open. */
class TempFile {
  /** -1 once closed. */
  fd: number;
  private readonly path: string;
  private named = false;

  constructor(dir: string) {
    this.path = join(dir, `extcheck-${process.pid}-${Math.random().toString(36).slice(2)}`);
    this.fd = openSync(this.path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      unlinkSync(this.path);
    } catch {
      // Some systems, such as Windows, cannot remove the name of an open file.
      this.named = true;
      process.on('exit', this.close);
    }
  }

  write(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done, bytes.length - done, at + done);
  }

  /** Closes and removes the file; has no effect when called twice. */
  readonly close = (): void => {
    if (this.fd === -1) return;
    const fd = this.fd;
    this.fd = -1;
    closeSync(fd);
    if (!this.named) return;
    process.off('exit', this.close);
    unlinkSync(this.path);
  };
}
