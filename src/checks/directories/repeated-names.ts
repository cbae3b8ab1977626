/** Pass 3A: reads the whole of each directory in which a name was found twice. */
import { NameFolder } from '../../bytes/casefold';
import { printableName } from '../../bytes/names';
import { directoryFlag } from '../../facts/directories';
import {
  dirent,
  direntHashSize,
  direntHeaderSize,
  direntSize,
  direntTailSize,
  recordLength,
} from '../../layout/dirent';
import { encodingUtf8 } from '../../layout/superblock';
import { define } from '../../problem/define';
import type { Geometry } from '../../volume/geometry';
import { readInode } from '../../volume/inode-at';
import { inodeSizeOf } from '../../volume/inode-fields';
import { walkMapping } from '../../volume/mapping';
import { bytesOf } from '../../volume/volume';
import { foldedKey } from './folded-names';
import type { DirectoryScan } from './scan';
import type { texts } from './texts';

/** Bytes of the records of '.' and of '..', each. */
const dotSize = 12;

export const problems = define<typeof texts>()({
  'entry-repeated': { severity: 'error', e2fsck: [0x020041] },
  'entry-name-not-unique': { severity: 'error', e2fsck: [0x020042, 0x020054] },
  'directory-not-reread': { severity: 'error', e2fsck: [0x031002] },
});

interface Name {
  name: string;
  /** What equal names have in common: the bytes, or the folded name; null for one that equals no other. */
  key: string | null;
  target: number;
  length: number;
  /** As stored after the name; 0 if it is not. */
  hash: number;
  minorHash: number;
}

/** Largest number of names of one directory. */
const maxNames = 200_000;

class NameList {
  readonly names: Name[] = [];
  /** Bytes that the names except '.' and '..' need. */
  used = 0;

  constructor(
    private readonly geometry: Geometry,
    /** For a directory whose names are compared without regard to case. */
    private readonly folder: NameFolder | null,
    /** Whether hashes are stored after the names. */
    private readonly hashed: boolean,
  ) {}

  /** Whether the entry at `at` needs no hash: the first two, and the checksum tail. */
  private isBare(logical: number, at: number): boolean {
    const { features, blockSize } = this.geometry;
    return (logical === 0 && at <= dotSize) || (features.metadata_csum && at === blockSize - direntTailSize);
  }

  /** Adds the names of a block; false if the block is invalid. */
  read(view: DataView, logical: number): boolean {
    const bytes = bytesOf(view);
    for (let at = 0; at + direntHeaderSize <= view.byteLength; ) {
      const recLen = recordLength(dirent.rec_len(view, at), this.geometry.blockSize);
      const length = dirent.name_len(view, at);
      const extra = this.hashed && !this.isBare(logical, at) ? direntHashSize : 0;
      if (recLen % 4 !== 0 || at + recLen > view.byteLength || recLen < direntHeaderSize + extra + length) return false;
      const target = dirent.inode(view, at);
      if (target !== 0 && length === 0) return false;
      if (target !== 0) this.add(view, bytes, at, target, extra);
      at += Math.max(recLen, direntHeaderSize);
    }
    return true;
  }

  private add(view: DataView, bytes: Uint8Array, at: number, target: number, extra: number): void {
    const start = at + direntHeaderSize;
    const length = dirent.name_len(view, at);
    const name = printableName(bytes, start, start + length);
    if (name !== '.' && name !== '..') this.used += direntSize(length) + extra;
    if (this.names.length >= maxNames) return;
    const key = this.folder ? foldedKey(this.folder, bytes, start, start + length) : name;
    const hash = at + direntSize(length);
    const stored = extra > 0 && hash + direntHashSize <= view.byteLength;
    this.names.push({
      name,
      key,
      target,
      length,
      hash: stored ? view.getUint32(hash, true) : 0,
      minorHash: stored ? view.getUint32(hash + 4, true) : 0,
    });
  }
}

/** By hash and name; of equal names the shorter ones first, then those with higher inode numbers. */
function compare(a: Name, b: Name): number {
  const [x, y] = [a.key ?? a.name, b.key ?? b.name];
  return (
    a.hash - b.hash ||
    a.minorHash - b.minorHash ||
    (x < y ? -1 : x > y ? 1 : a.length - b.length || b.target - a.target)
  );
}

async function check(scan: DirectoryScan, index: number): Promise<void> {
  const { volume, groups, geometry, report, facts } = scan;
  const ino = facts.directories.inodes.get(index);
  const view = await readInode(volume, groups, ino);
  if (view === null || facts.directories.has(index, directoryFlag.INLINE)) return;
  const encrypted = facts.directories.has(index, directoryFlag.ENCRYPTED);
  const casefold = facts.directories.has(index, directoryFlag.CASEFOLD);
  const encoded = geometry.features.casefold && geometry.sb.s_encoding === encodingUtf8;
  const folder = casefold && encoded ? new NameFolder() : null;
  const list = new NameList(geometry, folder, encrypted && casefold);
  const blocks: { logical: number; physical: number }[] = [];
  let sound = true;
  const size = inodeSizeOf(view, 0);
  await walkMapping(volume, view, 0, {
    run: (logical, physical, count) => {
      if ((logical + count) * geometry.blockSize > size) sound = false;
      for (let i = 0; i < count && blocks.length < maxNames; i++)
        blocks.push({ logical: logical + i, physical: physical + i });
    },
  });
  for (const { logical, physical } of blocks) {
    const content = await volume.block(physical);
    if (content === null || !list.read(content, logical)) sound = false;
  }
  if (!sound) {
    report(problems['directory-not-reread'], { inode: ino, directory: ino }, {});
    return;
  }
  // e2fsck removes '.' and '..' from directories that would get an index, and does not move the first two entries of
  // others
  const flat =
    !geometry.features.dir_index || size < 2 * geometry.blockSize || list.used < geometry.blockSize - 2 * dotSize;
  const first = flat ? list.names.slice(0, 2) : [];
  const rest = flat ? list.names.slice(2) : list.names.filter(({ name }) => name !== '.' && name !== '..');
  const names = [...first, ...rest.sort(compare)];
  for (let i = 1; i < names.length; i++) {
    const { name, key, target } = names[i]!;
    if (key === null || key !== names[i - 1]!.key) continue;
    const where = { inode: ino, directory: ino };
    if (target === names[i - 1]!.target) report(problems['entry-repeated'], where, { name, target });
    if (encrypted) report(problems['entry-name-not-unique'], where, { name }, 0x020054);
    report(problems['entry-name-not-unique'], where, { name });
  }
}

export async function checkRepeatedNames(scan: DirectoryScan): Promise<void> {
  const { directories } = scan.facts;
  for (let index = 0; index < directories.length; index++)
    if (directories.has(index, directoryFlag.DUPLICATE_NAMES)) await check(scan, index);
}
