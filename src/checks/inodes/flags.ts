/** Inode flags that contradict the type, the features or each other. */
import { iBlockSize, inode, inodeFlags, oldInodeSize } from '../../layout/inode';
import { define } from '../../problem/define';
import { isExtentHeader } from '../../volume/extent-header';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { isSpecialType } from './validity';

export const problems = define({
  'inode-casefold-not-directory': {
    severity: 'warning',
    e2fsck: [0x010088],
    title: 'Casefold flag on something that is not a directory',
    explain:
      'Only directories can look names up without regard to case. The flag is ignored on other files; it hints at an overwritten inode.',
    say: (_: object) => 'the casefold flag is set, but this is not a directory',
  },
  'inode-casefold-without-feature': {
    severity: 'error',
    e2fsck: [0x010089],
    title: 'Casefold flag without the feature',
    explain:
      'The inode asks for case-insensitive names, and the file system does not have that feature. The kernel refuses to open the directory.',
    say: (_: object) => 'the casefold flag is set, but the file system lacks the casefold feature',
  },
  'xattr-inode-not-regular': {
    severity: 'error',
    e2fsck: [0x010091],
    e2fsckSince: '1.47.1',
    title: 'Attribute-value flag on something that is not a regular file',
    explain:
      'Inodes that hold the value of an extended attribute are regular files. The flag is wrong here, or the mode is. Kernels since 6.4 refuse to open what carries the flag and has a name.',
    say: (_: object) => 'the EA_INODE flag is set, but this is not a regular file',
  },
  'special-inode-with-data-flags': {
    severity: 'warning',
    e2fsck: [0x010076],
    title: 'Device, pipe or socket with data flags',
    explain:
      'A special file has no data, so the extents and inline-data flags mean nothing on it. It works all the same; the inode may have been overwritten.',
    say: (_: object) => 'a special file has the inline-data or extents flag',
  },
  'inode-inline-and-extents': {
    severity: 'error',
    e2fsck: [0x010077, 0x010078, 0x010079, 0x01007a],
    title: 'Inode claims both inline data and extents',
    explain:
      'Data lies either in the inode or in blocks, never both. The kernel refuses the file. Which of the two flags is wrong can be guessed from the content of the inode.',
    say: (d: { looksLike: string }) =>
      `the inline-data and extents flags are both set; the content looks like ${d.looksLike}`,
  },
  'inode-inline-without-feature': {
    severity: 'error',
    e2fsck: [0x010070, 0x01006f],
    title: 'Inline data without the feature',
    explain:
      'The inode says that its data lies inside the inode, and the file system does not have that feature. The kernel refuses the file.',
    say: (d: { attribute: boolean }) =>
      `the inline-data flag is set without the feature${d.attribute ? '; inline data is present' : ''}`,
  },
  'inode-inline-data-missing': {
    severity: 'error',
    e2fsck: [0x010075],
    title: 'Inline data is missing',
    explain:
      'The inode says that its data lies inside the inode, but the attribute that must hold it is not there or cannot be read. The content of the file or directory is lost.',
    say: (_: object) => 'the inline-data flag is set, but the inode holds no readable inline data',
  },
  'inode-extents-without-feature': {
    severity: 'error',
    e2fsck: [0x01005a],
    title: 'Extents flag without the feature',
    explain:
      'The inode says it is mapped by extents, and the file system does not have that feature. The kernel refuses the file.',
    say: (_: object) => 'the extents flag is set, but the file system lacks the extent feature',
  },
  'superblock-extent-feature-missing': {
    severity: 'warning',
    e2fsck: [0x01005b],
    title: 'An inode with valid extents in a file system without the feature',
    explain:
      'The inode holds a sound extent tree, so it is the superblock that lost its extent feature. Until that is mended the file cannot be read.',
    say: (_: object) => 'the inode holds a sound extent tree, but the file system lacks the extent feature',
  },
  'inode-extents-flag-missing': {
    severity: 'error',
    e2fsck: [0x01005c],
    title: 'Extent tree without the extents flag',
    explain:
      'The inode holds a sound extent tree but not the flag that says so, and would be read as a list of block numbers. The content read would be garbage.',
    say: (_: object) => 'the inode holds an extent tree, but its extents flag is not set',
  },
  'inode-imagic-flag': {
    severity: 'warning',
    e2fsck: [0x01002f],
    title: 'Imagic flag without the feature',
    explain:
      'The inode is flagged as an AFS inode, and the file system is not set up for those. The flag is ignored; it hints at an overwritten inode.',
    say: (_: object) => 'the imagic flag is set, but the file system lacks the feature',
  },
  'special-inode-immutable': {
    severity: 'info',
    e2fsck: [0x010030],
    title: 'Special file or symlink is immutable or append-only',
    explain:
      'A device, pipe, socket or symlink has the immutable or append-only flag, which cannot be taken off with the usual tools. It works.',
    say: (_: object) => 'the immutable or append-only flag is set on a special file or symlink',
  },
  'special-inode-with-size': {
    severity: 'info',
    e2fsck: [0x010032],
    title: 'Special file has a size',
    explain: 'A device, pipe or socket has no data and its size must be 0. It works all the same.',
    say: (d: { stored: number }) => `the size of a special file is ${d.stored}, should be 0`,
  },
  'symlink-fast-with-extents-flag': {
    severity: 'warning',
    e2fsck: [0x01005d],
    title: 'Short symlink has the extents flag',
    explain:
      'The target of a short symlink lies in the inode itself, so it has no extents. Kernels before 3.x could write this flag by mistake.',
    say: (_: object) => 'the target lies in the inode, but the extents flag is set',
  },
});

/** Whether `i_block` starts like the root of an extent tree. */
export const hasRootHeader = (n: CurrentInode): boolean =>
  isExtentHeader(n.view, n.at + inode.i_block.offset, iBlockSize);

/** Whether the size leaves room in `bytes`, which e2fsck takes for 64 bits without a sign even where it is below zero. */
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

/** Flags of any inode in use; before its number is looked at. */
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
      scan.facts.harm(n.ino, 'content');
    }
  }
}

export function checkImagic(n: CurrentInode, scan: InodeScan): void {
  if (n.has(inodeFlags.IMAGIC) && !scan.geometry.features.imagic_inodes)
    scan.report(problems['inode-imagic-flag'], n.where(inode.i_flags), {});
}

/** Flags and size of a well-formed device, pipe or socket. */
export function checkSpecial(n: CurrentInode, scan: InodeScan): void {
  if (n.has(inodeFlags.INLINE_DATA)) scan.report(problems['special-inode-with-data-flags'], n.where(inode.i_flags), {});
  checkImmutable(n, scan);
  if (n.size !== 0) scan.report(problems['special-inode-with-size'], n.where(inode.i_size_lo), { stored: n.size });
}

export function checkImmutable(n: CurrentInode, scan: InodeScan): void {
  if (n.has(inodeFlags.IMMUTABLE) || n.has(inodeFlags.APPEND))
    scan.report(problems['special-inode-immutable'], n.where(inode.i_flags), {});
}

export function checkFastSymlink(n: CurrentInode, scan: InodeScan): void {
  if (!scan.geometry.features.extent || !n.has(inodeFlags.EXTENTS)) return;
  if (!n.symlinkHasBlocks || n.has(inodeFlags.INLINE_DATA))
    scan.report(problems['symlink-fast-with-extents-flag'], n.where(inode.i_flags), {});
}
