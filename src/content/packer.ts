/** Fills a lane's buffer with the pieces of files, in few large reads, and has them digested and looked at. */

import { type DigestLane, firstPart, lastPart, partWords, readWords } from '../platform/digests';
import { nextTurn } from '../source/yielding';
import { ImageError } from '../view/error';
import type { Soon, Volume } from '../volume/volume';
import type { FileReading } from './file-reading';

/** Bytes between two pieces that are read along, rather than reading twice. */
const gapBytes = 64 * 1024;
/** NUL bytes out of holes that are digested before other things get a turn. */
const maxHoleBytes = 64 * 1024 * 1024;

interface Read {
  /** Bytes from the start of the image, and in the buffer. */
  disk: number;
  from: number;
  length: number;
}

interface Piece {
  file: FileReading;
  /** Offset in the file. */
  at: number;
  /** Place in the buffer; -1 for a hole. */
  from: number;
  length: number;
  /** The read it comes with; -1 where it is in the buffer already, or a hole. */
  read: number;
  last: boolean;
}

export class Packer {
  private reads: Read[] = [];
  private pieces: Piece[] = [];
  private used = 0;
  private holes = 0;
  /** Bytes out of holes, of all files, since other things got a turn. */
  private unbroken = 0;

  constructor(
    private readonly volume: Volume,
    private readonly lane: DigestLane,
  ) {}

  /** Bytes in blocks: `length` of them from `disk` on in the image belong at `at` in the file, a start of a block. */
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

  /** Bytes left in the buffer for what lies at `disk`, when the gap before it is read along where that pays. */
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

  /** Bytes that are at hand: a file kept in its inode. */
  async bytes(file: FileReading, content: Uint8Array): Promise<void> {
    if (content.length > this.lane.buffer.length - this.used) await this.flush();
    this.lane.buffer.set(content, this.used);
    this.pieces.push({ file, at: 0, from: this.used, length: content.length, read: -1, last: false });
    this.used += content.length;
  }

  /** Bytes that read as NUL and are nowhere. */
  async hole(file: FileReading, at: number, length: number): Promise<void> {
    file.hole(length);
    if (file.mask === 0) return;
    for (let done = 0; done < length; ) {
      const taken = Math.min(length - done, maxHoleBytes);
      this.pieces.push({ file, at: at + done, from: -1, length: taken, read: -1, last: false });
      this.holes += taken;
      done += taken;
      if (this.holes >= maxHoleBytes) await this.flush();
    }
  }

  /** No more comes of this file. */
  end(file: FileReading): void {
    const piece = this.pieces[this.pieces.length - 1];
    if (piece?.file === file) piece.last = true;
    // at 0 only where it is empty, so that this is the first of its parts as well
    else this.pieces.push({ file, at: file.size, from: -1, length: 0, read: -1, last: true });
  }

  /** Has what was packed read and digested, and looks at it. */
  async flush(): Promise<void> {
    this.volume.throwIfAborted();
    const results = (await this.elsewhere()) ?? (await this.here());
    let next = 0;
    for (const { file, at, from, length, last } of this.pieces) {
      if (file.error !== null) continue;
      if (from >= 0) file.data(at, this.lane.buffer, from, from + length);
      if (last && file.mask !== 0) next = file.take(results, next);
    }
    this.reads = [];
    this.pieces = [];
    this.used = 0;
    this.unbroken += this.holes;
    this.holes = 0;
    if (this.unbroken < maxHoleBytes) return;
    this.unbroken = 0;
    // signals are let through while a source is read, and a hole is not
    await nextTurn();
  }

  /** The lane reads by itself; null where it cannot, or could not read all. */
  private async elsewhere(): Promise<string[] | null> {
    const { lane, reads, volume } = this;
    if (lane.readAndRun === undefined || reads.length === 0) return null;
    const parts = this.parts();
    if (parts.length === 0) return null;
    const words = new Float64Array(reads.length * readWords);
    for (const [i, { disk, from, length }] of reads.entries()) words.set([disk, from, length], i * readWords);
    const fd = volume.source.file?.fd;
    const results = await lane.readAndRun(words, parts);
    // once it is closed its number may be that of another file
    if (results === null || fd === undefined || volume.source.file?.fd !== fd) return null;
    for (const { length } of reads) volume.countRead(length);
    return results;
  }

  private async here(): Promise<string[]> {
    const { lane, reads, volume } = this;
    for (const [i, { disk, from, length }] of reads.entries()) {
      const got = await volume.read(disk, length, lane.buffer.subarray(from, from + length), true);
      if (got === null || got.length < length) await this.singly(reads[i]!, i);
    }
    const parts = this.parts();
    return parts.length === 0 ? [] : lane.run(parts);
  }

  /** What the lane is to digest: see `partWords`. */
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

  /** A large read failed or came short: the pieces of it block by block, so that what is lost is named exactly. */
  private async singly(read: Read, index: number): Promise<void> {
    const { blockSize } = this.volume.geometry;
    for (const { file, at, from, length, read: mine } of this.pieces) {
      if (mine !== index) continue;
      for (let done = 0; done < length && file.error === null; done += blockSize) {
        const wanted = Math.min(blockSize, length - done);
        const place = from + done;
        const got = await this.volume.read(
          read.disk + place - read.from,
          wanted,
          this.lane.buffer.subarray(place, place + wanted),
        );
        if (got !== null && got.length === wanted) continue;
        const where = { inode: file.inode, at: at + done, length: wanted };
        const what = `bytes ${where.at} to ${where.at + wanted - 1} cannot be read from the image`;
        file.error = new ImageError('unreadable', what, where);
      }
    }
  }
}
