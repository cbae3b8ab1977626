/** Checks single directory blocks: checksum, chain of entries, and the hashes for the index. */
import { isAllZero } from '../../bytes/bitmap';
import { NameFolder } from '../../bytes/casefold';
import { printableName } from '../../bytes/names';
import { directoryFlag } from '../../facts/directories';
import { noPolicy } from '../../facts/encryption';
import { blockRole, type IndexDir } from '../../facts/index-dirs';
import { inodeState } from '../../facts/inodes';
import {
  dirent,
  direntHashSize,
  direntHeaderSize,
  direntSize,
  direntTailSize,
  recordLength,
} from '../../layout/dirent';
import { inode } from '../../layout/inode';
import { encodingFlags, encodingUtf8 } from '../../layout/superblock';
import { countLimitOffset, hasTail, indexChecksumGood, leafChecksumGood } from '../../volume/dir-checksum';
import { readInode } from '../../volume/inode-at';
import { inodeSeed } from '../../volume/inode-checksum';
import { bytesOf } from '../../volume/volume';
import { problems as blockProblems, reportBlock } from './block';
import { checkDot, checkDotdot } from './dots';
import { problems as entryProblems } from './entries';
import { EntryChecks } from './entry-checks';
import { EntryHash } from './entry-hash';
import type { EntryPlace } from './entry-place';
import { FoldedNames } from './folded-names';
import { classifyBlock, readIndexBlock } from './htree';
import { NameTable } from './names';
import type { DirectoryScan } from './scan';

export class BlockCheck {
  private readonly names: NameTable;
  private readonly folder = new NameFolder();
  private readonly foldedNames = new FoldedNames(this.folder);
  private readonly entries: EntryChecks;
  private readonly hash: EntryHash;
  /** Whether names can be folded. */
  private readonly encoded: boolean;
  /** Whether names in casefolded directories must be UTF-8, and are compared without regard to case. */
  private readonly strict: boolean;
  /** The checksum seed of the last directory. */
  private seedOf = { ino: 0, seed: 0 };
  /** Generation of an inode without facts about it. */
  private strayGeneration = 0;

  constructor(private readonly scan: DirectoryScan) {
    this.names = new NameTable(scan.geometry.blockSize);
    this.entries = new EntryChecks(scan, this.names);
    const { sb, features } = scan.geometry;
    this.hash = new EntryHash(sb.s_hash_seed, this.folder);
    this.encoded = features.casefold && sb.s_encoding === encodingUtf8;
    this.strict = this.encoded && (sb.s_encoding_flags & encodingFlags.STRICT) !== 0;
  }

  /** Compares what is only known after all blocks. */
  finish(): Promise<void> {
    return this.entries.checkUnread();
  }

  /**
   * The start value of the checksums of a directory's blocks; `index` is -1 if the inode pass registered no such
   * directory.
   */
  private checksumSeed(ino: number, index: number): number {
    const { facts, geometry } = this.scan;
    if (this.seedOf.ino !== ino) {
      const generation = index >= 0 ? facts.directories.generation.get(index) : this.strayGeneration;
      this.seedOf = { ino, seed: inodeSeed(geometry, ino, generation) };
    }
    return this.seedOf.seed;
  }

  /**
   * Checks one block of directory `ino`. `view` is null if it cannot be read. Synchronous, except for a reserved inode
   * with directory blocks, whose generation must be read first.
   */
  check(ino: number, logical: number, block: number, view: DataView | null): void | Promise<void> {
    const { facts, geometry } = this.scan;
    const index = facts.directories.indexOf(ino);
    if (index >= 0 || view === null || !geometry.features.metadata_csum || !facts.inodes.isUsed(ino))
      this.checkBlock(ino, index, logical, block, view);
    else return this.checkStray(ino, logical, block, view);
  }

  private async checkStray(ino: number, logical: number, block: number, view: DataView): Promise<void> {
    const found = await readInode(this.scan.volume, this.scan.groups, ino);
    this.strayGeneration = found ? inode.i_generation(found, 0) : 0;
    this.checkBlock(ino, -1, logical, block, view);
  }

  private checkBlock(ino: number, index: number, logical: number, block: number, view: DataView | null): void {
    const { facts, report, geometry } = this.scan;
    const { features } = geometry;
    if (!facts.inodes.isUsed(ino)) return;
    // if inodes can have inline data, an inode with a wrong checksum is not asked where its data is
    if (features.inline_data && (facts.inodes.state[ino]! & inodeState.CHECKSUM_BAD) !== 0) {
      facts.harm(ino, 'unreadable');
      return;
    }
    if (block === 0) {
      if (features.large_dir && !features.inline_data) return;
      reportBlock(report, 'directory-hole', ino, logical, 0);
      facts.harm(ino, logical === 0 ? 'unreadable' : 'partly-lost');
      return;
    }
    if (view === null) {
      reportBlock(report, 'directory-block-unreadable', ino, logical, block);
      facts.harm(ino, logical === 0 ? 'unreadable' : 'partly-lost');
      return;
    }
    const seed = features.metadata_csum ? this.checksumSeed(ino, index) : 0;
    this.checkView(ino, index, logical, block, view, seed);
  }

  private checkView(ino: number, index: number, logical: number, block: number, view: DataView, seed: number): void {
    const { facts, report, geometry } = this.scan;
    const bytes = bytesOf(view);
    const indexed = facts.indexed.get(ino);
    const dir = indexed && logical < indexed.blocks ? indexed : undefined;
    const role = dir ? classifyBlock(dir, logical, view, geometry, report) : blockRole.LEAF;
    const leaf = role === blockRole.LEAF;
    const good = this.checksumGood(ino, bytes, view, seed);
    if (isAllZero(bytes, 0, bytes.length)) {
      if (!facts.overwrittenMaps.has(ino)) facts.zeroBlocks++;
      reportBlock(report, 'directory-block-zero', ino, logical, block);
    }
    let end = view.byteLength;
    if (geometry.features.metadata_csum && leaf) {
      if (good || tailIsThere(view)) end -= direntTailSize;
      else reportBlock(report, 'directory-checksum-missing', ino, logical, block);
    }
    const sound = this.walk(ino, index, logical, block, view, bytes, end, leaf ? dir : undefined);
    if (dir && !leaf) readIndexBlock(dir, logical, view, good, geometry, report);
    if (leaf && !good && sound) {
      reportBlock(report, 'directory-checksum-wrong', ino, logical, block);
      facts.harm(ino, logical === 0 ? 'unreadable' : 'partly-lost');
    }
  }

  private checksumGood(ino: number, bytes: Uint8Array, view: DataView, seed: number): boolean {
    const { geometry, facts } = this.scan;
    if (!geometry.features.metadata_csum) return true;
    // a directory inode with a wrong checksum gives no reliable seed
    if ((facts.inodes.state[ino]! & inodeState.CHECKSUM_BAD) !== 0) return false;
    // the block shows what it was written as, whatever it should be
    if (countLimitOffset(view) >= 0) return indexChecksumGood(seed, bytes, view);
    return hasTail(view) && leafChecksumGood(seed, bytes, view);
  }

  /**
   * Walks the entries; false if their chain is broken. `index` is -1 for a reserved inode with directory blocks. Hashes
   * are noted in `dir`, the index that the block is a leaf of.
   */
  walk(
    ino: number,
    index: number,
    logical: number,
    block: number,
    view: DataView,
    bytes: Uint8Array,
    end: number,
    dir: IndexDir | undefined,
  ): boolean {
    const { facts, report, geometry } = this.scan;
    const { directories } = facts;
    const policy = index >= 0 ? facts.encryption.of(ino) : noPolicy;
    const casefold = index >= 0 && directories.has(index, directoryFlag.CASEFOLD);
    const strict = this.strict && casefold;
    const fold = this.encoded && casefold;
    const hashSize = casefold && policy !== noPolicy ? direntHashSize : 0;
    const rank = logical === 0 ? 0 : 2;
    const place: EntryPlace = { view, bytes, at: 0, ino, index, block, rank, policy, strict };
    if (strict) this.foldedNames.clear();
    this.names.clear();
    for (let at = 0; at < end; ) {
      if (at + direntHeaderSize > view.byteLength) return this.broken(ino, logical, block, at);
      const recLen = recordLength(dirent.rec_len(view, at), geometry.blockSize);
      const nameLength = dirent.name_len(view, at);
      const extra = place.rank === 2 ? hashSize : 0;
      if (recLen < 12 + extra || recLen % 4 !== 0 || at + recLen > end || recLen < direntSize(nameLength) + extra)
        return this.broken(ino, logical, block, at);
      place.at = at;
      const target = dirent.inode(view, at);
      if (place.rank === 0) checkDot(view, at, ino, recLen, report);
      else if (place.rank === 1) {
        const parent = checkDotdot(view, at, ino, report);
        if (index < 0) {
          report(blockProblems['directory-unregistered'], { inode: ino, block }, {});
          return false;
        }
        directories.dotdot.set(index, parent);
      }
      const nameHash = target !== 0 ? this.names.hash(view, at, nameLength) : 0;
      if (target !== 0 && this.entries.check(place, target, nameLength)) {
        if (dir) {
          const hash = this.hash.of(dir.hashVersion, view, bytes, at, fold);
          if (hash < dir.minHash[logical]!) dir.minHash[logical] = hash;
          if (hash > dir.maxHash[logical]!) dir.maxHash[logical] = hash;
        }
        const known =
          strict && policy === noPolicy
            ? this.foldedNames.add(view, bytes, at)
            : this.names.add(bytes, at, nameLength, nameHash);
        if (known && index >= 0 && !directories.has(index, directoryFlag.DUPLICATE_NAMES)) {
          directories.mark(index, directoryFlag.DUPLICATE_NAMES);
          const name = printableName(bytes, at + direntHeaderSize, at + direntHeaderSize + nameLength);
          report(entryProblems['directory-duplicate-names'], { inode: ino, directory: ino, block }, { name });
        }
      }
      at += recLen;
      if (place.rank < 2) place.rank++;
    }
    return true;
  }

  private broken(ino: number, logical: number, block: number, offset: number): false {
    const { report, facts, geometry } = this.scan;
    const bytes = { at: block * geometry.blockSize + offset, length: 8 };
    report(blockProblems['directory-entry-corrupt'], { inode: ino, block, bytes }, { logical, offset });
    facts.harm(ino, logical === 0 && offset === 0 ? 'unreadable' : 'partly-lost');
    return false;
  }
}

/** Whether the chain of records leaves room for a checksum tail at its place. */
function tailIsThere(view: DataView): boolean {
  const tail = view.byteLength - direntTailSize;
  let at = 0;
  while (at < tail) {
    // as stored: this test of e2fsck does not know that 0 stands for 64 KiB
    const recLen = dirent.rec_len(view, at);
    if (recLen < 8 || recLen % 4 !== 0 || at + recLen > view.byteLength) return true;
    at += recLen;
  }
  return at === tail && hasTail(view);
}
