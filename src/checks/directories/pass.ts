/** Pass 2: reads all directory blocks in disk order and judges every entry. */
import { directoryFlag } from '../../facts/directories';
import { BlockWindows } from '../../volume/block-windows';
import type { Leaves } from '../scouts';
import { problems as blockProblems } from './block';
import { BlockCheck } from './block-check';
import { blockOrder } from './block-order';
import { PlainBlocks } from './fast-path/blocks';
import { checkTree } from './htree';
import { checkInlineDirectories } from './inline';
import type { DirectoryScan } from './scan';

/** Blocks between two words on progress: one for each read was 4 percent of the pass. */
const blocksATelling = 256;

/** Reads and checks every directory block that the inode pass queued; `share` is what a scout knows of them. */
export async function scanDirectories(
  scan: DirectoryScan,
  share: Leaves | null,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const { volume, facts, report } = scan;
  const ino = facts.dirBlocks.ino.view();
  const logical = facts.dirBlocks.logical.view();
  const physical = facts.dirBlocks.physical.view();
  const order = blockOrder(facts.dirBlocks, scan.geometry.features.dir_index);
  const check = new BlockCheck(scan);
  share?.send(facts, order);
  const plain = new PlainBlocks(scan, share);
  await checkInlineDirectories(scan, check);
  const windows = new BlockWindows(volume, physical, order);
  for (let told = 0, more = windows.next(); typeof more === 'boolean' ? more : await more; more = windows.next()) {
    const { arena, first, end } = windows;
    plain.use(arena);
    share?.reach(end);
    for (let i = first; i < end; i++) {
      const entry = order[i]!;
      const block = physical[entry]!;
      const at = windows.placeOf(block);
      if (at >= 0 && plain.pass(at, ino[entry]!, logical[entry]!, block, entry)) continue;
      const view = windows.view(block);
      const checked = check.check(ino[entry]!, logical[entry]!, block, view instanceof Promise ? await view : view);
      if (checked) await checked;
    }
    if (onProgress && end >= told) {
      onProgress(end, order.length);
      told = end + blocksATelling;
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
