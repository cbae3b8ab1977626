/** All that the inode pass proves, in one place for the passes after it. */
import type { Bits } from '../bytes/bits';
import type { ByteSource } from '../source/source';
import type { Geometry } from '../volume/geometry';
import { BlockUse } from './block-use';
import { DirBlocks } from './dir-blocks';
import { Directories } from './directories';
import { EncryptionPolicies } from './encryption';
import type { IndexDir } from './index-dirs';
import { Inodes } from './inodes';
import { NamePlaces } from './name-places';
import { QuotaUsage } from './quota-usage';
import { VerityFiles } from './verity-files';

/** What can happen to an inode, from bad to worst. */
const harmOrder = ['shared-blocks', 'damaged', 'partly-lost', 'unreadable'] as const;
export type InodeHarm = (typeof harmOrder)[number];

/** Bytes of mapping blocks that may be entered beside twice those there are: small images get some room. */
const spareNodeBytes = 64 * 1024 * 1024;
/** With large blocks, as many as the largest file that a block map can hold needs, and more. */
const leastSpareNodes = 4096;

interface XattrBlockUse {
  stored: number;
  used: number;
  inode: number;
  /** Clusters of values that lie in inodes of their own, and the number of those. */
  charge: { clusters: number; inodes: number };
}

export class ScanFacts {
  readonly blocks: BlockUse;
  readonly inodes: Inodes;
  readonly directories = new Directories();
  readonly dirBlocks: DirBlocks;
  readonly namePlaces = new NamePlaces();
  /** Indexed directories by inode. */
  readonly indexed = new Map<number, IndexDir>();
  readonly quota = new QuotaUsage();
  readonly verity = new VerityFiles();
  readonly encryption = new EncryptionPolicies();
  /** Attribute blocks: stored reference count, users seen, the first of them, and what is charged to each of them. */
  readonly xattrBlocks = new Map<number, XattrBlockUse>();
  /** Inodes that extended attributes use to hold values, with the times each is used. */
  readonly xattrInodes = new Map<number, number>();
  /** Inodes in use that are flagged as holding the value of an extended attribute. */
  readonly flaggedXattrInodes = new Set<number>();
  /** All flags that any inode in use has. */
  flagsSeen = 0;
  /** Regular files of 2 GiB and more. */
  largeFiles = 0;
  /** Directories whose index is too deep or whose size is too large without large_dir. */
  largeDirectories = 0;
  /** Inodes whose content cannot be what was written, with the reason; for the list of affected paths. */
  readonly harmed = new Map<number, InodeHarm>();
  /** Blocks found wholly zero where something must be. */
  zeroBlocks = 0;
  /** Groups whose inode tables hold zero blocks that the bitmap calls used. */
  readonly zeroTableGroups = new Set<number>();
  /** Blocks of mappings that may still be entered: trees that share nodes over and over end here. */
  nodeBudget: number;

  constructor(geometry: Geometry, source: ByteSource, shared = false) {
    this.blocks = new BlockUse(geometry);
    this.inodes = new Inodes(geometry.inodesCount, shared);
    const present = Math.ceil(source.size / geometry.blockSize);
    this.nodeBudget = 2 * present + Math.max(leastSpareNodes, spareNodeBytes / geometry.blockSize);
    this.dirBlocks = new DirBlocks(Math.min(64 * 1024 * 1024, 4 * present + 65536));
  }

  /** Notes what happened to an inode's content; the worst news is kept. */
  harm(ino: number, how: InodeHarm): void {
    const known = this.harmed.get(ino);
    if (known === undefined || harmOrder.indexOf(how) > harmOrder.indexOf(known)) this.harmed.set(ino, how);
  }
}

/** The bitmaps as they stand on disk. */
export interface DiskBitmaps {
  /** By cluster. */
  readonly blocks: Bits;
  /** By inode number minus 1. */
  readonly inodes: Bits;
}
