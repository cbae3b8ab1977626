/** Pass 3A: directories in which a name was found twice are looked at as a whole. */
import { printableName } from '../../bytes/names';
import { directoryFlag } from '../../facts/directories';
import { dirent, direntHeaderSize, direntSize, recordLength } from '../../layout/dirent';
import { define } from '../../problem/define';
import { readInode } from '../../volume/inode-at';
import { inodeSizeOf } from '../../volume/inode-fields';
import { walkMapping } from '../../volume/mapping';
import type { DirectoryScan } from './scan';

export const problems = define({
  'entry-repeated': {
    severity: 'error',
    e2fsck: [0x020041],
    title: 'Entry is there twice',
    explain:
      'Two entries of a directory have the same name and the same inode: one is a stale copy. The file can be opened, but its link count is off by one. e2fsck removes one of them.',
    say: (d: { name: string; target: number }) => `the name "${d.name}" for inode ${d.target} is there twice`,
  },
  'entry-name-not-unique': {
    severity: 'error',
    e2fsck: [0x020042, 0x020054],
    title: 'Name is not unique',
    explain:
      'Two entries of a directory have the same name. Only the first one found can be opened; what the other names is hidden. Look at both before e2fsck renames one of them.',
    say: (d: { name: string }) => `the name "${d.name}" is not unique`,
  },
  'directory-not-reread': {
    severity: 'error',
    e2fsck: [0x031002],
    title: 'Directory could not be read as a whole',
    explain:
      'While looking for equal names, a block of the directory could not be read or made no sense. It may hold more names twice than listed. Restore the directory.',
    say: (_: object) => 'the directory could not be read as a whole',
  },
});

interface Name {
  name: string;
  target: number;
  /** Bytes that the entry needs. */
  size: number;
}

/** Names kept of one directory. */
const maxNames = 200_000;

function readNames(view: DataView, blockSize: number, names: Name[]): boolean {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = 0; at + direntHeaderSize <= view.byteLength; ) {
    const recLen = recordLength(dirent.rec_len(view, at), blockSize);
    const length = dirent.name_len(view, at);
    if (recLen < 12 || recLen % 4 !== 0 || at + recLen > view.byteLength || length + direntHeaderSize > recLen)
      return false;
    const target = dirent.inode(view, at);
    if (target !== 0 && length === 0) return false;
    if (target !== 0 && names.length < maxNames)
      names.push({
        name: printableName(bytes, at + direntHeaderSize, at + direntHeaderSize + length),
        target,
        size: direntSize(length),
      });
    at += recLen;
  }
  return true;
}

async function check(scan: DirectoryScan, index: number): Promise<void> {
  const { volume, groups, geometry, report, facts } = scan;
  const ino = facts.directories.inodes.get(index);
  const view = await readInode(volume, groups, ino);
  if (view === null || facts.directories.has(index, directoryFlag.INLINE)) return;
  const blocks: number[] = [];
  const names: Name[] = [];
  let sound = true;
  const size = inodeSizeOf(view, 0);
  await walkMapping(volume, view, 0, {
    run: (logical, physical, count) => {
      if ((logical + count) * geometry.blockSize > size) sound = false;
      for (let i = 0; i < count && blocks.length < maxNames; i++) blocks.push(physical + i);
    },
  });
  for (const block of blocks) {
    const content = await volume.block(block);
    if (content === null || !readNames(content, geometry.blockSize, names)) sound = false;
  }
  if (!sound) {
    report(problems['directory-not-reread'], { inode: ino, directory: ino }, {});
    return;
  }
  names.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.target - b.target));
  // '.' and '..' are told apart already; e2fsck still asks about '..' where the directory would get no index
  const used = names.reduce((sum, { size: bytes }) => sum + bytes, 0);
  const skipsParent = geometry.features.dir_index && blocks.length > 1 && used > geometry.blockSize;
  const encrypted = facts.directories.has(index, directoryFlag.ENCRYPTED);
  for (let i = 1; i < names.length; i++) {
    const { name, target } = names[i]!;
    if (name !== names[i - 1]!.name || name === '.' || (name === '..' && skipsParent)) continue;
    const where = { inode: ino, directory: ino };
    if (target === names[i - 1]!.target) report(problems['entry-repeated'], where, { name, target });
    if (encrypted) report(problems['entry-name-not-unique'], where, { name }, 0x020054);
    report(problems['entry-name-not-unique'], where, { name });
  }
}

/** Looks at every directory marked for it. */
export async function checkRepeatedNames(scan: DirectoryScan): Promise<void> {
  const { directories } = scan.facts;
  for (let index = 0; index < directories.length; index++)
    if (directories.has(index, directoryFlag.DUPLICATE_NAMES)) await check(scan, index);
}
