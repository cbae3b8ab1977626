/** Pass 2: reads all directory blocks in disk order and judges every entry. */
import { directoryFlag } from '../../facts/directories';
import { BlockWindows } from '../../volume/block-windows';
import type { DirectoryShare } from '../helper-thread';
import { problems as blockProblems } from './block';
import { BlockCheck } from './block-check';
import { DirectoryFastPath } from './fast-path/blocks';
import { checkTree } from './htree';
import { checkInlineDirectories } from './inline';
import type { DirectoryScan } from './scan';

/** Blocks between two progress reports: one for each read took 4 percent of the pass. */
const progressStep = 256;

/** Reads and checks every directory block that the inode pass queued; `share` has the results of a helper thread. */
export async function scanDirectories(
  scan: DirectoryScan,
  share: DirectoryShare | null,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const { volume, facts, report } = scan;
  const { ino, logical, physical } = facts.dirBlocks;
  const order = facts.dirBlocks.order(scan.geometry.features.dir_index);
  const check = new BlockCheck(scan);
  share?.send(facts, order);
  const windows = new BlockWindows(volume, physical.view(), order);
  const fastPath = new DirectoryFastPath(scan, windows, order, share);
  await checkInlineDirectories(scan, check);
  for (let next = 0, more = windows.next(); typeof more === 'boolean' ? more : await more; more = windows.next()) {
    const { first, end } = windows;
    share?.reach(end);
    for (let i = first; i < end; i++) {
      i += fastPath.accept(i, end);
      if (i === end) break;
      const entry = order[i]!;
      const block = physical.get(entry);
      const view = windows.view(block);
      const known = view instanceof Promise ? await view : view;
      const checked = check.check(ino.get(entry), logical.get(entry), block, known);
      if (checked) await checked;
    }
    if (onProgress && end >= next) {
      onProgress(end, order.length);
      next = end + progressStep;
    }
  }
  await check.finish();
  if (facts.dirBlocks.dropped > 0)
    report(blockProblems['directory-too-many-blocks'], {}, { dropped: facts.dirBlocks.dropped });
  for (const dir of facts.indexed.values()) {
    const index = facts.directories.indexOf(dir.ino);
    if (index >= 0 && facts.directories.has(index, directoryFlag.DUPLICATE_NAMES)) continue;
    checkTree(dir, report);
  }
}
