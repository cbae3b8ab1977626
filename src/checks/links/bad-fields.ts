/** Inodes with the bad mark: says what is wrong, now that it is known which entry names them. */
import { fileType, hurdFragmentOffset, inode, inodeFlags } from '../../layout/inode';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { isHurd, isLinux, modeText } from '../../volume/inode-fields';
import { SystemDataReader } from '../../volume/system-data';
import type { Volume } from '../../volume/volume';
import { CurrentInode } from '../inodes/current';
import { isValidLongSymlink, isValidShortSymlink, isValidSpecial, symlinkBlock } from '../inodes/validity';

interface Stored {
  stored: number;
}

export const problems = define({
  'inode-faddr-set': {
    severity: 'info',
    e2fsck: [0x02000d],
    title: 'Fragment address is set',
    explain:
      'Fragments were never used, so i_faddr must be 0. The file reads right; the inode may have been overwritten in part. e2fsck clears the field.',
    say: (d: Stored) => `i_faddr is ${d.stored}, should be 0`,
  },
  'inode-fragment-number-set': {
    severity: 'info',
    e2fsck: [0x020010],
    title: 'Fragment number is set',
    explain:
      'Fragments were never used, so the number must be 0. The file reads right. The inode may have been overwritten in part; e2fsck clears the field.',
    say: (d: Stored) => `the fragment number is ${d.stored}, should be 0`,
  },
  'inode-fragment-size-set': {
    severity: 'info',
    e2fsck: [0x020011],
    title: 'Fragment size is set',
    explain:
      'Fragments were never used, so the size must be 0. The file reads right. The inode may have been overwritten in part; e2fsck clears the field.',
    say: (d: Stored) => `the fragment size is ${d.stored}, should be 0`,
  },
  'inode-blocks-high-set': {
    severity: 'info',
    e2fsck: [0x020044],
    title: 'High half of the block count is set',
    explain:
      'Without the huge_file feature the high half of i_blocks must be 0. The file reads right. The inode may have been overwritten in part; e2fsck clears the field.',
    say: (d: Stored) => `the high half of i_blocks is ${d.stored}, should be 0`,
  },
  'xattr-block-high-set': {
    severity: 'info',
    e2fsck: [0x020048],
    title: 'High half of the attribute block number is set',
    explain:
      'Without the 64bit feature the high half of i_file_acl must be 0. Attributes read right, since it is ignored. The inode may have been overwritten in part; e2fsck clears the field.',
    say: (d: Stored) => `the high half of i_file_acl is ${d.stored}, should be 0`,
  },
  'xattr-block-without-feature': {
    severity: 'warning',
    e2fsck: [0x02000e],
    title: 'Attribute block without the feature',
    explain:
      'The inode names a block of extended attributes, and the file system does not have that feature. The attributes are not seen. The feature word or the inode was damaged; e2fsck clears the field, or restore the superblock from a backup.',
    say: (d: Stored) => `i_file_acl is ${d.stored}, but the file system lacks the ext_attr feature`,
  },
  'xattr-block-out-of-range': {
    severity: 'error',
    e2fsck: [0x020032],
    title: 'Attribute block lies outside the file system',
    explain:
      'The inode names a block of extended attributes that does not exist. Labels, ACLs or capabilities of the file are lost, and the kernel may refuse to open it. The inode was overwritten; restore the file with its attributes.',
    say: (d: Stored) => `i_file_acl is ${d.stored}, a block that does not exist`,
  },
  'directory-size-high-set': {
    severity: 'warning',
    e2fsck: [0x02000f],
    title: 'High half of a directory size is set',
    explain:
      'Without the large_dir feature a directory is smaller than 4 GiB, so the high half of its size must be 0. The field once held an ACL block. The directory reads right; e2fsck clears the field.',
    say: (d: Stored) => `the high half of the size of the directory is ${d.stored}, should be 0`,
  },
  'inode-mode-invalid': {
    severity: 'error',
    e2fsck: [0x020012],
    title: 'Inode has no valid file type',
    explain:
      'The type in the mode is none of the seven that exist. The file cannot be opened; its inode was overwritten. Restore it.',
    say: (d: { mode: string }) => `the mode is ${d.mode}, which is no known file type`,
  },
  'special-inode-invalid': {
    severity: 'warning',
    e2fsck: [0x020018, 0x020019, 0x020025, 0x020026],
    title: 'Device, pipe or socket looks like something else',
    explain:
      'A special file carries flags or block pointers that only files with data have. The inode was overwritten, or its mode was. Device nodes can be made again; if it was a file, restore it.',
    say: (_: object) => 'a special file has flags or block pointers of a file with data',
  },
  'symlink-invalid': {
    severity: 'error',
    e2fsck: [0x020031],
    title: 'Symlink is destroyed',
    explain:
      'The target of the symlink does not fit its size, or its block is missing. Whatever is reached through it cannot be found. Make the link again.',
    say: (d: { size: number }) => `the target of the symlink does not fit its size of ${d.size}`,
  },
});

function specialCode(type: number): number {
  if (type === fileType.CHAR) return 0x020018;
  if (type === fileType.BLOCK) return 0x020019;
  return type === fileType.FIFO ? 0x020025 : 0x020026;
}

async function symlinkGood(n: CurrentInode, volume: Volume): Promise<boolean> {
  if (n.has(inodeFlags.INLINE_DATA) || n.isFastSymlink) return isValidShortSymlink(n);
  const block = symlinkBlock(n);
  return isValidLongSymlink(n, volume.inRange(block) ? await volume.block(block) : null);
}

function reportHurd(n: CurrentInode, where: Where, report: Report): void {
  const number = n.view.getUint8(n.at + hurdFragmentOffset);
  const size = n.view.getUint8(n.at + hurdFragmentOffset + 1);
  if (number !== 0) report(problems['inode-fragment-number-set'], where, { stored: number });
  if (size !== 0) report(problems['inode-fragment-size-set'], where, { stored: size });
}

async function reportType(n: CurrentInode, where: Where, volume: Volume, report: Report): Promise<boolean> {
  if (n.isDirectory || n.isRegular) return true;
  if (n.isSymlink) {
    if (await symlinkGood(n, volume)) return true;
    report(problems['symlink-invalid'], where, { size: n.size });
    return false;
  }
  if (![fileType.CHAR, fileType.BLOCK, fileType.FIFO, fileType.SOCKET].includes(n.type)) {
    report(problems['inode-mode-invalid'], where, { mode: modeText(n.mode) });
    return false;
  }
  if (!isValidSpecial(n)) report(problems['special-inode-invalid'], where, {}, specialCode(n.type));
  return true;
}

/**
 * Reports every field that must not be as it is in inode `ino`. `directory` is the one that names it, if any.
 * Returns false when what the inode is for cannot be read.
 */
export async function reportBadFields(
  volume: Volume,
  groups: Groups,
  ino: number,
  directory: number,
  report: Report,
): Promise<boolean> {
  const { geometry } = volume;
  const { features } = geometry;
  const view = await readInode(volume, groups, ino);
  if (view === null) return false;
  const n = new CurrentInode(geometry);
  n.load(view, 0, ino, 0, 0, true);
  if (n.has(inodeFlags.INLINE_DATA)) n.systemData = await new SystemDataReader(volume, groups).read(view, 0, ino, true);
  const where: Where = directory > 0 ? { inode: ino, directory } : { inode: ino };
  const linux = isLinux(geometry);
  if (n.xattrBlock !== 0 && !features.ext_attr)
    report(problems['xattr-block-without-feature'], where, { stored: n.xattrBlock });
  const readable = await reportType(n, where, volume, report);
  const faddr = inode.i_faddr(view, 0);
  if (faddr !== 0) report(problems['inode-faddr-set'], where, { stored: faddr });
  if (isHurd(geometry)) reportHurd(n, where, report);
  const blocksHigh = inode.i_blocks_high(view, 0);
  if (linux && !features.huge_file && blocksHigh !== 0)
    report(problems['inode-blocks-high-set'], where, { stored: blocksHigh });
  const xattrHigh = inode.i_file_acl_high(view, 0);
  if (linux && !features['64bit'] && xattrHigh !== 0)
    report(problems['xattr-block-high-set'], where, { stored: xattrHigh });
  if (n.xattrBlock !== 0 && !volume.inRange(n.xattrBlock))
    report(problems['xattr-block-out-of-range'], where, { stored: n.xattrBlock });
  if (
    n.isDirectory &&
    n.sizeHigh !== 0 &&
    !features.large_dir &&
    inode.i_blocks_lo(view, 0) < 2 ** (19 - geometry.sb.s_log_block_size)
  )
    report(problems['directory-size-high-set'], where, { stored: n.sizeHigh });
  return readable;
}
