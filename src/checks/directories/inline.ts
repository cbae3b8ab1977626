/** Small directories whose entries lie in the inode: 56 bytes behind the parent's number, then system.data. */
import { directoryFlag } from '../../facts/directories';
import { inlineDataOf } from '../../volume/inline-data';
import { readInode } from '../../volume/inode-at';
import { bytesOf } from '../../volume/volume';
import { problems } from './block';
import type { BlockCheck } from './block-check';
import { problems as dotProblems } from './dots';
import { problems as entryProblems } from './entries';
import type { DirectoryScan } from './scan';

/** Bytes before the first entry: the inode number of the parent. '.' and '..' themselves are not stored. */
const parentSize = 4;

export async function checkInlineDirectories(scan: DirectoryScan, check: BlockCheck): Promise<void> {
  const { facts, geometry, volume, groups, report } = scan;
  if (!geometry.features.inline_data) return;
  const { directories, inodes } = facts;
  for (let index = 0; index < directories.length; index++) {
    if (!directories.has(index, directoryFlag.INLINE)) continue;
    const ino = directories.inodes.get(index);
    if (!inodes.isUsed(ino)) continue;
    const view = await readInode(volume, groups, ino);
    const data = view && inlineDataOf(geometry, view, 0);
    if (!data) {
      facts.harm(ino, 'unreadable');
      continue;
    }
    if (data.size % 4 !== 0 || (data.size > 60 && data.size < 72))
      report(problems['directory-inline-size'], { inode: ino }, { stored: data.size });
    inodes.countLink(ino);
    const parent = data.head.getUint32(0, true);
    directories.dotdot.set(index, parent);
    if (parent === 0) report(dotProblems['directory-dotdot-missing'], { inode: ino }, {});
    else if ((parent !== 2 && parent < geometry.firstIno) || parent > geometry.inodesCount)
      report(entryProblems['entry-inode-invalid'], { inode: ino, directory: ino }, { name: '..', target: parent });
    else inodes.countLink(parent);
    // every entry here ranks as an ordinary one, as in a block that is not the first
    const head = new DataView(data.head.buffer, data.head.byteOffset + parentSize, data.head.byteLength - parentSize);
    check.walk(ino, index, 1, 0, head, bytesOf(head), head.byteLength, undefined);
    if (data.rest.byteLength > 0)
      check.walk(ino, index, 2, 0, data.rest, bytesOf(data.rest), data.rest.byteLength, undefined);
  }
}
