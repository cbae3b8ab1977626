/** The short way: plain healthy inodes, known by a few words and noted at once; all others go the full way, visit.ts. */
import { littleEndian } from '../../../bytes/words';
import { inodeState } from '../../../facts/inodes';
import { extentMagic } from '../../../layout/extent';
import { direntType, fileType, inodeFlags, oldInodeSize } from '../../../layout/inode';
import {
  blocksWord,
  blockWord,
  crtimeExtraWord,
  dtimeWord,
  extraWord,
  flagsWord,
  fragmentWord,
  generationWord,
  highHalvesWord,
  indirectWord,
  linksWord,
  modeWord,
  oldInodeWords,
  sizeHighWord,
  sizeWord,
  timesExtraWord,
  xattrBlockWord,
} from '../../../layout/inode-words';
import { xattrMagic } from '../../../layout/xattr';
import type { Geometry } from '../../../volume/geometry';
import { wideChecksumGood } from '../../../volume/inode-checksum';
import { fastSymlinkLimit, isHurd } from '../../../volume/inode-fields';
import { PlainBlocks } from './blocks';
import type { PlainNotes } from './notes';

/** Flags that a check looks at. What has one of them is not plain; other flags mean nothing here. */
const notPlain =
  inodeFlags.IMMUTABLE |
  inodeFlags.APPEND |
  inodeFlags.ENCRYPT |
  inodeFlags.INDEX |
  inodeFlags.IMAGIC |
  inodeFlags.HUGE_FILE |
  inodeFlags.VERITY |
  inodeFlags.EA_INODE |
  inodeFlags.INLINE_DATA |
  inodeFlags.CASEFOLD;

/** The same 32 bits, as words are compared here. */
const magicWord = xattrMagic | 0;

/** Whether inodes of this file system can be plain at all: what is rare and would make every test longer is left out. */
export const allowsPlain = (geometry: Geometry): boolean =>
  littleEndian &&
  !isHurd(geometry) &&
  !geometry.features.bigalloc &&
  !geometry.features.quota &&
  // without the upper half of the checksum, there is another rule for what it covers
  !(geometry.features.metadata_csum && geometry.inodeSize === oldInodeSize);

/**
 * Recognises inodes of which the full way would report nothing, and notes of them what it would. The rule for every test
 * is: when in doubt, decline. That costs time, not truth. What it is worth stands in docs/performance.md, when it has to
 * be thought of in docs/architecture.md.
 *
 * Functions are short, read 32-bit words, keep to small integers with a sign and do not allocate: most of the inodes of a
 * usual image are through before V8 has compiled anything well, and every function, path and boxed number costs then.
 */
export class PlainInodes {
  readonly blocks: PlainBlocks;
  private readonly state: Uint8Array;
  private readonly links: Uint16Array;
  private readonly inodeWords: number;
  /** Bytes of an inode behind the first 128. */
  private readonly room: number;
  private readonly hasChecksums: boolean;
  private readonly seed: number;
  private readonly knowsExtents: boolean;
  /** Deletion times below this are numbers of inodes. */
  private readonly firstTime: number;
  private readonly words: Int32Array;

  /**
   * @param bytes where table blocks are read to
   * @param waits takes an inode that needs a block: its number, the byte at which it starts, the block. What it declines is
   * not plain; without `note` it is only asked.
   * @param judgeAttributes judges the attributes in an inode's body; false, with nothing reported, where that has to wait
   */
  constructor(
    geometry: Geometry,
    private readonly notes: PlainNotes,
    tellDtimes: boolean,
    private readonly bytes: Uint8Array,
    private readonly waits: (ino: number, at: number, block: number, note: boolean) => boolean,
    private readonly judgeAttributes: (ino: number, at: number) => boolean,
  ) {
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    this.blocks = new PlainBlocks(geometry, notes, this.words);
    this.state = notes.state;
    this.links = notes.links;
    this.inodeWords = geometry.inodeSize >>> 2;
    this.room = geometry.inodeSize - oldInodeSize;
    this.hasChecksums = geometry.features.metadata_csum;
    this.seed = geometry.checksumSeed | 0;
    this.knowsExtents = geometry.features.extent;
    this.firstTime = tellDtimes ? geometry.inodesCount : 0;
  }

  /**
   * Notes inodes one after the other, from the one at byte `at` on, up to the first that is not plain. Returns how many of
   * the `count` it noted. None of them may be reserved.
   */
  pass(at: number, ino: number, count: number): number {
    let word = at >>> 2;
    for (let done = 0; done < count; done++) {
      if (!this.takes(word, ino + done, true)) return done;
      word += this.inodeWords;
    }
    return count;
  }

  /** Whether no more than `limit` of `count` inodes are not plain; nothing is noted. */
  hasFewOthers(at: number, ino: number, count: number, limit: number): boolean {
    let word = at >>> 2;
    let others = 0;
    for (let done = 0; done < count && others + count - done > limit; done++) {
      if (!this.takes(word, ino + done, false) && ++others > limit) return false;
      word += this.inodeWords;
    }
    return true;
  }

  private takes(at: number, ino: number, note: boolean): boolean {
    const { words } = this;
    const links = words[at + linksWord]! >>> 16;
    if (links === 0) return this.isUnused(at, ino, note);
    const flags = words[at + flagsWord]!;
    if ((flags & notPlain) !== 0 || words[at + dtimeWord]! !== 0 || !this.hasUsualFields(at)) return false;
    if (this.room > 0 && !this.hasUsualExtra(at)) return false;
    if (this.hasChecksums && !wideChecksumGood(words, at, this.inodeWords, this.seed, ino)) return false;
    // attributes are judged as everywhere, and that cannot be taken back: asked first is whether the rest is plain
    if (note && this.room > 0 && this.hasAttributes(at))
      if (!this.takesContent(at, ino, flags, false) || !this.judgeAttributes(ino, at << 2)) return false;
    if (!this.takesContent(at, ino, flags, note)) return false;
    if (!note) return true;
    const mode = words[at + modeWord]!;
    this.state[ino] = inodeState.USED | direntType(mode);
    this.links[ino] = links;
    this.notes.flags(flags);
    if ((mode & fileType.MASK) === fileType.DIRECTORY) this.notes.directory(ino, words[at + generationWord]!);
    return true;
  }

  /** Fields that are zero in all inodes but those of large files and those with an attribute block. */
  private hasUsualFields(at: number): boolean {
    const { words } = this;
    const any =
      words[at + xattrBlockWord]! | words[at + sizeHighWord]! | words[at + fragmentWord]! | words[at + highHalvesWord]!;
    // below zero are sizes of 2 GiB and more, which are counted
    return any === 0 && words[at + sizeWord]! >= 0;
  }

  /** What lies behind the first 128 bytes: a length that can be, and no time with both epoch bits. */
  private hasUsualExtra(at: number): boolean {
    const { words } = this;
    const extra = words[at + extraWord]! & 0xffff;
    if ((extra & 3) !== 0 || extra > this.room || (extra === 0 && this.hasChecksums)) return false;
    if (extra >= this.room - 4) return true;
    const changed = words[at + timesExtraWord]!;
    const modified = words[at + timesExtraWord + 1]!;
    const read = words[at + timesExtraWord + 2]!;
    const made = words[at + crtimeExtraWord]!;
    const both =
      (changed & (changed >> 1)) | (modified & (modified >> 1)) | (read & (read >> 1)) | (made & (made >> 1));
    return (both & 1) === 0;
  }

  private hasAttributes(at: number): boolean {
    const extra = this.words[at + extraWord]! & 0xffff;
    return extra < this.room - 4 && this.words[at + oldInodeWords + (extra >> 2)]! === magicWord;
  }

  /** The mapping, or the target of a symlink. */
  private takesContent(at: number, ino: number, flags: number, note: boolean): boolean {
    const hasExtents = (flags & inodeFlags.EXTENTS) !== 0;
    if (hasExtents && !this.knowsExtents) return false;
    const type = this.words[at + modeWord]! & fileType.MASK;
    if (type === fileType.SYMLINK) return this.takesSymlink(at, ino, hasExtents, note);
    if (type !== fileType.REGULAR && type !== fileType.DIRECTORY) return false;
    return this.takesBlocks(at, ino, hasExtents, type === fileType.DIRECTORY, note);
  }

  private takesBlocks(at: number, ino: number, hasExtents: boolean, isDirectory: boolean, note: boolean): boolean {
    const { words, blocks } = this;
    if (hasExtents) return blocks.takeExtents(at, ino, isDirectory, note);
    // a tree of extents without its flag begins like this
    if (this.knowsExtents && (words[at + blockWord]! & 0xffff) === extentMagic) return false;
    // no double and triple indirect block
    if ((words[at + indirectWord + 1]! | words[at + indirectWord + 2]!) !== 0) return false;
    const indirect = words[at + indirectWord]!;
    if (indirect === 0) return blocks.takeDirect(at, ino, isDirectory, note);
    // one that waits counts as sound when its block is judged as a whole
    return !isDirectory && blocks.hasSoundPointers(at) && this.waitsFor(indirect, at, ino, note);
  }

  /** Puts an inode off until a block is read; the rest of its judgement follows then. */
  private waitsFor(block: number, at: number, ino: number, note: boolean): boolean {
    return this.blocks.inRange(block) && this.waits(ino, at << 2, block, note);
  }

  /** A target in the inode, as long as its size says, and no blocks; or a long one, in one block. */
  private takesSymlink(at: number, ino: number, hasExtents: boolean, note: boolean): boolean {
    const { words } = this;
    const size = words[at + sizeWord]!;
    if (size >= fastSymlinkLimit) return this.waitsFor(this.blocks.targetBlock(at, hasExtents), at, ino, note);
    if (hasExtents || size === 0 || words[at + blocksWord]! !== 0) return false;
    const first = (at + blockWord) << 2;
    for (let i = first; i < first + size; i++) if (this.bytes[i] === 0) return false;
    return this.bytes[first + size] === 0;
  }

  /** An inode without links: never used, or deleted as the kernel does it. */
  private isUnused(at: number, ino: number, note: boolean): boolean {
    const { words } = this;
    if (this.isBlank(at)) return true;
    const flags = words[at + flagsWord]!;
    const mode = words[at + modeWord]! & 0xffff;
    const dtime = words[at + dtimeWord]!;
    if ((flags & inodeFlags.INLINE_DATA) !== 0 || (mode !== 0 && dtime === 0)) return false;
    // one without its tree counts as garbage when the block is judged as a whole
    if ((flags & inodeFlags.EXTENTS) !== 0 && !this.blocks.hasRoot(at)) return false;
    // times behind 2038 are below zero here
    if (dtime > 0 && dtime < this.firstTime) return false;
    if (this.hasChecksums) {
      const extra = words[at + extraWord]! & 0xffff;
      if (extra < 4 || !wideChecksumGood(words, at, this.inodeWords, this.seed, ino)) return false;
    }
    if (note) this.state[ino] = direntType(mode);
    return true;
  }

  private isBlank(at: number): boolean {
    const { words } = this;
    let any = 0;
    for (let i = at; i < at + oldInodeWords; i++) any |= words[i]!;
    return any === 0;
  }
}
