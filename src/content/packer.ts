/** Packs pieces of files into a lane's buffer with few large reads, then digests and scans them. */

import { type DigestLane, firstPart, lastPart, partWords, readWords } from '../platform/digests';
import { Turns } from '../source/turns';
import { ImageError } from '../view/error';
import type { Soon, Volume } from '../volume/volume';
import type { FileReading } from './file-reading';

/** Most bytes between two pieces that are read too, instead of reading twice. */
const gapBytes = 64 * 1024;
/** NUL bytes of holes that are digested in one go; own digests take some 20 ms for them. */
const maxHoleBytes = 4 * 1024 * 1024;

interface Read {
  /** Offset in the image, and in the buffer. */
  disk: number;
  from: number;
  length: number;
}

interface Piece {
  file: FileReading;
  /** Offset in the file. */
  at: number;
  /** Offset in the buffer; -1 for a hole. */
  from: number;
  length: number;
  /** Index of its read; -1 if it is already in the buffer, or a hole. */
  read: number;
  last: boolean;
}

export class Packer {
  private reads: Read[] = [];
  private pieces: Piece[] = [];
  private used = 0;
  private holes = 0;
  /** Events are handled while a source is read, but a hole needs no read, and digests take longer than reads. */
  private readonly turns = new Turns();

  constructor(
    private readonly volume: Volume,
    private readonly lane: DigestLane,
  ) {}

  /** Adds data in blocks: `length` bytes at offset `disk` of the image are at offset `at` of the file, the start of a block. */
  data(file: FileReading, at: number, disk: number, length: number): Soon<void> {
    if (length > this.makeRoom(disk)) return this.inParts(file, at, disk, length);
    this.place(file, at, disk, length);
  }

  private async inParts(file: FileReading, at: number, disk: number, length: number): Promise<void> {
    const { blockSize } = this.volume.geometry;
    for (let done = 0; done < length && file.error === null; ) {
      const room = this.makeRoom(disk + done);
      const whole = room - (room % blockSize);
      if (whole <= 0) {
        await this.flush();
        continue;
      }
      const taken = Math.min(whole, length - done);
      this.place(file, at + done, disk + done, taken);
      done += taken;
    }
  }

  /** Bytes left in the buffer for data at `disk`, including the gap before it if that is read too. */
  private makeRoom(disk: number): number {
    return this.lane.buffer.length - this.used - this.gap(disk);
  }

  private gap(disk: number): number {
    const last = this.reads[this.reads.length - 1];
    if (last === undefined || last.from + last.length !== this.used) return 0;
    const gap = disk - (last.disk + last.length);
    return gap > 0 && gap <= gapBytes ? gap : 0;
  }

  private place(file: FileReading, at: number, disk: number, length: number): void {
    const last = this.reads[this.reads.length - 1];
    const gap = this.gap(disk);
    const from = this.used + gap;
    const joins = last !== undefined && last.from + last.length === this.used && last.disk + last.length + gap === disk;
    if (joins) last.length += gap + length;
    else this.reads.push({ disk, from, length });
    this.used = from + length;
    this.pieces.push({ file, at, from, length, read: this.reads.length - 1, last: false });
  }

  /** Adds data that is already in memory: a file stored in its inode. */
  async bytes(file: FileReading, content: Uint8Array): Promise<void> {
    if (content.length > this.lane.buffer.length - this.used) await this.flush();
    this.lane.buffer.set(content, this.used);
    this.pieces.push({ file, at: 0, from: this.used, length: content.length, read: -1, last: false });
    this.used += content.length;
  }

  /** Adds bytes of a hole, which read as NUL. */
  async hole(file: FileReading, at: number, length: number): Promise<void> {
    file.hole(at, length);
    if (file.mask === 0) return;
    for (let done = 0; done < length; ) {
      const taken = Math.min(length - done, maxHoleBytes);
      this.pieces.push({ file, at: at + done, from: -1, length: taken, read: -1, last: false });
      this.holes += taken;
      done += taken;
      if (this.holes >= maxHoleBytes) await this.flush();
    }
  }

  end(file: FileReading): void {
    const piece = this.pieces[this.pieces.length - 1];
    if (piece?.file === file) piece.last = true;
    // `at` is 0 only for an empty file, so this is also the first of its parts
    else this.pieces.push({ file, at: file.size, from: -1, length: 0, read: -1, last: true });
  }

  async flush(): Promise<void> {
    this.volume.throwIfAborted();
    const results = (await this.readInLane()) ?? (await this.readHere());
    let next = 0;
    for (const { file, at, from, length, last } of this.pieces) {
      if (file.error !== null) continue;
      if (from >= 0) file.data(at, this.lane.buffer, from, from + length);
      if (last && file.mask !== 0) next = file.take(results, next);
    }
    this.reads = [];
    this.pieces = [];
    this.used = 0;
    this.holes = 0;
    await this.turns.due();
  }

  /** Lets the lane read; null if it cannot, or could not read everything. */
  private async readInLane(): Promise<string[] | null> {
    const { lane, reads, volume } = this;
    if (lane.readAndRun === undefined || reads.length === 0) return null;
    const parts = this.parts();
    if (parts.length === 0) return null;
    const words = new Float64Array(reads.length * readWords);
    for (const [i, { disk, from, length }] of reads.entries()) words.set([disk, from, length], i * readWords);
    const fd = volume.source.file?.fd;
    const results = await lane.readAndRun(words, parts);
    // after it is closed, another file may have its number
    if (results === null || fd === undefined || volume.source.file?.fd !== fd) return null;
    for (const { length } of reads) volume.countRead(length);
    return results;
  }

  private async readHere(): Promise<string[]> {
    const { lane, reads, volume } = this;
    for (const [i, { disk, from, length }] of reads.entries()) {
      const got = await volume.read(disk, length, lane.buffer.subarray(from, from + length), true);
      if (got === null || got.length < length) await this.readBlocks(reads[i]!, i);
    }
    const parts = this.parts();
    return parts.length === 0 ? [] : lane.run(parts);
  }

  /** The parts that the lane must digest: see `partWords`. */
  private parts(): Float64Array {
    const parts = new Float64Array(this.pieces.length * partWords);
    let count = 0;
    for (const { file, at, from, length, last } of this.pieces) {
      if (file.error !== null || file.mask === 0) continue;
      parts[count++] = from;
      parts[count++] = length;
      parts[count++] = file.mask | (at === 0 ? firstPart : 0) | (last ? lastPart : 0);
    }
    return count === parts.length ? parts : parts.slice(0, count);
  }

  /** Repeats a failed or short read block by block, so that the error names exactly the lost bytes. */
  private async readBlocks(read: Read, index: number): Promise<void> {
    const { blockSize } = this.volume.geometry;
    for (const { file, at, from, length, read: mine } of this.pieces) {
      if (mine !== index) continue;
      for (let done = 0; done < length && file.error === null; done += blockSize) {
        const wanted = Math.min(blockSize, length - done);
        const place = from + done;
        const into = this.lane.buffer.subarray(place, place + wanted);
        const got = await this.volume.read(read.disk + place - read.from, wanted, into);
        if (got !== null && got.length === wanted) continue;
        const where = { inode: file.inode, at: at + done, length: wanted };
        const what = `bytes ${where.at} to ${where.at + wanted - 1} cannot be read from the image`;
        file.error = new ImageError('unreadable', what, where);
      }
    }
  }
}
