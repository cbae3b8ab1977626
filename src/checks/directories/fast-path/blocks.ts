/** Passes plain, sound directory blocks by a few loops over words; every other block is left to the full check. */
import { isAllZero } from '../../../bytes/bitmap';
import { isSupportedHash } from '../../../bytes/dirhash';
import { littleEndian } from '../../../bytes/words';
import { directoryFlag } from '../../../facts/directories';
import { noPolicy } from '../../../facts/encryption';
import { blockRole, type IndexDir } from '../../../facts/index-dirs';
import { inodeState } from '../../../facts/inodes';
import { direntHeaderSize, direntTailSize } from '../../../layout/dirent';
import { groupFlags } from '../../../layout/group';
import { inodeSeed } from '../../../volume/inode-checksum';
import type { Leaves } from '../../scouts';
import { firstUnusedOf } from '../entry-checks';
import { hashSeed } from '../entry-hash';
import type { DirectoryScan } from '../scan';
import { LeafHashes, shortestRecord, tailGood } from './leaf';
import { PlainNames } from './names';

/** What the state of an inode is compared by; the rest, a wrong checksum say, changes nothing for those who name it. */
const judged = inodeState.TYPE | inodeState.USED | inodeState.BAD | inodeState.IN_BAD_BLOCK;
/** Directories whose names are more than bytes, or lie elsewhere. */
const special = directoryFlag.ENCRYPTED | directoryFlag.CASEFOLD | directoryFlag.INLINE;
const directoryType = 2;
/** The second word of '.': record length, name length, type. */
const dotHead = shortestRecord | (1 << 16) | (directoryType << 24);
const largest = 0x7fffffff;

/**
 * A copy of what `BlockCheck` does to the facts for blocks about which it would report nothing. It may decline any block,
 * and does so before it has changed a fact; test/checks/directories/plain-block.test.ts holds the two against each other.
 *
 * It exists for V8, which spent most of a first check's directory pass on warming up the full check: many small functions
 * that each see few entries before they are compiled. Here all work is in a few loops over words; the pass takes a tenth
 * to a quarter less time.
 */
export class PlainBlocks {
  /** What blocks are read into, and the words of it. */
  private window: Uint8Array = new Uint8Array(0);
  private words: Int32Array = new Int32Array(0);
  private readonly possible: boolean;
  private readonly state: Uint8Array;
  private readonly found: Uint16Array;
  private readonly inodes: Uint32Array;
  private readonly parent: Uint32Array;
  private readonly dotdot: Uint32Array;
  private readonly generation: Uint32Array;
  private readonly flags: Uint32Array;
  private readonly blockSize: number;
  private readonly checksums: boolean;
  private readonly firstIno: number;
  private readonly lastIno: number;
  /** The inode of the orphan file: no entry may name it. */
  private readonly nameless: number;
  private readonly hashes: LeafHashes;
  private readonly names: PlainNames;
  /** Inodes that the entries of the block at hand name. */
  private readonly targets: Int32Array;
  /** Indexes of the subdirectories among them, and the bytes of the block at which their entries lie. */
  private readonly children: Int32Array;
  private readonly childAt: Int32Array;
  private childCount = 0;

  /** @param share what a scout finds out, where there is one */
  constructor(
    private readonly scan: DirectoryScan,
    private readonly share: Leaves | null,
  ) {
    const { geometry, facts } = scan;
    const { sb, features, blockSize } = geometry;
    const { directories } = facts;
    this.state = facts.inodes.state;
    this.found = facts.inodes.found;
    this.inodes = directories.inodes.view();
    this.parent = directories.parent.view();
    this.dotdot = directories.dotdot.view();
    this.generation = directories.generation.view();
    this.flags = directories.flags.view();
    this.blockSize = blockSize;
    this.checksums = features.metadata_csum;
    this.firstIno = geometry.firstIno;
    // inode numbers are compared as signed words, so entries that name larger ones are left to the full check
    this.lastIno = Math.min(geometry.inodesCount, largest);
    this.nameless = sb.s_orphan_file_inum;
    this.possible =
      littleEndian && features.filetype && !features.inline_data && !anyBeyondEnd(scan) && !anyQuotaBeyond(scan);
    this.hashes = new LeafHashes(hashSeed(sb.s_hash_seed));
    this.names = new PlainNames(blockSize);
    this.targets = new Int32Array(blockSize / shortestRecord + 1);
    this.children = new Int32Array(this.targets.length);
    this.childAt = new Int32Array(this.targets.length);
  }

  /** Says what blocks are read into from now on; it starts at a multiple of 4 bytes of its buffer. */
  use(window: Uint8Array): void {
    if (window === this.window) return;
    this.window = window;
    this.words = new Int32Array(window.buffer, window.byteOffset, window.length >> 2);
  }

  /**
   * Whether the block of directory `ino` that lies at byte `at` of the window is plain and sound, and is done with now.
   * False leaves all facts as they were. `entry` is its number in `dirBlocks`.
   */
  pass(at: number, ino: number, logical: number, block: number, entry: number): boolean {
    // a hole, whatever lies in the block of that number
    if (block === 0) return false;
    const index = this.possible ? this.indexOf(ino) : -1;
    if (index < 0 || (this.flags[index]! & special) !== 0) return false;
    const { indexed, encryption } = this.scan.facts;
    if (encryption.of(ino) !== noPolicy) return false;
    const leafOf = indexed.size === 0 ? undefined : this.leafOf(at, ino, logical);
    if (leafOf === null) return false;
    const end = this.checksums ? this.blockSize - direntTailSize : this.blockSize;
    const start = at >> 2;
    const from = logical === 0 ? this.behindDots(start, ino, end) : 0;
    const scouted = this.share?.isSound(entry) === true;
    if (from < 0 || (this.checksums && !this.checksumGood(at, ino, index, scouted))) return false;
    const count = this.judge(start, from, end, ino, logical === 0 ? 2 : 0);
    if (count < 0 || (this.childCount > 0 && !this.hang(ino, block))) return false;
    if (logical === 0) this.dotdot[index] = this.targets[1]!;
    this.countLinks(count);
    if (leafOf !== undefined) this.noteHashes(leafOf, logical, at, end, scouted ? entry : -1);
    return true;
  }

  /** The index that the block is a leaf of, undefined where there is none, null for other parts of an index. */
  private leafOf(at: number, ino: number, logical: number): IndexDir | undefined | null {
    const dir = this.scan.facts.indexed.get(ino);
    if (dir === undefined || logical >= dir.blocks) return undefined;
    // a root begins with '.', an inner node with an entry that is not in use
    return logical !== 0 && this.words[at >> 2] !== 0 && isSupportedHash(dir.hashVersion) ? dir : null;
  }

  private countLinks(count: number): void {
    const { targets, found } = this;
    for (let i = 0; i < count; i++) {
      const target = targets[i]!;
      const before = found[target]!;
      found[target] = before < 65535 ? before + 1 : before;
    }
  }

  /** Index of the directory with inode `ino`, or -1; `Directories.indexOf` without a call for each step. */
  private indexOf(ino: number): number {
    const { inodes } = this;
    let low = 0;
    let high = inodes.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = inodes[middle]!;
      if (found === ino) return middle;
      if (found < ino) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  private checksumGood(at: number, ino: number, index: number, known: boolean): boolean {
    if ((this.state[ino]! & inodeState.CHECKSUM_BAD) !== 0) return false;
    if (known) return true;
    const seed = inodeSeed(this.scan.geometry, ino, this.generation[index]!) | 0;
    return tailGood(this.words, this.window, at, this.blockSize, seed);
  }

  /** Whether `ino` is an inode in use of this type that an entry may name, and nothing about it puts that in doubt. */
  private isSound(ino: number, type: number): boolean {
    return (
      (ino >= this.firstIno || ino === 2) &&
      ino <= this.lastIno &&
      ino !== this.nameless &&
      type <= inodeState.TYPE &&
      (this.state[ino]! & judged) === (inodeState.USED | type)
    );
  }

  /** Notes what '.' and '..' name; the byte behind them, or -1. */
  private behindDots(start: number, ino: number, end: number): number {
    const { words, targets } = this;
    const parent = words[start + 3]!;
    const head = words[start + 4]!;
    const length = head & 0xffff;
    if (words[start] !== ino || words[start + 1] !== dotHead || (words[start + 2]! & 0xffff) !== 0x2e) return -1;
    if (head >>> 16 !== (2 | (directoryType << 8)) || (words[start + 5]! & 0xffffff) !== 0x2e2e) return -1;
    if (length < shortestRecord || (length & 3) !== 0 || shortestRecord + length > end) return -1;
    if (!this.isSound(ino, directoryType) || !this.isSound(parent, directoryType)) return -1;
    targets[0] = ino;
    targets[1] = parent;
    return shortestRecord + length;
  }

  /** Walks the entries of the block at word `start` and notes what they name behind `known` targets; how many, or -1. */
  private judge(start: number, from: number, end: number, ino: number, known: number): number {
    const { words, targets } = this;
    let count = known;
    this.childCount = 0;
    this.names.clear();
    for (let at = from; at < end; ) {
      const word = start + (at >> 2);
      const target = words[word]!;
      const head = words[word + 1]!;
      const recLen = head & 0xffff;
      const nameLength = (head >>> 16) & 0xff;
      if (recLen < shortestRecord || (recLen & 3) !== 0 || at + recLen > end || recLen < direntHeaderSize + nameLength)
        return -1;
      if (target !== 0) {
        const type = head >>> 24;
        if (target === 2 || target === ino || !this.isSound(target, type)) return -1;
        if (!this.names.add(words, word + (direntHeaderSize >> 2), nameLength)) return -1;
        if (type === directoryType) {
          const child = this.indexOf(target);
          if (child >= 0) {
            this.children[this.childCount] = child;
            this.childAt[this.childCount++] = at;
          }
        }
        targets[count++] = target;
      }
      at += recLen;
    }
    return count;
  }

  /** Hangs the subdirectories of the block at hand under `ino`; none of them when one hangs somewhere already. */
  private hang(ino: number, block: number): boolean {
    const { children, parent, childCount } = this;
    for (let i = 0; i < childCount; i++) {
      const child = children[i]!;
      if (parent[child] !== 0) {
        for (let done = 0; done < i; done++) parent[children[done]!] = 0;
        return false;
      }
      parent[child] = ino;
    }
    const { namePlaces } = this.scan.facts;
    for (let i = 0; i < childCount; i++) namePlaces.note(children[i]!, block, this.childAt[i]!);
    return true;
  }

  /** Notes bounds of the hashes in a leaf whose records `judge` has gone through; a scout has hashed block `scouted`. */
  private noteHashes(dir: IndexDir, logical: number, at: number, end: number, scouted: number): void {
    const share = scouted >= 0 && this.share?.hashVersion === dir.hashVersion ? this.share : null;
    if (share === null) this.hashes.hash(dir.hashVersion, this.words, this.window, at, at + end);
    const most = share === null ? this.hashes.most : share.most(scouted);
    dir.role[logical] = blockRole.LEAF;
    dir.minHash[logical] = share === null ? this.hashes.least : share.least(scouted);
    if (most > dir.maxHash[logical]!) dir.maxHash[logical] = most;
  }
}

/** Whether an inode is in use in a part of its table that is said to be unused: entries that name one are reported. */
function anyBeyondEnd({ geometry, groups, facts }: DirectoryScan): boolean {
  const { inodesPerGroup } = geometry;
  // once for all inodes: a division for each entry took a tenth of the pass
  for (let group = 0; group < groups.count; group++) {
    const first = group * inodesPerGroup + 1;
    const uninit = (groups.flags[group]! & groupFlags.INODE_UNINIT) !== 0;
    const unused = uninit ? first : firstUnusedOf(geometry, groups, group);
    const from = Math.max(first, unused);
    if (!isAllZero(facts.inodes.state, from, first + inodesPerGroup)) return true;
  }
  return false;
}

/** Whether a quota file has one of the inodes that entries may name. */
function anyQuotaBeyond({ geometry }: DirectoryScan): boolean {
  const { s_usr_quota_inum, s_grp_quota_inum, s_prj_quota_inum } = geometry.sb;
  return [s_usr_quota_inum, s_grp_quota_inum, s_prj_quota_inum].some((ino) => ino === 2 || ino >= geometry.firstIno);
}
