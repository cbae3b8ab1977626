/** Finds files of NUL bytes that have sound data on both sides on the disk: blocks of lost writes are consecutive. */
import { isAllZero } from '../../bytes/bitmap';
import { catchImageError } from '../../view/error';
import { blocksCovered } from '../../view/file';
import type { Image } from '../../view/image';
import { opened } from '../../view/opened-image';
import { fileRuns } from '../../view/runs';
import { loadInode } from '../../view/stat';
import { readBitmaps } from '../../volume/bitmaps';
import { bytesOf, type Volume } from '../../volume/volume';

/** Free blocks, which say nothing, between a file and the data next to it. */
const mostFree = 64;
/** Runs of blocks that are compared; later files count as not surrounded. */
const mostRuns = 2 ** 20;

/** Consecutive blocks of one file. */
interface Stretch {
  inode: number;
  first: number;
  /** The block after the last one. */
  end: number;
}

async function stretchesOf(image: Image, inodes: readonly number[], surrounded: Set<number>): Promise<Stretch[]> {
  const { volume, groups } = opened(image);
  const found: Stretch[] = [];
  for (const inode of inodes) {
    await catchImageError(
      async () => {
        const record = await loadInode(volume, groups, inode);
        for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record)))
          if (run.kind === 'data') found.push({ inode, first: run.physical, end: run.physical + run.count });
      },
      () => surrounded.delete(inode),
    );
    if (found.length > mostRuns) surrounded.delete(inode);
    found.length = Math.min(found.length, mostRuns);
  }
  return found.sort((a, b) => a.first - b.first);
}

class Surroundings {
  private constructor(
    private readonly volume: Volume,
    private readonly isUsed: (block: number) => boolean,
  ) {}

  static async of(image: Image): Promise<Surroundings> {
    const { volume, groups } = opened(image);
    const { blocks } = await readBitmaps(volume, groups);
    const ratio = volume.geometry.clusterRatio;
    return new Surroundings(volume, (block) => blocks.test(Math.floor(block / ratio)));
  }

  /** The used block next to `block`, this one included, in the direction `step`; -1 if only free ones are near. */
  nearest(block: number, step: 1 | -1): number {
    for (let at = block, free = 0; this.volume.inRange(at) && free <= mostFree; at += step, free++)
      if (this.isUsed(at)) return at;
    return -1;
  }

  async hasData(block: number): Promise<boolean> {
    const view = block < 0 ? null : await this.volume.block(block);
    return view !== null && !isAllZero(bytesOf(view));
  }
}

/** Those of the files, all of NUL bytes, that have sound data on both sides of each of their runs of blocks. */
export async function surroundedByData(image: Image, inodes: readonly number[]): Promise<ReadonlySet<number>> {
  const surrounded = new Set(inodes);
  const stretches = await stretchesOf(image, inodes, surrounded);
  const around = stretches.length === 0 ? null : await Surroundings.of(image);
  for (let i = 0; around !== null && i < stretches.length; ) {
    // neighbours of the same kind count as one, since they say nothing about each other
    const from = i;
    let { end } = stretches[i]!;
    let next = around.nearest(end, 1);
    for (i++; i < stretches.length && stretches[i]!.first <= Math.max(end, next); i++) {
      end = Math.max(end, stretches[i]!.end);
      next = around.nearest(end, 1);
    }
    const before = around.nearest(stretches[from]!.first - 1, -1);
    if ((await around.hasData(before)) && (await around.hasData(next))) continue;
    for (const { inode } of stretches.slice(from, i)) surrounded.delete(inode);
  }
  return surrounded;
}
