/** Records that hang from an inode: extent nodes, directory entries, hash trees, attributes, quota and orphan blocks. */
import { dirent, direntTail, direntTailSize } from '../../src/layout/dirent';
import { extentHeader, extentIndex, extentLeaf } from '../../src/layout/extent';
import { dxCountLimit, dxEntry, dxEntrySize, dxRootInfo, dxRootInfoOffset } from '../../src/layout/htree';
import { inode, inodeFlags } from '../../src/layout/inode';
import { orphanTail, orphanTailSize } from '../../src/layout/orphan';
import { quotaBlockSize, quotaEntry, quotaHeader, quotaLeafHeader, quotaLeafHeaderSize } from '../../src/layout/quota';
import { xattrEntry, xattrHeader, xattrHeaderSize } from '../../src/layout/xattr';
import { bodyXattrs, hasEntry, nextEntry } from '../../src/volume/xattr-entries';
import { blocksOf } from '../support/directory';
import type { Stamp } from './stamps';
import { type Targets, wordFields } from './targets';

/** The node at byte `at`, its entries, and the nodes below. */
export function addExtents(targets: Targets, ino: number, at: number, stamp: Stamp, what: string): void {
  const { view } = targets.image;
  targets.site('extent header', `extent ${what}`, extentHeader, at, stamp);
  const leaf = extentHeader.eh_depth(view, at) === 0;
  for (let i = 1; i <= extentHeader.eh_entries(view, at); i++) {
    const entry = at + i * 12;
    targets.site('extent', `extent ${i - 1} of ${what}`, leaf ? extentLeaf : extentIndex, entry, stamp);
    if (leaf) continue;
    const block = extentIndex.ei_leaf_lo(view, entry);
    const below = { of: 'extent node', ino, inodeAt: targets.image.inodeAt(ino), block } as const;
    targets.block('extent node', block, below);
    addExtents(targets, ino, targets.image.blockAt(block), below, `node ${block} of inode ${ino}`);
  }
}

function addEntries(targets: Targets, ino: number, block: number, stamp: Stamp): void {
  const { view, made } = targets.image;
  const start = targets.image.blockAt(block);
  const what = `of directory ${ino}, block ${block}`;
  for (let at = start; at < start + made.blockSize; at += dirent.rec_len(view, at))
    targets.site('directory entry', `entry at ${at - start} ${what}`, dirent, at, stamp);
  if (made.features.metadata_csum) {
    const tail = start + made.blockSize - direntTailSize;
    targets.site('directory tail', `tail ${what}`, direntTail, tail, null);
  }
}

/** Blocks of a directory, their entries and, where it has one, its hash tree. */
export function addDirectory(targets: Targets, ino: number): void {
  const { image } = targets;
  const { view, made } = image;
  const indexed = (inode.i_flags(view, image.inodeAt(ino)) & inodeFlags.INDEX) !== 0;
  for (const [logical, block] of blocksOf(image, ino)) {
    const stamp = { of: 'directory block', ino, inodeAt: image.inodeAt(ino), block } as const;
    targets.block('directory block', block, stamp);
    const start = image.blockAt(block);
    const node = indexed && logical > 0 && dirent.rec_len(view, start) === made.blockSize;
    if (indexed && (logical === 0 || node)) {
      const at = start + (logical === 0 ? dxRootInfoOffset + 8 : 8);
      const what = `of index block ${block} of directory ${ino}`;
      if (logical === 0) {
        targets.site('index', `dx_root_info ${what}`, dxRootInfo, start + dxRootInfoOffset, stamp);
        targets.site('directory entry', `'.' ${what}`, dirent, start, stamp);
        targets.site('directory entry', `'..' ${what}`, dirent, start + 12, stamp);
      }
      targets.site('index', `dx_countlimit ${what}`, dxCountLimit, at, stamp);
      for (let i = 1; i < dxCountLimit.count(view, at); i++)
        targets.site('index', `dx_entry ${i} ${what}`, dxEntry, at + i * dxEntrySize, stamp);
    } else addEntries(targets, ino, block, stamp);
  }
}

/** Attributes in the inode, and its attribute block. */
export function addAttributes(targets: Targets, ino: number): void {
  const { image } = targets;
  const { view, made } = image;
  const at = image.inodeAt(ino);
  const body = bodyXattrs(made, view, at);
  for (let entry = body?.start ?? 0; body && hasEntry(body, entry); entry = nextEntry(body, entry))
    targets.site('attribute', `attribute in inode ${ino}`, xattrEntry, entry, { of: 'inode', ino, at });
  const block = inode.i_file_acl_lo(view, at);
  if (block === 0) return;
  const stamp = { of: 'attribute block', block } as const;
  const start = image.blockAt(block);
  const area = { view, start: start + xattrHeaderSize, end: start + made.blockSize, valueBase: start };
  targets.block('attribute block', block, stamp);
  targets.site('attribute', `attribute block ${block}`, xattrHeader, start, stamp);
  for (let entry = area.start; hasEntry(area, entry); entry = nextEntry(area, entry))
    targets.site('attribute', `attribute in block ${block}`, xattrEntry, entry, stamp);
}

/** The header, the references and the entries of a quota file. */
export function addQuotaFile(targets: Targets, ino: number): void {
  const { image } = targets;
  const { blockSize } = image.made;
  for (const [logical, block] of blocksOf(image, ino)) {
    targets.block('quota block', block, null);
    for (let part = 0; part < blockSize / quotaBlockSize; part++) {
      const at = image.blockAt(block) + part * quotaBlockSize;
      const what = `quota file ${ino}, block ${(logical * blockSize) / quotaBlockSize + part}`;
      const entries = quotaLeafHeader.dqdh_entries(image.view, at);
      if (logical === 0 && part === 0) targets.site('quota', `header of ${what}`, quotaHeader, at, null);
      else if (entries > 0 && entries <= 14 && quotaLeafHeader.dqdh_pad2(image.view, at) === 0) {
        targets.site('quota', `leaf header of ${what}`, quotaLeafHeader, at, null);
        for (let i = 0; i < entries; i++)
          targets.site('quota', `entry ${i} of ${what}`, quotaEntry, at + quotaLeafHeaderSize + i * 72, null);
      } else targets.site('quota', `references of ${what}`, wordFields('reference', 0, 16), at, null);
    }
  }
}

export function addOrphanFile(targets: Targets, ino: number): void {
  const { image } = targets;
  const { blockSize } = image.made;
  for (const block of blocksOf(image, ino).values()) {
    const stamp = { of: 'orphan block', ino, inodeAt: image.inodeAt(ino), block } as const;
    const at = image.blockAt(block);
    targets.block('orphan block', block, stamp);
    targets.site('orphan file', `orphan block ${block}`, wordFields('entry', 0, 8), at, stamp);
    targets.site('orphan file', `tail of orphan block ${block}`, orphanTail, at + blockSize - orphanTailSize, null);
  }
}
