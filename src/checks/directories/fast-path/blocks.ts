/** The fast path for directory blocks: accepts ordinary sound ones by a few loops over words. */
import { isSupportedHash } from '../../../bytes/dirhash';
import { directoryFlag } from '../../../facts/directories';
import { noPolicy } from '../../../facts/encryption';
import { blockRole, type IndexDir } from '../../../facts/index-dirs';
import { inodeState } from '../../../facts/inodes';
import { directoryEntry, direntHeaderSize, direntTailSize } from '../../../layout/dirent';
import type { BlockWindows } from '../../../volume/block-windows';
import { inodeSeed } from '../../../volume/inode-checksum';
import type { DirectoryShare } from '../../helper-thread';
import { hashSeed } from '../entry-hash';
import { NameTable } from '../names';
import type { DirectoryScan } from '../scan';
import { allowsFastPath } from './allowed';
import { LeafHashes, shortestRecord, tailGood } from './leaf';

/** The compared bits of an inode's state; others, such as a wrong checksum, do not matter for its names. */
const judged = inodeState.TYPE | inodeState.USED | inodeState.BAD | inodeState.IN_BAD_BLOCK;
/** Directories with names that are more than bytes, or that are outside blocks. */
const special = directoryFlag.ENCRYPTED | directoryFlag.CASEFOLD | directoryFlag.INLINE;
/** The second word of '.': record length, name length, type. The third word, in part, of '.' and '..'. */
const dotHead = shortestRecord | (1 << 16) | (directoryEntry << 24);
const dotName = 0x2e;
const dotdotName = 0x2e2e;
const largest = 0x7fffffff;

/**
 * A copy of what `BlockCheck`, the general path, does to the facts for blocks about which it would report nothing. It
 * may decline any block before it has changed a fact; test/checks/directories/fast-path.test.ts compares the two.
 *
 * It exists for V8, which spends most of the directory pass of a first check on warming up the general path: many small
 * functions, each called for few entries before it is compiled. Here all work is in a few loops over words.
 */
export class DirectoryFastPath {
  /** The buffer of blocks. */
  private window: Uint8Array = new Uint8Array(0);
  private words: Int32Array = new Int32Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly ino: Uint32Array;
  private readonly logical: Uint32Array;
  private readonly physical: Float64Array;
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
  /** The inode of the orphan file: no entry may refer to it. */
  private readonly nameless: number;
  private readonly hashes: LeafHashes;
  private readonly names: NameTable;
  /** The targets of the entries of the current block. */
  private readonly targets: Int32Array;
  /** Indexes of the subdirectories among them, and the offsets of their entries in the block. */
  private readonly children: Int32Array;
  private readonly childAt: Int32Array;
  private childCount = 0;

  /**
   * @param order the numbers of blocks in `facts.dirBlocks`, in the order in which `windows` reads them
   * @param share the results of a helper thread, if there is one
   */
  constructor(
    private readonly scan: DirectoryScan,
    private readonly windows: BlockWindows,
    private readonly order: Uint32Array,
    private readonly share: DirectoryShare | null,
  ) {
    const { geometry, facts } = scan;
    const { sb, features, blockSize } = geometry;
    const { directories } = facts;
    this.ino = facts.dirBlocks.ino.view();
    this.logical = facts.dirBlocks.logical.view();
    this.physical = facts.dirBlocks.physical.view();
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
    // inode numbers are compared as signed words, so entries for larger ones are left to the general path
    this.lastIno = Math.min(geometry.inodesCount, largest);
    this.nameless = sb.s_orphan_file_inum;
    this.possible = allowsFastPath(scan);
    this.hashes = new LeafHashes(hashSeed(sb.s_hash_seed));
    this.names = new NameTable(blockSize);
    this.targets = new Int32Array(blockSize / shortestRecord + 1);
    this.children = new Int32Array(this.targets.length);
    this.childAt = new Int32Array(this.targets.length);
  }

  /**
   * Checks the blocks of the current window from place `from` of the order, up to the first that is not ordinary or was
   * not read. Returns how many of those before `end` were accepted.
   */
  accept(from: number, end: number): number {
    const windows = this.windows;
    const order = this.order;
    if (windows.arena !== this.window) this.use(windows.arena);
    for (let i = from; i < end; i++) {
      const entry = order[i]!;
      const at = windows.placeOf(this.physical[entry]!);
      if (at < 0 || !this.takes(at, entry)) return i - from;
    }
    return end - from;
  }

  /** Sets the buffer of blocks; it starts at a multiple of 4 bytes. */
  private use(window: Uint8Array): void {
    this.window = window;
    this.words = new Int32Array(window.buffer, window.byteOffset, window.length >> 2);
    this.view = new DataView(window.buffer, window.byteOffset, window.length);
  }

  /** Whether block `entry`, at byte `at` of the window, is ordinary. False leaves all facts unchanged. */
  private takes(at: number, entry: number): boolean {
    const ino = this.ino[entry]!;
    const logical = this.logical[entry]!;
    const block = this.physical[entry]!;
    // a hole, whatever the block with that number contains
    if (block === 0) return false;
    const index = this.possible ? this.indexOf(ino) : -1;
    if (index < 0 || (this.flags[index]! & special) !== 0) return false;
    const { indexed, encryption } = this.scan.facts;
    if (encryption.of(ino) !== noPolicy) return false;
    const leafOf = indexed.size === 0 ? undefined : this.leafOf(at, ino, logical);
    if (leafOf === null) return false;
    const end = this.checksums ? this.blockSize - direntTailSize : this.blockSize;
    const start = at >> 2;
    const from = logical === 0 ? this.afterDots(start, ino, end) : 0;
    const known = this.share?.isSound(entry) === true;
    if (from < 0 || (this.checksums && !this.checksumGood(at, ino, index, known))) return false;
    const count = this.judge(start, from, end, ino, logical === 0 ? 2 : 0);
    if (count < 0 || this.namesValue(count) || (this.childCount > 0 && !this.hang(ino, block))) return false;
    if (logical === 0) this.dotdot[index] = this.targets[1]!;
    this.countLinks(count);
    if (leafOf !== undefined) this.noteHashes(leafOf, logical, at, end, known ? entry : -1);
    return true;
  }

  /** The index that the block is a leaf of; undefined if there is none, null for other parts of an index. */
  private leafOf(at: number, ino: number, logical: number): IndexDir | undefined | null {
    const dir = this.scan.facts.indexed.get(ino);
    if (dir === undefined || logical >= dir.blocks) return undefined;
    // a root begins with '.', an inner node with an unused entry
    return logical !== 0 && this.words[at >> 2] !== 0 && isSupportedHash(dir.hashVersion) ? dir : null;
  }

  /** Whether an entry names an inode that attributes use as a value. */
  private namesValue(count: number): boolean {
    const { xattrInodes } = this.scan.facts;
    if (xattrInodes.size === 0) return false;
    for (let i = 0; i < count; i++) if (xattrInodes.has(this.targets[i]!)) return true;
    return false;
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

  /** Whether `ino` is an inode of this type in use that an entry may refer to, without any doubt. */
  private isSound(ino: number, type: number): boolean {
    return (
      (ino >= this.firstIno || ino === 2) &&
      ino <= this.lastIno &&
      ino !== this.nameless &&
      type <= inodeState.TYPE &&
      (this.state[ino]! & judged) === (inodeState.USED | type)
    );
  }

  /** Notes the targets of '.' and '..'; returns the offset after them, or -1. */
  private afterDots(start: number, ino: number, end: number): number {
    const { words, targets } = this;
    const parent = words[start + 3]!;
    const head = words[start + 4]!;
    const length = head & 0xffff;
    if (words[start] !== ino || words[start + 1] !== dotHead || (words[start + 2]! & 0xffff) !== dotName) return -1;
    if (head >>> 16 !== (2 | (directoryEntry << 8)) || (words[start + 5]! & 0xffffff) !== dotdotName) return -1;
    if (length < shortestRecord || (length & 3) !== 0 || shortestRecord + length > end) return -1;
    if (!this.isSound(ino, directoryEntry) || !this.isSound(parent, directoryEntry)) return -1;
    targets[0] = ino;
    targets[1] = parent;
    return shortestRecord + length;
  }

  /**
   * Walks the entries of the block at word `start` and notes their targets after `known` others; returns the number, or
   * -1.
   */
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
        if (!this.isNewName(start * 4 + at, nameLength)) return -1;
        if (type === directoryEntry) {
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

  /** Adds the name of the entry at byte `at` of the window; false if it is empty, '.' or '..', illegal or repeated. */
  private isNewName(at: number, length: number): boolean {
    const { names } = this;
    if (length < 3) {
      const letters = this.words[(at + direntHeaderSize) >> 2]! & (length === 1 ? 0xff : 0xffff);
      if (length === 0 || letters === (length === 1 ? dotName : dotdotName)) return false;
    }
    const hash = names.hash(this.view, at, length);
    return !names.illegal && !names.add(this.window, at, length, hash);
  }

  /** Makes `ino` the parent of the subdirectories in the current block; of none of them if one already has a parent. */
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

  /** Notes bounds of the hashes in a leaf whose records `judge` has checked; a helper thread hashed block `hashed`. */
  private noteHashes(dir: IndexDir, logical: number, at: number, end: number, hashed: number): void {
    const share = hashed >= 0 && this.share?.hashVersion === dir.hashVersion ? this.share : null;
    if (share === null) this.hashes.hash(dir.hashVersion, this.words, this.window, at, at + end);
    const most = share === null ? this.hashes.most : share.most(hashed);
    dir.role[logical] = blockRole.LEAF;
    dir.minHash[logical] = share === null ? this.hashes.least : share.least(hashed);
    if (most > dir.maxHash[logical]!) dir.maxHash[logical] = most;
  }
}
