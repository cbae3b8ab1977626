/** Pass 2: reads all directory blocks in disk order and judges every entry. */
import { sortIndexes } from '../../bytes/radix';
import { directoryFlag } from '../../facts/directories';
import { BlockWindows } from '../../volume/block-windows';
import { problems as blockProblems } from './block';
import { BlockCheck } from './block-check';
import { checkTree } from './htree';
import { checkInlineDirectories } from './inline';
import { PlainBlocks } from './plain-block';
import type { DirectoryScan } from './scan';

/** Blocks between two words on progress: one for each read was 4 percent of the pass. */
const blocksATelling = 256;

/** The order in which directory blocks are looked at: where it matters for "the first one wins", it is e2fsck's. */
function blockOrder(scan: DirectoryScan): Uint32Array {
  const { dirBlocks } = scan.facts;
  const physical = dirBlocks.physical.view();
  const order = sortIndexes(physical, dirBlocks.length);
  if (!scan.geometry.features.dir_index) return order;
  const logical = dirBlocks.logical.view();
  const joined = new Uint32Array(order.length);
  let length = 0;
  for (let i = 0; i < order.length; i++) if (logical[order[i]!] === 0) joined[length++] = order[i]!;
  for (let i = 0; i < order.length; i++) if (logical[order[i]!] !== 0) joined[length++] = order[i]!;
  return joined;
}

/** Reads and checks every directory block that the inode pass queued. */
export async function scanDirectories(
  scan: DirectoryScan,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const { volume, facts, report } = scan;
  const ino = facts.dirBlocks.ino.view();
  const logical = facts.dirBlocks.logical.view();
  const physical = facts.dirBlocks.physical.view();
  const order = blockOrder(scan);
  const check = new BlockCheck(scan);
  const plain = new PlainBlocks(scan);
  await checkInlineDirectories(scan, check);
  const windows = new BlockWindows(volume, physical, order);
  for (let told = 0, more = windows.next(); typeof more === 'boolean' ? more : await more; more = windows.next()) {
    const { arena, first, end } = windows;
    plain.use(arena);
    for (let i = first; i < end; i++) {
      const entry = order[i]!;
      const block = physical[entry]!;
      const at = windows.placeOf(block);
      if (at >= 0 && plain.pass(at, ino[entry]!, logical[entry]!, block)) continue;
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
