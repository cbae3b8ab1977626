/** Reads the blocks that a batch of inodes needs, level by level and in disk order. */
import { extentHeader } from '../../../layout/extent';
import type { Volume } from '../../../volume/volume';

interface Wanted {
  block: number;
  /** Levels of the mapping below this block. */
  level: number;
  extents: boolean;
}

/** Largest number of blocks gathered for a batch; larger files read the rest later. */
const limit = 2048;

export class Prefetch {
  private wanted: Wanted[] = [];

  constructor(private readonly volume: Volume) {}

  readonly want = (block: number, level: number, extents: boolean): void => {
    if (this.wanted.length < limit && block > 0 && this.volume.inRange(block))
      this.wanted.push({ block, level, extents });
  };

  async load(): Promise<void> {
    while (this.wanted.length > 0) {
      const batch = this.wanted;
      this.wanted = [];
      await this.volume.prefetch(batch.map((entry) => entry.block));
      for (const { block, level, extents } of batch) if (level > 0) this.children(block, level - 1, extents);
    }
  }

  private children(block: number, level: number, extents: boolean): void {
    const view = this.volume.cached(block);
    if (!view) return;
    if (!extents) {
      for (let at = 0; at < view.byteLength; at += 4) this.want(view.getUint32(at, true), level, false);
      return;
    }
    const entries = Math.min(extentHeader.eh_entries(view, 0), (view.byteLength - 12) / 12);
    for (let i = 1; i <= entries; i++)
      this.want(view.getUint32(i * 12 + 4, true) + view.getUint16(i * 12 + 8, true) * 2 ** 32, level, true);
  }
}
