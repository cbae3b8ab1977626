/** Reports the invalid fields of inodes with the BAD bit, now that their names are known. */
import { fileType, hurdFragmentOffset, inode, inodeFlags } from '../../layout/inode';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Where } from '../../problem/finding';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { isHurd, isLinux, modeText } from '../../volume/inode-fields';
import { SystemDataReader } from '../../volume/system-data';
import type { Volume } from '../../volume/volume';
import { CurrentInode } from '../inodes/current';
import { isValidLongSymlink, isValidShortSymlink, isValidSpecial, symlinkBlock } from '../inodes/validity';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'inode-faddr-set': { severity: 'info', e2fsck: [0x02000d] },
  'inode-fragment-number-set': { severity: 'info', e2fsck: [0x020010] },
  'inode-fragment-size-set': { severity: 'info', e2fsck: [0x020011] },
  'inode-blocks-high-set': { severity: 'info', e2fsck: [0x020044] },
  'xattr-block-high-set': { severity: 'info', e2fsck: [0x020048] },
  'xattr-block-without-feature': { severity: 'warning', e2fsck: [0x02000e] },
  'xattr-block-out-of-range': { severity: 'error', e2fsck: [0x020032] },
  'directory-size-high-set': { severity: 'warning', e2fsck: [0x02000f] },
  'inode-mode-invalid': { severity: 'error', e2fsck: [0x020012] },
  'special-inode-invalid': { severity: 'warning', e2fsck: [0x020018, 0x020019, 0x020025, 0x020026] },
  'symlink-invalid': { severity: 'error', e2fsck: [0x020031] },
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

function reportHurd(n: CurrentInode, where: Where, report: ReportFinding): void {
  const number = n.view.getUint8(n.at + hurdFragmentOffset);
  const size = n.view.getUint8(n.at + hurdFragmentOffset + 1);
  if (number !== 0) report(problems['inode-fragment-number-set'], where, { stored: number });
  if (size !== 0) report(problems['inode-fragment-size-set'], where, { stored: size });
}

async function reportType(n: CurrentInode, where: Where, volume: Volume, report: ReportFinding): Promise<boolean> {
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
 * Reports every invalid field of inode `ino`. `directory` is the directory with its entry, if any. Returns false when
 * the type of the inode is unknown.
 */
export async function reportBadFields(
  volume: Volume,
  groups: Groups,
  ino: number,
  directory: number,
  report: ReportFinding,
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
