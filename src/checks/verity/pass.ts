/** Reads the data and trees of verity files and compares them with their hashes. */

import type { ScanFacts } from '../../facts/scan';
import { inode, inodeFlags } from '../../layout/inode';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { inodeSizeOf } from '../../volume/inode-fields';
import type { Volume } from '../../volume/volume';
import { type MerkleTree, readDescriptor, readTree } from './descriptor';
import { FileBytes } from './file-bytes';
import type { texts } from './texts';
import { dataLevel, TreeWalk } from './tree';

export const problems = define<typeof texts>()({
  'verity-descriptor-missing': { severity: 'error', e2fsck: [] },
  'verity-descriptor-damaged': { severity: 'error', e2fsck: [] },
  'verity-size-wrong': { severity: 'error', e2fsck: [] },
  'verity-root-wrong': { severity: 'error', e2fsck: [] },
  'verity-tree-wrong': { severity: 'error', e2fsck: [] },
  'verity-data-wrong': { severity: 'error', e2fsck: [] },
});

/** How often the bytes of the image may be hashed, and how many bytes in addition: files may share blocks. */
const maxTimes = 4;
const spareBytes = 64 * 1024 * 1024;

/** Consecutive blocks with wrong hashes. */
interface Stretch {
  first: number;
  blocks: number;
  zeroBlocks: number;
}

class VerityPass {
  private budget: number;
  private done = 0;

  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
    private readonly facts: ScanFacts,
    private readonly report: ReportFinding,
    private readonly onProgress: (bytes: number) => void,
  ) {
    this.budget = maxTimes * volume.source.size + spareBytes;
  }

  async run(): Promise<void> {
    for (const ino of this.facts.verity.inodes.view()) {
      if (this.budget < 0) break;
      await this.file(ino);
    }
    if (this.budget < 0) this.facts.verity.gaveUp = true;
  }

  /** The tree of the file in inode `ino`, or null where there is none that a kernel would use, which is reported. */
  private async tree(ino: number, file: FileBytes, size: number): Promise<MerkleTree | null> {
    const { facts } = this;
    const report = this.report;
    const found = await readDescriptor(file, size, this.volume.geometry.blockSize);
    if (found === null) return null;
    if (typeof found === 'string') {
      report(problems['verity-descriptor-missing'], { inode: ino }, { reason: found });
      facts.harm(ino, 'unreadable');
      return null;
    }
    const tree = readTree(found.bytes, size, this.volume.geometry.blockSize);
    if (!('field' in tree)) return tree;
    const where = { inode: ino, ...(found.block > 0 && { block: found.block }) };
    if (tree.field === 'data_size' && tree.stored !== size)
      report(problems['verity-size-wrong'], where, { stored: size, expected: tree.stored });
    else report(problems['verity-descriptor-damaged'], where, tree);
    facts.harm(ino, 'unreadable');
    return null;
  }

  private async file(ino: number): Promise<void> {
    const { volume, facts } = this;
    const report = this.report;
    const { blockSize } = volume.geometry;
    const view = await readInode(volume, this.groups, ino);
    if (view === null) return;
    const size = inodeSizeOf(view, 0);
    // larger than extents can map, which the inode pass reports
    if (size > 2 ** 32 * blockSize) return;
    if ((inode.i_flags(view, 0) & inodeFlags.EXTENTS) === 0) {
      report(problems['verity-descriptor-missing'], { inode: ino }, { reason: 'the file is not mapped by extents' });
      facts.harm(ino, 'unreadable');
      return;
    }
    const file = await FileBytes.open(volume, view);
    if (file.tooManyPieces) {
      facts.verity.gaveUp = true;
      return;
    }
    const tree = await this.tree(ino, file, size);
    if (tree !== null) await this.walk(ino, file, tree);
  }

  private async walk(ino: number, file: FileBytes, tree: MerkleTree): Promise<void> {
    const { facts } = this;
    const report = this.report;
    const { blockSize, size, arity } = tree;
    let stretch: Stretch | null = null;
    const at = (level: number, index: number) => {
      const block = file.place(Math.floor(walk.offset(level, index) / this.volume.geometry.blockSize));
      return { inode: ino, ...(block > 0 && { block }) };
    };
    const flush = () => {
      if (stretch === null) return;
      const { first, blocks, zeroBlocks } = stretch;
      const from = first * blockSize;
      const to = Math.min(size, (first + blocks) * blockSize) - 1;
      report(problems['verity-data-wrong'], at(dataLevel, first), { from, to, blocks, zeroBlocks });
      stretch = null;
    };
    const walk: TreeWalk = new TreeWalk(file, tree, {
      wrong: (level, index, zero) => {
        facts.harm(ino, 'damaged');
        if (level === tree.levels.length - 1) {
          report(problems['verity-root-wrong'], at(level, index), { size });
        } else if (level !== dataLevel) {
          const covered = arity ** (level + 1) * blockSize;
          const to = Math.min(size, (index + 1) * covered) - 1;
          report(problems['verity-tree-wrong'], at(level, index), { level, from: index * covered, to, zero });
        } else if (stretch !== null && stretch.first + stretch.blocks === index) {
          stretch.blocks++;
          stretch.zeroBlocks += zero ? 1 : 0;
        } else {
          flush();
          stretch = { first: index, blocks: 1, zeroBlocks: zero ? 1 : 0 };
        }
      },
      spend: (bytes) => {
        this.budget -= bytes;
        this.done += bytes;
        if (Math.floor(this.done / progressBytes) !== Math.floor((this.done - bytes) / progressBytes))
          this.onProgress(this.done);
        return this.budget >= 0;
      },
    });
    await walk.run();
    flush();
  }
}

/** Bytes between two calls of `onProgress`. */
const progressBytes = 2 ** 20;

/**
 * Hashes the verity files in inode order, which is mostly disk order. Memory does not depend on their sizes. Encrypted
 * files were hashed before encryption and cannot be checked.
 */
export async function checkVerity(
  volume: Volume,
  groups: Groups,
  facts: ScanFacts,
  report: ReportFinding,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const total = facts.verity.clusters * volume.geometry.clusterRatio * volume.geometry.blockSize;
  await new VerityPass(volume, groups, facts, report, (bytes) => onProgress?.(Math.min(bytes, total), total)).run();
  onProgress?.(total, total);
}
