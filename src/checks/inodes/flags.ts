/** Inode flags that contradict the type, the features or each other. */
import { iBlockSize, inode, inodeFlags, oldInodeSize } from '../../layout/inode';
import { define } from '../../problem/define';
import { isExtentHeader } from '../../volume/extent-header';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import type { texts } from './texts';
import { isSpecialType } from './validity';

export const problems = define<typeof texts>()({
  'inode-casefold-not-directory': { severity: 'warning', e2fsck: [0x010088] },
  'inode-casefold-without-feature': { severity: 'error', e2fsck: [0x010089] },
  'xattr-inode-not-regular': { severity: 'error', e2fsck: [0x010091], e2fsckSince: '1.47.1' },
  'special-inode-with-data-flags': { severity: 'warning', e2fsck: [0x010076] },
  'inode-inline-and-extents': { severity: 'error', e2fsck: [0x010077, 0x010078, 0x010079, 0x01007a] },
  'inode-inline-without-feature': { severity: 'error', e2fsck: [0x010070, 0x01006f] },
  'inode-inline-data-missing': { severity: 'error', e2fsck: [0x010075] },
  'inode-extents-without-feature': { severity: 'error', e2fsck: [0x01005a] },
  'superblock-extent-feature-missing': { severity: 'warning', e2fsck: [0x01005b] },
  'inode-extents-flag-missing': { severity: 'error', e2fsck: [0x01005c] },
  'inode-imagic-flag': { severity: 'warning', e2fsck: [0x01002f] },
  'special-inode-immutable': { severity: 'info', e2fsck: [0x010030] },
  'special-inode-with-size': { severity: 'info', e2fsck: [0x010032] },
  'symlink-fast-with-extents-flag': { severity: 'warning', e2fsck: [0x01005d] },
  'symlink-misread-by-e2fsck': { severity: 'info', e2fsck: [0x01000e], e2fsckUntil: '1.47.3' },
});

export const hasRootHeader = (n: CurrentInode): boolean =>
  isExtentHeader(n.view, n.at + inode.i_block.offset, iBlockSize);

/** Whether the size fits into `bytes`. e2fsck reads `bytes` as unsigned 64 bits, even if it is negative. */
function fitsInside(n: CurrentInode, bytes: number): boolean {
  if (bytes >= 0) return n.size < bytes;
  return n.sizeHigh !== 0xffffffff || inode.i_size_lo(n.view, n.at) < 2 ** 32 + bytes;
}

function checkBothDataFlags(n: CurrentInode, scan: InodeScan): void {
  const { geometry, report } = scan;
  if (isSpecialType(n.type)) {
    report(problems['special-inode-with-data-flags'], n.where(inode.i_flags), {});
    return;
  }
  const at = n.where(inode.i_flags);
  const say = (looksLike: string, code: number) =>
    report(problems['inode-inline-and-extents'], at, { looksLike }, code);
  if (hasRootHeader(n)) say('extents', 0x010077);
  const room =
    geometry.inodeSize > oldInodeSize ? geometry.inodeSize - oldInodeSize - inode.i_extra_isize(n.view, n.at) : 0;
  if (fitsInside(n, 60 + room)) say('inline data', 0x010078);
  if (Array.from({ length: 15 }, (_, i) => n.word(i)).every((word) => word < geometry.blocksCount))
    say('a block map', 0x010079);
  say('neither', 0x01007a);
}

/** Checks the flags of any inode in use, before its number is considered. */
export function checkFlags(n: CurrentInode, scan: InodeScan): void {
  const { geometry, report } = scan;
  const { features } = geometry;
  const at = n.where(inode.i_flags);
  const hasInlineData = n.systemData.state === 'found';
  if (n.has(inodeFlags.CASEFOLD)) {
    if (!n.isDirectory) report(problems['inode-casefold-not-directory'], at, {});
    if (!features.casefold) report(problems['inode-casefold-without-feature'], at, {});
  }
  if (n.has(inodeFlags.EA_INODE)) {
    scan.facts.flaggedXattrInodes.add(n.ino);
    if (!n.isRegular) report(problems['xattr-inode-not-regular'], at, {});
  }
  const inline = n.has(inodeFlags.INLINE_DATA);
  if (inline && n.has(inodeFlags.EXTENTS) && (features.inline_data || features.extent)) checkBothDataFlags(n, scan);
  if (inline && !features.inline_data && n.ino >= geometry.firstIno) {
    if (hasInlineData) report(problems['inode-inline-without-feature'], at, { attribute: true }, 0x01006f);
    report(problems['inode-inline-without-feature'], at, { attribute: hasInlineData });
    scan.facts.harm(n.ino, 'unreadable');
  }
  if (inline && features.inline_data && n.ino >= geometry.firstIno && !hasInlineData) {
    report(problems['inode-inline-data-missing'], at, {});
    scan.facts.harm(n.ino, 'unreadable');
  }
  const judged = n.links > 0 || n.ino === 1 || n.ino === 2 || n.ino === 8;
  if (n.has(inodeFlags.EXTENTS) && !features.extent && judged) {
    if (hasRootHeader(n)) report(problems['superblock-extent-feature-missing'], at, {});
    report(problems['inode-extents-without-feature'], at, {});
  }
  if (features.extent && !n.has(inodeFlags.EXTENTS) && judged) {
    if ((n.isRegular || n.isDirectory) && hasRootHeader(n)) {
      report(problems['inode-extents-flag-missing'], at, {});
      scan.facts.harm(n.ino, 'damaged');
    }
  }
}

export function checkImagic(n: CurrentInode, scan: InodeScan): void {
  if (n.has(inodeFlags.IMAGIC) && !scan.geometry.features.imagic_inodes)
    scan.report(problems['inode-imagic-flag'], n.where(inode.i_flags), {});
}

/** Checks flags and size of a valid device, pipe or socket. */
export function checkSpecial(n: CurrentInode, scan: InodeScan): void {
  if (n.has(inodeFlags.INLINE_DATA)) scan.report(problems['special-inode-with-data-flags'], n.where(inode.i_flags), {});
  checkImmutable(n, scan);
  if (n.size !== 0) scan.report(problems['special-inode-with-size'], n.where(inode.i_size_lo), { stored: n.size });
}

export function checkImmutable(n: CurrentInode, scan: InodeScan): void {
  if (n.has(inodeFlags.IMMUTABLE) || n.has(inodeFlags.APPEND))
    scan.report(problems['special-inode-immutable'], n.where(inode.i_flags), {});
}

/** Before 1.47.4, e2fsck goes by the count of blocks, which includes those of attribute values in other inodes. */
function checkMisread(n: CurrentInode, scan: InodeScan): void {
  if (n.xattrBlock !== 0 || inode.i_blocks_lo(n.view, n.at) === 0) return;
  if (n.has(inodeFlags.EXTENTS) || n.has(inodeFlags.INLINE_DATA)) return;
  let outside = false;
  for (let i = 0; i < 15; i++) outside ||= n.word(i) !== 0 && !scan.volume.inRange(n.word(i));
  // of words that could be blocks e2fsck says whatever follows from them
  const codes = outside ? undefined : [];
  scan.report(problems['symlink-misread-by-e2fsck'], n.where(inode.i_blocks_lo), { length: n.size }, codes);
}

export function checkFastSymlink(n: CurrentInode, scan: InodeScan): void {
  if (scan.geometry.features.ea_inode && n.isFastSymlink) checkMisread(n, scan);
  if (!scan.geometry.features.extent || !n.has(inodeFlags.EXTENTS)) return;
  if (!n.symlinkHasBlocks || n.has(inodeFlags.INLINE_DATA))
    scan.report(problems['symlink-fast-with-extents-flag'], n.where(inode.i_flags), {});
}
