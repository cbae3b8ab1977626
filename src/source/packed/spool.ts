/** Collects bytes that come one after the other, in memory up to a limit and then in a temporary file. */
import { codeOf, descriptorSource, reason } from '../file';
import { fs } from '../fs';
import { memorySource } from '../memory';
import { type ByteSource, SourceError } from '../source';
import { spaceIn, TempFile } from './temp-file';

const { fstatSync, ftruncateSync } = fs;

const MiB = 2 ** 20;

/** Bytes of data between two looks at the free space. */
const spaceStep = 64 * MiB;
/** A full folder for temporary files makes other programs fail; on a small file system it is a sixteenth of it. */
const reserve = 128 * MiB;

export interface SpoolLimits {
  memoryLimit: number;
  maxSize: number;
  tempDir: string;
}

const shown = (bytes: number): string =>
  bytes < MiB
    ? `${Math.ceil(bytes / 1024)} KiB`
    : bytes < 10 * 1024 * MiB
      ? `${Math.floor(bytes / MiB)} MiB`
      : `${Math.floor(bytes / (1024 * MiB))} GiB`;

const adviceOnSpace = 'choose another folder with TMPDIR=FOLDER, or tempDir in the library';

export class Spool {
  /** Bytes so far. */
  size = 0;
  private memory = Buffer.alloc(0);
  private file: TempFile | undefined;
  /** Bytes in the file that are not zeros; those before the last look at the free space. */
  private written = 0;
  private looked = 0;

  /** The words of messages. */
  private readonly verb: string;

  constructor(
    readonly name: string,
    private readonly limits: SpoolLimits,
    /** Whether the bytes come from a decompression: they are in no file, image or device in this form. */
    private readonly isUnpacked: boolean,
    /** Number of bytes that will be written at least: see `requireSpace`. */
    private readonly least = 0,
  ) {
    this.verb = isUnpacked ? 'unpack' : 'store';
  }

  /** Allocates memory for so many bytes in total; a hint. */
  expect(size: number): void {
    if (this.file || size <= this.memory.length) return;
    const { memoryLimit } = this.limits;
    const kept = this.memory.subarray(0, this.size);
    if (size <= memoryLimit) {
      this.memory = Buffer.alloc(Math.min(memoryLimit, Math.max(size, 2 * this.memory.length)));
      kept.copy(this.memory);
    } else {
      this.requireSpace();
      this.file = this.orFail(() => new TempFile(this.limits.tempDir));
      this.memory = Buffer.alloc(0);
      this.write(0, kept);
    }
  }

  add(chunk: Uint8Array): void {
    const size = this.size + chunk.length;
    this.requireAllowed(size);
    this.expect(size);
    this.write(this.size, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    this.size = size;
    this.requireReserve();
  }

  /** @throws SourceError if `size` bytes are more than allowed */
  requireAllowed(size: number): void {
    const { maxSize } = this.limits;
    if (size <= maxSize) return;
    const has = this.isUnpacked ? 'unpacks to' : 'has';
    throw new SourceError(`${this.name}: ${has} more than the ${maxSize} bytes allowed`, this.size, 0);
  }

  /** The descriptor of the temporary file, for a process that writes to it instead; undefined while there is none. */
  get descriptor(): number | undefined {
    return this.size === 0 ? this.file?.fd : undefined;
  }

  /** Takes over what a process has written to the descriptor so far. */
  adopt(): void {
    const { size, blocks } = fstatSync(this.file!.fd);
    this.size = size;
    this.written = blocks * 512;
    this.requireAllowed(size);
    this.requireReserve();
  }

  /** The bytes as a source. */
  finish(): ByteSource {
    const { file, size, isUnpacked } = this;
    const located = isUnpacked ? { locate: () => undefined } : {};
    if (!file) return Object.assign(memorySource(this.memory.subarray(0, size)), located);
    this.orFail(() => ftruncateSync(file.fd, size));
    const name = isUnpacked ? `${this.name}, unpacked` : this.name;
    return Object.assign(
      descriptorSource(
        name,
        size,
        () => file.fd,
        () => file.close(),
      ),
      located,
    );
  }

  discard(): void {
    this.file?.close();
    this.memory = Buffer.alloc(0);
  }

  /** The error for a failed write. */
  failure(cause: unknown): SourceError {
    const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(cause) ?? '');
    const what = `${this.name}: cannot ${this.verb} it ${this.isUnpacked ? 'to' : 'in'} a temporary file in ${this.limits.tempDir}: ${reason(cause)}`;
    return new SourceError(full ? `${what}; ${adviceOnSpace}` : what, this.size, 0, { cause });
  }

  /**
   * Refuses at once where even the least will not fit. That is the compressed size, since no compression makes data larger by
   * more than a little; the size of the image is not, since most of an image can be zeros, which take no space here.
   */
  private requireSpace(): void {
    const { tempDir } = this.limits;
    const space = spaceIn(tempDir);
    if (space === null || space.free >= this.least) return;
    const what = `to ${this.verb} it takes ${shown(this.least)} at least in ${tempDir}, which has ${shown(space.free)} free`;
    throw new SourceError(`${this.name}: ${what}; ${adviceOnSpace}`, this.size, 0);
  }

  /** How much is needed shows only as the data comes: so it stops before the file system is full, and other programs fail. */
  private requireReserve(): void {
    if (this.written - this.looked < spaceStep) return;
    this.looked = this.written;
    const { tempDir } = this.limits;
    const space = spaceIn(tempDir);
    if (space === null || space.free >= Math.min(reserve, space.total / 16)) return;
    const what = `only ${shown(space.free)} are free in ${tempDir} after ${shown(this.written)} of its data`;
    throw new SourceError(
      `${this.name}: cannot ${this.verb} it: ${what}, and more follow; ${adviceOnSpace}`,
      this.size,
      0,
    );
  }

  /** Skips pages of zeros, which take no space in new files and memory. */
  private write(at: number, bytes: Buffer): void {
    const { file, memory } = this;
    const put = (from: number, to: number) => {
      if (from === to) return;
      const run = bytes.subarray(from, to);
      if (!file) return void run.copy(memory, at + from);
      this.orFail(() => file.write(at + from, run));
      this.written += run.length;
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
      throw this.failure(cause);
    }
  }
}

const zeros = Buffer.alloc(2 ** 16);
const pageSize = 4096;
