/** Pass 2: reads all directory blocks in disk order and judges every entry. */
import { sortIndexes } from '../../bytes/radix';
import { directoryFlag } from '../../facts/directories';
import { alignedBuffer } from '../../source/aligned';
import { problems as blockProblems } from './block';
import { BlockCheck } from './block-check';
import { checkTree } from './htree';
import { checkInlineDirectories } from './inline';
import { PlainBlocks } from './plain-block';
import type { DirectoryScan } from './scan';

/** Directory blocks read at once, in bytes, and the gap that is read over rather than skipped. */
const windowBytes = 256 * 1024;
const gapBytes = 8 * 1024;
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
  const { volume, facts, geometry, report } = scan;
  const { blockSize } = geometry;
  const ino = facts.dirBlocks.ino.view();
  const logical = facts.dirBlocks.logical.view();
  const physical = facts.dirBlocks.physical.view();
  const order = blockOrder(scan);
  const check = new BlockCheck(scan);
  const arena = alignedBuffer(windowBytes);
  const plain = new PlainBlocks(scan, arena);
  let told = 0;
  await checkInlineDirectories(scan, check);
  for (let first = 0; first < order.length; ) {
    const start = physical[order[first]!]!;
    let last = first;
    while (last + 1 < order.length) {
      const next = physical[order[last + 1]!]!;
      const previous = physical[order[last]!]!;
      if (
        start === 0 ||
        next < previous ||
        (next - previous - 1) * blockSize > gapBytes ||
        (next - start + 1) * blockSize > windowBytes
      )
        break;
      last++;
    }
    const length = (physical[order[last]!]! - start + 1) * blockSize;
    const reading = start === 0 || !volume.inRange(start) ? null : volume.read(start * blockSize, length, arena, true);
    const bytes = reading instanceof Promise ? await reading : reading;
    for (let i = first; i <= last; i++) {
      const entry = order[i]!;
      const block = physical[entry]!;
      const from = (block - start) * blockSize;
      const whole = bytes !== null && from + blockSize <= bytes.length;
      if (whole && plain.pass(from, ino[entry]!, logical[entry]!, block)) continue;
      const view = whole
        ? new DataView(bytes.buffer, bytes.byteOffset + from, blockSize)
        : bytes === null && block > 0 && volume.inRange(block)
          ? await volume.block(block)
          : null;
      const checked = check.check(ino[entry]!, logical[entry]!, block, view);
      if (checked) await checked;
    }
    first = last + 1;
    if (onProgress && first >= told) {
      onProgress(first, order.length);
      told = first + blocksATelling;
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
