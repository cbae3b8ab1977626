/** Checks the resize inode, which reserves blocks after the group descriptors so that the file system can grow. */
import { fileType, inode, reservedInode } from '../../layout/inode';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { groupFirstBlock, groupHasSuper, groupOfInode } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';
import { inodeOffset, readInode } from '../../volume/inode-at';
import { inodeChecksumGood } from '../../volume/inode-checksum';
import type { Volume } from '../../volume/volume';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'resize-inode-with-meta-bg': { severity: 'warning', e2fsck: [0x000051] },
  'resize-blocks-without-feature': { severity: 'warning', e2fsck: [0x00002e] },
  'resize-inode-not-clear': { severity: 'warning', e2fsck: [0x00002f] },
  'resize-inode-invalid': { severity: 'warning', e2fsck: [0x000030] },
  'resize-inode-unreadable': { severity: 'warning', e2fsck: [0x01004e] },
});

interface Fault {
  what: string;
  stored: number;
  expected: string;
}

const fault = (what: string, stored: number, expected: string | number): Fault => ({
  what,
  stored,
  expected: String(expected),
});

const doubleIndirect = 13;
const words = 15;
const wordAt = (view: DataView, word: number): number => view.getUint32(inode.i_block.offset + word * 4, true);

/** The first error in the inode itself, before any of its blocks is read. */
function inodeFault(volume: Volume, view: DataView): Fault | null {
  for (let word = 0; word < words; word++)
    if (word !== doubleIndirect && wordAt(view, word) !== 0) return fault(`i_block[${word}]`, wordAt(view, word), 0);
  const { firstDataBlock, blocksCount } = volume.geometry;
  const block = wordAt(view, doubleIndirect);
  if (block === 0 || !volume.inRange(block))
    return fault(`i_block[${doubleIndirect}]`, block, `from ${Math.max(firstDataBlock, 1)} to ${blocksCount - 1}`);
  if (inode.i_links_count(view, 0) === 0) return fault('i_links_count', 0, 1);
  const mode = inode.i_mode(view, 0);
  // e2fsck tests only this one bit, so a socket passes
  return (mode & fileType.REGULAR) === 0 ? fault('i_mode', mode, 'that of a regular file') : null;
}

/** The first difference between the lists of reserved blocks and the geometry. */
async function listFault(volume: Volume, view: DataView): Promise<Fault | null> {
  const { geometry } = volume;
  const { sb, blockSize, firstDataBlock, descBlocks, groupCount } = geometry;
  const fanOut = blockSize / 4;
  const list = await volume.block(wordAt(view, doubleIndirect));
  if (list === null) return fault('the double-indirect block', wordAt(view, doubleIndirect), 'readable');
  const backups: number[] = [];
  for (let group = 1; group < groupCount && backups.length <= fanOut; group++)
    if (groupHasSuper(geometry, group)) backups.push(group);
  // with 1 KiB blocks and bigalloc the superblock is block 1 although the count starts at 0
  let reserved = firstDataBlock + 1 + descBlocks + (blockSize === 1024 && firstDataBlock === 0 ? 1 : 0);
  for (let i = 0; i < Math.floor(sb.s_reserved_gdt_blocks / 4); i++, reserved++) {
    const entry = (descBlocks + i) % fanOut;
    const stored = list.getUint32(entry * 4, true);
    if (stored !== reserved) return fault(`entry ${entry} of the double-indirect block`, stored, reserved);
    const copies = await volume.block(reserved);
    if (copies === null) return fault('an indirect block', reserved, 'readable');
    for (let k = 0; k < Math.min(backups.length, fanOut); k++) {
      const copy = copies.getUint32(k * 4, true);
      const expected = reserved + groupFirstBlock(geometry, backups[k]!) - firstDataBlock;
      if (copy !== expected) return fault(`entry ${k} of indirect block ${reserved}`, copy, expected);
    }
  }
  return null;
}

/** The inode, or why it is not available. */
async function resizeInode(volume: Volume, groups: Groups): Promise<DataView | string> {
  const { geometry } = volume;
  const ino = reservedInode.RESIZE;
  if (groups.inodeTable[groupOfInode(geometry, ino)] === 0) return 'its inode table has location 0';
  const view = await readInode(volume, groups, ino);
  if (view === null) return 'its inode table cannot be read';
  const good = !geometry.features.metadata_csum || inodeChecksumGood(geometry, view, 0, ino);
  return good ? view : 'the inode does not match its checksum';
}

/** Checks the superblock and inode 7 for the blocks reserved for growing. */
export async function checkResizeInode(volume: Volume, groups: Groups, report: ReportFinding): Promise<void> {
  const { geometry } = volume;
  const { features, sb } = geometry;
  if (features.resize_inode && features.meta_bg) report(problems['resize-inode-with-meta-bg'], {}, {});
  if (!features.resize_inode && sb.s_reserved_gdt_blocks !== 0)
    report(problems['resize-blocks-without-feature'], {}, { stored: sb.s_reserved_gdt_blocks });

  const view = await resizeInode(volume, groups);
  const at = inodeOffset(volume, groups, reservedInode.RESIZE);
  // a descriptor may have an inode table far outside the image
  const inside = at >= 0 && at < geometry.blocksCount * geometry.blockSize;
  const where = { inode: reservedInode.RESIZE, ...(inside && { bytes: { at, length: geometry.inodeSize } }) };
  if (typeof view === 'string') {
    if (features.resize_inode) report(problems['resize-inode-unreadable'], where, { reason: view });
    return;
  }
  if (!features.resize_inode) {
    for (let word = 0; word < words; word++) {
      const stored = wordAt(view, word);
      if (stored === 0) continue;
      report(problems['resize-inode-not-clear'], where, { word, stored });
      return;
    }
    return;
  }
  const wrong = inodeFault(volume, view) ?? (await listFault(volume, view));
  if (wrong !== null) report(problems['resize-inode-invalid'], where, { ...wrong });
}
