/** Makes the layout of an image, and looks at single blocks of it. */
import { checkImage } from '../../src/check';
import { type LayoutOptions, layoutMap } from '../../src/content/layout/layout-map';
import type { LayoutFacts, LayoutRole } from '../../src/problem/layout';
import type { CheckReport } from '../../src/problem/report';
import { memorySource } from '../../src/source/memory';
import { fixtureNow } from './fixtures';

/** The report of a check with the layout in it. */
export const reportWithLayout = (bytes: Uint8Array, options: LayoutOptions = {}): Promise<CheckReport> =>
  checkImage(memorySource(bytes), { extensions: [layoutMap(options)], now: fixtureNow, image: 'active.img' });

/** @throws Error if the report has no layout */
export function layoutOf({ layout }: CheckReport): LayoutFacts {
  if (layout === undefined) throw new Error('the report has no layout');
  return layout;
}

export interface BlockOwner {
  role: LayoutRole;
  inode: number;
}

/** The role and the inode of each block, by number. Throws if the runs do not cover the file system exactly. */
export function blocksOf({ firstBlock, blocks, roles, runs }: LayoutFacts): BlockOwner[] {
  const all: BlockOwner[] = Array(firstBlock).fill({ role: 'reserved', inode: 0 });
  runs.count.forEach((count, i) => {
    const owner = { role: roles[runs.role[i]!]!, inode: runs.inode[i]! };
    for (let n = 0; n < count; n++) all.push(owner);
  });
  if (all.length !== blocks) throw new Error(`the runs have ${all.length} blocks, the file system ${blocks}`);
  return all;
}
