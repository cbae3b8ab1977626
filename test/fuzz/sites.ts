/** The place of each field of each record in a valid image, by name: the targets of mutations. */
import { groupDesc } from '../../src/layout/group';
import { iBlockSize, inode, inodeFlags } from '../../src/layout/inode';
import { journalSuperblock } from '../../src/layout/journal';
import { mmpBlock } from '../../src/layout/mmp';
import { superblock, superblockOffset, superblockSize } from '../../src/layout/superblock';
import { groupFirstBlock, groupHasSuper } from '../../src/volume/geometry';
import { bitmapAt } from '../support/bitmaps';
import { blocksOf } from '../support/directory';
import type { TestImage } from '../support/image';
import { addAttributes, addDirectory, addExtents, addOrphanFile, addQuotaFile } from './sites-of-files';
import { type Site, Targets, wordFields } from './targets';

/** The fields of `table` that a record of `size` bytes still has; the result for an earlier, equal size is used again. */
const within = (() => {
  const known = new Map<Site['fields'], Map<number, Site['fields']>>();
  return (table: Site['fields'], size: number): Site['fields'] => {
    const bySize = known.get(table) ?? new Map<number, Site['fields']>();
    known.set(table, bySize);
    const fields =
      bySize.get(size) ??
      Object.fromEntries(Object.entries(table).filter(([, { offset, bytes }]) => offset + bytes <= size));
    bySize.set(size, fields);
    return fields;
  };
})();

function addGroups(targets: Targets): void {
  const { image } = targets;
  const { made } = image;
  for (let group = 0; group < made.groupCount; group++) {
    const stamp = { of: 'descriptor', group } as const;
    targets.site('descriptor', `descriptor ${group}`, within(groupDesc, made.descSize), image.groupAt(group), stamp);
    for (const kind of ['block', 'inode'] as const) {
      const at = bitmapAt(image, kind, group);
      const length = (kind === 'block' ? made.clustersPerGroup : made.inodesPerGroup) / 8;
      const bitmap = { of: 'bitmap', kind, group, at } as const;
      targets.piece('bitmap', `${kind} bitmap ${group}`, at, length, bitmap);
      targets.site('bitmap', `${kind} bitmap ${group}`, wordFields('word', 0, length >> 2), at, bitmap);
    }
    const table = image.inodeAt(group * made.inodesPerGroup + 1);
    targets.piece('inode table', `inode table ${group}`, table, made.inodeTableBlocks * made.blockSize, null);
    for (let i = 0; i < made.inodeTableBlocks; i++) {
      const at = table + i * made.blockSize;
      if (i < 8) targets.piece('inode table block', `inode table ${group} block ${i}`, at, made.blockSize, null);
    }
    if (group > 0 && groupHasSuper(made, group)) {
      const at = image.blockAt(groupFirstBlock(made, group));
      targets.site('superblock copy', `superblock copy ${group}`, superblock, at, { of: 'superblock', at });
    }
  }
}

function addInode(targets: Targets, ino: number): void {
  const { image } = targets;
  const { view, made } = image;
  const at = image.inodeAt(ino);
  const stamp = { of: 'inode', ino, at } as const;
  const mode = inode.i_mode(view, at);
  const unused = mode === 0 && inode.i_links_count(view, at) === 0;
  // a few unused ones are enough
  if (unused && ino > 11 && ino % 64 !== 0) return;
  const kind = unused ? 'unused inode' : ino < made.firstIno ? 'reserved inode' : 'inode';
  targets.site(kind, `inode ${ino}`, within(inode, made.inodeSize), at, stamp);
  targets.piece('inode', `inode ${ino}`, at, made.inodeSize, stamp);
  if (unused) return;
  addAttributes(targets, ino);
  const flags = inode.i_flags(view, at);
  const type = mode >> 12;
  const mapped = type === 8 || type === 4 || (type === 10 && inode.i_size_lo(view, at) >= iBlockSize);
  if ((flags & inodeFlags.INLINE_DATA) !== 0 || !mapped) {
    targets.site('inline data', `i_block of inode ${ino}`, wordFields('i_block', inode.i_block.offset, 15), at, stamp);
    return;
  }
  if ((flags & inodeFlags.EXTENTS) !== 0)
    addExtents(targets, ino, at + inode.i_block.offset, stamp, `root of inode ${ino}`);
  else {
    const pointers = wordFields('i_block', inode.i_block.offset, 15);
    targets.site('block pointer', `i_block of inode ${ino}`, pointers, at, stamp);
    for (let level = 1; level <= 3; level++) {
      const block = view.getUint32(at + inode.i_block.offset + 44 + level * 4, true);
      if (block === 0) continue;
      targets.block('indirect block', block, null);
      const fields = wordFields('pointer', 0, made.blockSize / 4);
      targets.site('indirect block', `indirect block ${block} of inode ${ino}`, fields, image.blockAt(block), null);
    }
  }
  if (type === 4) addDirectory(targets, ino);
}

function addFilesOfTheFileSystem(targets: Targets): void {
  const { image } = targets;
  const { sb, features } = image.made;
  if (features.has_journal && sb.s_journal_inum > 0) {
    const blocks = [...blocksOf(image, sb.s_journal_inum).values()];
    const at = image.blockAt(blocks[0]!);
    targets.site('journal', 'journal superblock', journalSuperblock, at, { of: 'journal', at });
    for (const block of blocks.slice(0, 4)) targets.block('journal block', block, null);
  }
  if (features.mmp) {
    const at = image.blockAt(sb.s_mmp_block);
    targets.site('mmp', 'mmp block', mmpBlock, at, { of: 'mmp', at });
    targets.block('mmp block', sb.s_mmp_block, null);
  }
  if (features.quota)
    for (const ino of [sb.s_usr_quota_inum, sb.s_grp_quota_inum, sb.s_prj_quota_inum])
      if (ino > 0) addQuotaFile(targets, ino);
  if (features.orphan_file && sb.s_orphan_file_inum > 0) addOrphanFile(targets, sb.s_orphan_file_inum);
}

/** Everything in a sound image that a mutation can aim at. */
export function targetsOf(image: TestImage): Targets {
  const targets = new Targets(image);
  const at = superblockOffset;
  targets.site('superblock', 'superblock', superblock, at, { of: 'superblock', at });
  targets.piece('superblock', 'superblock', at, superblockSize, null);
  addGroups(targets);
  const { blockSize } = image.made;
  const descriptors = Math.floor(image.groupAt(0) / blockSize);
  for (let i = 0; i < image.made.descBlocks; i++) targets.block('descriptor block', descriptors + i, null);
  for (let ino = 1; ino <= image.made.inodesCount; ino++) addInode(targets, ino);
  addFilesOfTheFileSystem(targets);
  return targets;
}
