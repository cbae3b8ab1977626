/** Finds the files whose inodes, mappings or contents are in damaged ranges of an image. */
import { Bitmap } from '../../bytes/bitmap';
import { firstIndex } from '../../bytes/first-index';
import { joinPath } from '../../bytes/names';
import { Turns } from '../../source/turns';
import { catchImageError } from '../../view/error';
import type { Image } from '../../view/image';
import { type OpenedImage, opened } from '../../view/opened-image';
import { fileRuns } from '../../view/runs';
import { hasMapping } from '../../view/sound';
import { type InodeRecord, loadInode } from '../../view/stat';
import { inodeOffset } from '../../volume/inode-at';

/** A range of bytes of the image; those of a list are in order and do not overlap. */
export interface ByteRange {
  at: number;
  length: number;
}

/** Paths that are kept for each range, and in all. */
const maxPerRange = 10;
const maxPaths = 10_000;
/** Directories that wait to be read: their paths are in memory. */
const maxWaiting = 2 ** 20;

/** The files in damaged ranges. */
export interface Owners {
  /** Some paths for each range. */
  byRange: string[][];
  /** All paths, up to 10,000. */
  paths: string[];
  /** How many there are. */
  count: number;
}

interface Waiting {
  inode: number;
  path: string;
}

/** The index of the first range that ends after byte `at`. */
export const rangeAfter = (ranges: readonly ByteRange[], at: number): number =>
  firstIndex(0, ranges.length, (i) => ranges[i]!.at + ranges[i]!.length > at);

class OwnerSearch {
  readonly owners: Owners;
  private readonly visited: Bitmap;
  private readonly turns: Turns;

  constructor(
    private readonly image: OpenedImage,
    private readonly ranges: readonly ByteRange[],
    signal: AbortSignal | undefined,
  ) {
    this.owners = { byRange: ranges.map(() => []), paths: [], count: 0 };
    this.visited = new Bitmap(image.volume.geometry.inodesCount + 1);
    this.turns = new Turns(signal);
  }

  /** Adds to `hit` the ranges that some bytes are in. */
  private touch(hit: Set<number>, at: number, length: number): void {
    for (let i = rangeAfter(this.ranges, at); i < this.ranges.length && this.ranges[i]!.at < at + length; i++)
      hit.add(i);
  }

  private async file(record: InodeRecord, path: string): Promise<void> {
    const { volume, groups } = this.image;
    const { blockSize, inodeSize } = volume.geometry;
    const hit = new Set<number>();
    this.touch(hit, inodeOffset(volume, groups, record.ino), inodeSize);
    if (hasMapping(record) && record.size > 0) {
      const end = Math.min(Math.ceil(record.size / blockSize), 2 ** 32);
      const node = (block: number) => this.touch(hit, block * blockSize, blockSize);
      for await (const { kind, physical, count } of fileRuns(volume, record.view, end, node))
        if (kind === 'data') this.touch(hit, physical * blockSize, count * blockSize);
    }
    if (hit.size === 0) return;
    const { byRange, paths } = this.owners;
    this.owners.count++;
    if (paths.length < maxPaths) paths.push(path);
    for (const range of hit) if (byRange[range]!.length < maxPerRange) byRange[range]!.push(path);
  }

  async run(): Promise<void> {
    const waiting: Waiting[] = [];
    const visit = async (inode: number, path: string): Promise<void> => {
      if (this.visited.testAndSet(inode)) return;
      const record = await catchImageError(
        () => loadInode(this.image.volume, this.image.groups, inode),
        () => null,
      );
      if (record === null || record.links === 0) return;
      await this.file(record, path);
      if (record.type === 'directory' && waiting.length < maxWaiting) waiting.push({ inode, path });
      const due = this.turns.due();
      if (due !== undefined) await due;
    };
    await visit(2, '/');
    for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
      const { inode, path } = here;
      const entries = await catchImageError(
        () => this.image.readdir(inode).list(),
        () => [],
      );
      for (const entry of entries) await visit(entry.inode, joinPath(path, entry.name));
    }
  }
}

/**
 * The files in `ranges`, by one path each. A file whose inode is there counts, and a file whose extents or contents are.
 * @throws the reason of `signal`
 */
export async function findOwners(image: Image, ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Owners> {
  const search = new OwnerSearch(opened(image), ranges, signal);
  await search.run();
  return search.owners;
}
