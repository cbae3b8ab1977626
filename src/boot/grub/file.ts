/** The bytes of one file as GRUB reads them, from any offset. */
import { extentEntrySize, extentHeader, extentIndex } from '../../layout/extent';
import { inode, inodeFlags } from '../../layout/inode';
import { blocksCovered } from '../../view/file';
import { fileRuns, type Run } from '../../view/runs';
import type { InodeRecord } from '../../view/stat';
import type { Volume } from '../../volume/volume';
import type { GrubLimits } from '../features/grub';
import { GrubError } from './error';

/** What GRUB prints for blocks outside the device. */
export const outsideDisk = "attempt to read or write outside of disk `loop0'.";

/** Largest piece that is returned, in bytes. */
const pieceBytes = 256 * 1024;

export class GrubFile {
  /** Bytes, according to the inode. */
  readonly size: number;
  readonly path: string;
  readonly inode: number;

  constructor(
    private readonly volume: Volume,
    private readonly record: InodeRecord,
    private readonly limits: GrubLimits,
  ) {
    this.size = record.size;
    this.path = record.path ?? '';
    this.inode = record.ino;
  }

  /** Bytes of a block of the file system; data is lost in whole blocks. */
  get blockSize(): number {
    return this.volume.geometry.blockSize;
  }

  /** The bytes from offset `from`, in pieces of at most 256 KiB. @throws GrubError where GRUB would fail */
  async *bytes(from = 0): AsyncGenerator<Uint8Array, void, undefined> {
    const { blockSize } = this.volume.geometry;
    this.refuseTripleIndirect();
    let first = true;
    for await (const run of fileRuns(this.volume, this.record.view, blocksCovered(this.volume, this.record))) {
      if (first && run.kind === 'hole') this.refuseLeadingHole();
      first = false;
      const end = Math.min((run.logical + run.count) * blockSize, this.size);
      for (let at = Math.max(from, run.logical * blockSize); at < end; ) {
        const piece = await this.piece(run, at, Math.min(pieceBytes, end - at));
        yield piece;
        at += piece.length;
      }
    }
  }

  private async piece(run: Run, at: number, length: number): Promise<Uint8Array> {
    if (run.kind === 'hole') return new Uint8Array(length);
    const { blockSize } = this.volume.geometry;
    const lost = (console: string) => {
      const why = `the bytes from offset ${at} are lost: their mapping is damaged, or they are past the end of the image`;
      return new GrubError('damaged', why, console, this.path);
    };
    if (run.kind === 'lost')
      throw lost((this.record.flags & inodeFlags.EXTENTS) === 0 ? outsideDisk : 'invalid extent.');
    // the driver reads unwritten extents like written ones
    const physical = run.physical * blockSize + at - run.logical * blockSize;
    const got = await this.volume.read(physical, length);
    if (got === null || got.length === 0) throw lost(outsideDisk);
    return got;
  }

  /** A block map of three levels is supported by newer versions. */
  private refuseTripleIndirect(): void {
    if (!this.limits.lacksTripleIndirect || (this.record.flags & inodeFlags.EXTENTS) !== 0) return;
    const perBlock = this.blockSize / 4;
    if (this.size <= (12 + perBlock + perBlock ** 2) * this.blockSize) return;
    const why = 'it needs a third level of indirect blocks, which GRUB before 1.99 cannot read';
    throw new GrubError('limit', why, "ext2fs doesn't support triple indirect blocks.", this.path);
  }

  /** A hole at the start is supported in a block map and, by newer versions, in an extent tree with nodes. */
  private refuseLeadingHole(): void {
    if ((this.record.flags & inodeFlags.EXTENTS) === 0 || this.size === 0) return;
    const { view } = this.record;
    const root = inode.i_block.offset;
    const why = 'it begins with a hole, which GRUB';
    if (extentHeader.eh_depth(view, root) === 0)
      throw new GrubError('limit', `${why} cannot read`, 'something wrong with extent.', this.path);
    if (this.limits.refusesLeadingHoles && extentIndex.ei_block(view, root + extentEntrySize) > 0)
      throw new GrubError('limit', `${why} before 2.12 cannot read`, 'invalid extent.', this.path);
  }

  /** The first bytes, at most `length`. @throws GrubError */
  async head(length: number): Promise<Uint8Array> {
    const head = new Uint8Array(Math.min(length, this.size));
    let at = 0;
    if (head.length === 0) return head;
    for await (const piece of this.bytes()) {
      const part = piece.subarray(0, head.length - at);
      head.set(part, at);
      at += part.length;
      if (at === head.length) break;
    }
    return head;
  }
}
