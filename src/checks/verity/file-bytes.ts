/** The bytes of a file by file offset, also after its end, where the verity tree is. */
import { firstIndex } from '../../bytes/first-index';
import { GrowableF64 } from '../../bytes/growable';
import { walkMapping } from '../../volume/mapping';
import type { Volume } from '../../volume/volume';

/** Largest number of pieces of one file; a valid file of a terabyte has fewer. */
const maxRuns = 2 ** 20;

export class FileBytes {
  private readonly logical = new GrowableF64();
  private readonly physical = new GrowableF64();
  private readonly counts = new GrowableF64();
  /** The file block after the last mapped one, written or not. */
  end = 0;
  /** Whether the file has too many pieces or maps a block twice. */
  tooManyPieces = false;
  /** File offsets of whole file system blocks that the last `read` could not read. */
  readonly unread = new Set<number>();

  private constructor(private readonly volume: Volume) {}

  /** Reads the mapping of the inode in `view`. Damaged parts count as holes; the inode pass reports them. */
  static async open(volume: Volume, view: DataView): Promise<FileBytes> {
    const file = new FileBytes(volume);
    let next = 0;
    await walkMapping(volume, view, 0, {
      run(logical, physical, count, unwritten) {
        file.end = Math.max(file.end, logical + count);
        if (unwritten || count === 0) return true;
        if (logical < next || file.logical.length === maxRuns) {
          file.tooManyPieces = true;
          return false;
        }
        file.logical.push(logical);
        file.physical.push(physical);
        file.counts.push(count);
        next = logical + count;
        return true;
      },
    });
    return file;
  }

  /** Index of the last run that starts at or before file block `block`; -1 when there is none. */
  private runUpTo(block: number): number {
    const starts = this.logical.view();
    return firstIndex(0, starts.length, (i) => starts[i]! > block) - 1;
  }

  /** The file system block of file block `block`; 0 for a hole. */
  place(block: number): number {
    const run = this.runUpTo(block);
    if (run < 0 || block >= this.logical.get(run) + this.counts.get(run)) return 0;
    return this.physical.get(run) + block - this.logical.get(run);
  }

  /** Whether no block is mapped in `length` bytes from file offset `at`. */
  isHole(at: number, length: number): boolean {
    const { blockSize } = this.volume.geometry;
    const run = this.runUpTo(Math.ceil((at + length) / blockSize) - 1);
    return run < 0 || (this.logical.get(run) + this.counts.get(run)) * blockSize <= at;
  }

  /** Fills `into` with the bytes from file offset `at`. Holes and everything after the end of the image are zeros. */
  async read(at: number, into: Uint8Array): Promise<void> {
    const { blockSize } = this.volume.geometry;
    this.unread.clear();
    into.fill(0);
    const end = at + into.length;
    for (let run = Math.max(0, this.runUpTo(Math.floor(at / blockSize))); run < this.logical.length; run++) {
      const start = this.logical.get(run) * blockSize;
      if (start >= end) return;
      const from = Math.max(at, start);
      const to = Math.min(end, start + this.counts.get(run) * blockSize);
      if (to > from)
        await this.piece(this.physical.get(run) * blockSize + from - start, from, into.subarray(from - at, to - at));
    }
  }

  /** Reads consecutive bytes; if that fails, block by block. */
  private async piece(place: number, at: number, into: Uint8Array): Promise<void> {
    const { blockSize } = this.volume.geometry;
    if ((await this.volume.read(place, into.length, into, true)) !== null) return;
    into.fill(0);
    for (let done = 0; done < into.length; ) {
      const length = Math.min(into.length - done, blockSize - ((at + done) % blockSize));
      const block = into.subarray(done, done + length);
      if ((await this.volume.read(place + done, length, block)) === null) {
        block.fill(0);
        this.unread.add(at + done - ((at + done) % blockSize));
      }
      done += length;
    }
  }

  /** Whether bytes of the last `read`, from file offset `at`, are missing. */
  isUnread(at: number, length: number): boolean {
    if (this.unread.size === 0) return false;
    const { blockSize } = this.volume.geometry;
    for (let block = at - (at % blockSize); block < at + length; block += blockSize)
      if (this.unread.has(block)) return true;
    return false;
  }
}
