/** Finds the inner blocks of a directory's hash tree. */
import { firstIndex } from '../../bytes/first-index';
import { dxCountLimit, dxEntry, dxEntrySize, dxNodeHeader, dxRootInfo, dxRootInfoOffset } from '../../layout/htree';
import type { Volume } from '../../volume/volume';

/** A part of a directory: `count` blocks from `physical`. */
export interface DirectoryRun {
  logical: number;
  physical: number;
  count: number;
}

/** Deepest hash tree that the kernel reads below its root. */
const maxLevels = 3;
const blockMask = 0x0fffffff;

function physicalOf(runs: readonly DirectoryRun[], logical: number): number {
  const run = runs[firstIndex(0, runs.length, (i) => runs[i]!.logical > logical) - 1];
  return run !== undefined && logical < run.logical + run.count ? run.physical + logical - run.logical : -1;
}

/** The blocks on disk of the root and of the inner nodes. `runs` are in the order of the directory. */
export async function indexBlocks(volume: Volume, runs: readonly DirectoryRun[]): Promise<Set<number>> {
  const found = new Set<number>();
  const root = physicalOf(runs, 0);
  if (root < 0) return found;
  found.add(root);
  let view = await volume.block(root);
  if (view === null) return found;
  const levels = Math.min(dxRootInfo.indirect_levels(view, dxRootInfoOffset), maxLevels);
  let nodes = [{ block: root, at: dxRootInfoOffset + dxRootInfo.info_length(view, dxRootInfoOffset) }];
  for (let level = 0; level < levels; level++) {
    const below: typeof nodes = [];
    for (const { block, at } of nodes) {
      view = await volume.block(block);
      if (view === null || at + dxEntrySize > view.byteLength) continue;
      const entries = Math.min(dxCountLimit.count(view, at), Math.floor((view.byteLength - at) / dxEntrySize));
      for (let i = 0; i < entries; i++) {
        const child = physicalOf(runs, dxEntry.block(view, at + i * dxEntrySize) & blockMask);
        if (child < 0 || found.has(child)) continue;
        found.add(child);
        below.push({ block: child, at: dxNodeHeader });
      }
    }
    nodes = below;
  }
  return found;
}
