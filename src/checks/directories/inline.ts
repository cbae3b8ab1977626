/** Small directories with entries in the inode: 56 bytes after the parent's number, then system.data. */
import { directoryFlag } from '../../facts/directories';
import { inodeState } from '../../facts/inodes';
import { dirent, direntHeaderSize } from '../../layout/dirent';
import { iBlockSize, inode } from '../../layout/inode';
import { inlineEntries } from '../../volume/inline-data';
import { readInode } from '../../volume/inode-at';
import { SystemDataReader } from '../../volume/system-data';
import { bytesOf } from '../../volume/volume';
import { problems } from './block';
import type { BlockCheck } from './block-check';
import type { DirectoryScan } from './scan';

/** Bytes of an entry with a name of one or two bytes. */
const dotSize = 12;

/** The entries '.' and '..' as in a block. */
function dotEntries(ino: number, parent: number, type: number): DataView {
  const view = new DataView(new ArrayBuffer(2 * dotSize));
  for (const [i, target] of [ino, parent].entries()) {
    const at = i * dotSize;
    view.setUint32(at + dirent.inode.offset, target, true);
    view.setUint16(at + dirent.rec_len.offset, dotSize, true);
    view.setUint8(at + dirent.name_len.offset, i + 1);
    view.setUint8(at + dirent.file_type.offset, type);
    for (let dot = 0; dot <= i; dot++) view.setUint8(at + direntHeaderSize + dot, 0x2e);
  }
  return view;
}

export async function checkInlineDirectories(scan: DirectoryScan, check: BlockCheck): Promise<void> {
  const { facts, geometry, volume, groups, report } = scan;
  if (!geometry.features.inline_data) return;
  const { directories, inodes } = facts;
  const systemData = new SystemDataReader(volume, groups);
  const walk = (ino: number, index: number, logical: number, view: DataView) =>
    check.walk(ino, index, logical, 0, view, bytesOf(view), view.byteLength, undefined);
  for (let index = 0; index < directories.length; index++) {
    if (!directories.has(index, directoryFlag.INLINE)) continue;
    const ino = directories.inodes.get(index);
    if (!inodes.isUsed(ino)) continue;
    const checksumGood = (inodes.state[ino]! & inodeState.CHECKSUM_BAD) === 0;
    const view = await readInode(volume, groups, ino);
    const data = view && checksumGood ? await systemData.read(view, 0, ino, true) : null;
    if (view === null || data === null || data.state === 'damaged') {
      facts.harm(ino, 'unreadable');
      continue;
    }
    const size = iBlockSize + data.size;
    if (size % 4 !== 0 || (data.size > 0 && data.size < dotSize))
      report(problems['directory-inline-size'], { inode: ino }, { stored: size });
    const parent = view.getUint32(inode.i_block.offset, true);
    walk(ino, index, 0, dotEntries(ino, parent, geometry.features.filetype ? 2 : 0));
    // every entry here is an ordinary one, as in a block that is not the first
    for (const [i, entries] of inlineEntries(view, 0, data.value).entries()) walk(ino, index, 1 + i, entries);
  }
}
