/** The fast path for inodes: recognises ordinary sound ones by a few words and notes them at once. */
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
import { bytesOf } from '../../../volume/volume';
import { OrdinaryBlocks } from './blocks';
import type { InodeNotes } from './notes';

/** Flags that a check considers: an inode with one of them is not ordinary. Other flags are ignored. */
const notOrdinary =
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

/** The magic number as a signed word. */
const magicWord = xattrMagic | 0;

/** Whether inodes of this file system can be ordinary: excludes what is rare and would make every test longer. */
export const allowsFastPath = (geometry: Geometry): boolean =>
  littleEndian &&
  !isHurd(geometry) &&
  !geometry.features.bigalloc &&
  !geometry.features.quota &&
  // block numbers are signed words
  geometry.blocksCount < 2 ** 31 &&
  // without the upper half, the checksum covers other bytes
  !(geometry.features.metadata_csum && geometry.inodeSize === oldInodeSize);

/**
 * Recognises inodes for which the general path would report nothing, and notes what it would note. The rule for every
 * test is: when in doubt, decline. This only takes time, because the general path judges what is declined.
 * docs/architecture.md says why it exists and when a new check must consider it.
 *
 * Functions are short, read 32-bit words, keep to small signed integers and do not allocate: most inodes of a usual
 * image are done before V8 has optimised anything, and until then every function, path and boxed number is slow.
 */
export class InodeFastPath {
  private readonly blocks: OrdinaryBlocks;
  private readonly state: Uint8Array;
  private readonly links: Uint16Array;
  private readonly inodeWords: number;
  /** Bytes of an inode after the first 128. */
  private readonly room: number;
  private readonly hasChecksums: boolean;
  private readonly seed: number;
  private readonly knowsExtents: boolean;
  /** Deletion times below this are inode numbers. */
  private readonly firstTime: number;
  private readonly words: Int32Array;

  /**
   * @param bytes the buffer of table blocks
   * @param attributesSound whether the attributes in the body of the inode with this number and offset are valid; notes
   * nothing
   * @param waits defers an inode until a block is read, for `acceptWaiting`; false if it cannot
   */
  constructor(
    geometry: Geometry,
    private readonly notes: InodeNotes,
    canDistinguishDtimes: boolean,
    private readonly bytes: Uint8Array,
    private readonly attributesSound: (ino: number, at: number) => boolean,
    private readonly waits: (ino: number, at: number, block: number) => boolean,
  ) {
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    this.blocks = new OrdinaryBlocks(geometry, notes, this.words);
    this.state = notes.state;
    this.links = notes.links;
    this.inodeWords = geometry.inodeSize >>> 2;
    this.room = geometry.inodeSize - oldInodeSize;
    this.hasChecksums = geometry.features.metadata_csum;
    this.seed = geometry.checksumSeed | 0;
    this.knowsExtents = geometry.features.extent;
    this.firstTime = canDistinguishDtimes ? geometry.inodesCount : 0;
  }

  /**
   * Notes inodes from byte `at` up to the first that is not ordinary. Returns how many of the `count` were accepted.
   * None of them may be reserved.
   */
  accept(at: number, ino: number, count: number): number {
    let word = at >>> 2;
    for (let done = 0; done < count; done++) {
      if (!this.takes(word, ino + done)) return done;
      word += this.inodeWords;
    }
    return count;
  }

  /**
   * Accepts the inode at byte `at` that waited for `block`; false, with nothing changed, if the block is not ordinary.
   */
  acceptWaiting(at: number, block: DataView): boolean {
    const { blocks } = this;
    const isSymlink = (this.words[(at >>> 2) + modeWord]! & fileType.MASK) === fileType.SYMLINK;
    return isSymlink ? blocks.takeTarget(at >>> 2, bytesOf(block)) : blocks.takeIndirect(at >>> 2, block);
  }

  private takes(at: number, ino: number): boolean {
    const { words } = this;
    const links = words[at + linksWord]! >>> 16;
    if (links === 0) return this.isUnused(at, ino);
    const flags = words[at + flagsWord]!;
    if ((flags & notOrdinary) !== 0 || words[at + dtimeWord]! !== 0 || !this.hasUsualFields(at)) return false;
    if (this.room > 0 && !this.hasUsualExtra(at)) return false;
    if (this.hasChecksums && !wideChecksumGood(words, at, this.inodeWords, this.seed, ino)) return false;
    if (this.room > 0 && this.hasAttributes(at) && !this.attributesSound(ino, at << 2)) return false;
    if (!this.takesContent(at, ino, flags)) return false;
    const mode = words[at + modeWord]!;
    this.state[ino] = inodeState.USED | direntType(mode);
    this.links[ino] = links;
    this.notes.flags(flags);
    if ((mode & fileType.MASK) === fileType.DIRECTORY) this.notes.directory(ino, words[at + generationWord]!);
    return true;
  }

  /** Fields that are zero in all inodes except large files and those with an attribute block. */
  private hasUsualFields(at: number): boolean {
    const { words } = this;
    const any =
      words[at + xattrBlockWord]! | words[at + sizeHighWord]! | words[at + fragmentWord]! | words[at + highHalvesWord]!;
    // sizes of 2 GiB or more, which are counted, are negative
    return any === 0 && words[at + sizeWord]! >= 0;
  }

  /** The bytes after the first 128: a possible length, and no time with both epoch bits. */
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

  private takesContent(at: number, ino: number, flags: number): boolean {
    const hasExtents = (flags & inodeFlags.EXTENTS) !== 0;
    if (hasExtents && !this.knowsExtents) return false;
    const type = this.words[at + modeWord]! & fileType.MASK;
    if (type === fileType.SYMLINK) return this.takesSymlink(at, ino, hasExtents);
    if (type !== fileType.REGULAR && type !== fileType.DIRECTORY) return false;
    const isDirectory = type === fileType.DIRECTORY;
    if (hasExtents) return this.blocks.takeExtents(at, ino, isDirectory);
    // an extent tree without its flag begins like this
    if (this.knowsExtents && (this.words[at + blockWord]! & 0xffff) === extentMagic) return false;
    // no double and triple indirect block
    if ((this.words[at + indirectWord + 1]! | this.words[at + indirectWord + 2]!) !== 0) return false;
    const indirect = this.words[at + indirectWord]!;
    if (indirect === 0) return this.blocks.takePointers(at, ino, isDirectory);
    return !isDirectory && this.blocks.hasSoundPointers(at) && this.waitsFor(indirect, ino, at);
  }

  private waitsFor(block: number, ino: number, at: number): boolean {
    return this.blocks.inRange(block) && this.waits(ino, at << 2, block);
  }

  /** A target of the right length in the inode and no blocks, or a long one in one block. */
  private takesSymlink(at: number, ino: number, hasExtents: boolean): boolean {
    const size = this.words[at + sizeWord]!;
    if (size >= fastSymlinkLimit) return this.waitsFor(this.blocks.targetBlock(at, hasExtents), ino, at);
    if (hasExtents || size === 0 || this.words[at + blocksWord]! !== 0) return false;
    const first = (at + blockWord) << 2;
    for (let i = first; i < first + size; i++) if (this.bytes[i] === 0) return false;
    return this.bytes[first + size] === 0;
  }

  /** An inode without links: never used, or deleted by the kernel. */
  private isUnused(at: number, ino: number): boolean {
    const { words } = this;
    if (this.isBlank(at)) return true;
    const flags = words[at + flagsWord]!;
    const mode = words[at + modeWord]! & 0xffff;
    const dtime = words[at + dtimeWord]!;
    if ((flags & inodeFlags.INLINE_DATA) !== 0 || (mode !== 0 && dtime === 0)) return false;
    // one without its tree counts as garbage when the block is judged as a whole
    if ((flags & inodeFlags.EXTENTS) !== 0 && !this.blocks.hasRoot(at)) return false;
    // times after 2038 are negative here
    if (dtime > 0 && dtime < this.firstTime) return false;
    if (this.hasChecksums) {
      const extra = words[at + extraWord]! & 0xffff;
      if (extra < 4 || !wideChecksumGood(words, at, this.inodeWords, this.seed, ino)) return false;
    }
    this.state[ino] = direntType(mode);
    return true;
  }

  private isBlank(at: number): boolean {
    const { words } = this;
    let any = 0;
    for (let i = at; i < at + oldInodeWords; i++) any |= words[i]!;
    return any === 0;
  }
}
