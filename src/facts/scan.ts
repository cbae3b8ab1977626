/** All results of the inode pass, for the passes after it. */
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

/** Damage to an inode's content, in ascending order. */
const harmOrder = ['shared-blocks', 'damaged', 'partly-lost', 'unreadable'] as const;
export type InodeHarm = (typeof harmOrder)[number];

/** Bytes of mapping blocks that may be read in addition to twice the number of existing ones, for small images. */
const spareNodeBytes = 64 * 1024 * 1024;
/** With large blocks: more than the largest block-mapped file needs. */
const leastSpareNodes = 4096;

export interface XattrBlockUse {
  stored: number;
  used: number;
  inode: number;
  /** Whether the kernel refuses to read it, and so to execute and mostly to open the files that use it. */
  refused: boolean;
  /** Clusters and number of the value inodes of its attributes. */
  charge: { clusters: number; inodes: number; misfits: number };
}

export class ScanFacts {
  readonly blocks: BlockUse;
  readonly inodes: Inodes;
  readonly directories = new Directories();
  readonly dirBlocks: DirBlocks;
  readonly namePlaces = new NamePlaces();
  readonly indexed = new Map<number, IndexDir>();
  readonly quota = new QuotaUsage();
  readonly verity = new VerityFiles();
  readonly encryption = new EncryptionPolicies();
  /** Attribute blocks: stored reference count, number of users, the first user, and what each user is charged for. */
  readonly xattrBlocks = new Map<number, XattrBlockUse>();
  /** Value inodes of extended attributes, with the number of attributes that use each. */
  readonly xattrInodes = new Map<number, number>();
  /** Inodes in use with the flag of a value inode. */
  readonly flaggedXattrInodes = new Set<number>();
  /** The flags of all inodes in use, combined. */
  flagsSeen = 0;
  /** Regular files of 2 GiB or more. */
  largeFiles = 0;
  /** Directories that need large_dir but do not have it: index too deep or size too large. */
  largeDirectories = 0;
  /** Inodes whose content is damaged, with the kind of damage; for the list of affected paths. */
  readonly harmed = new Map<number, InodeHarm>();
  /** Blocks that contain only zeros but must not. */
  zeroBlocks = 0;
  /** Indirect blocks of zeros that were lost if, after all blocks are claimed, nothing uses the block after them. */
  readonly lostMaps: { inode: number; isDirectory: boolean; block: number; level: number }[] = [];
  /** Directories whose block map lists impossible blocks: other blocks of it that contain only zeros do not indicate lost writes. */
  readonly overwrittenMaps = new Set<number>();
  /** Groups whose inode tables hold zero blocks that the bitmap calls used. */
  readonly zeroTableGroups = new Set<number>();
  /** Mapping blocks that may still be read: limits trees that share nodes repeatedly. */
  nodeBudget: number;

  constructor(geometry: Geometry, source: ByteSource, shared = false) {
    this.blocks = new BlockUse(geometry);
    this.inodes = new Inodes(geometry.inodesCount, shared);
    const present = Math.ceil(source.size / geometry.blockSize);
    this.nodeBudget = 2 * present + Math.max(leastSpareNodes, spareNodeBytes / geometry.blockSize);
    this.dirBlocks = new DirBlocks(Math.min(64 * 1024 * 1024, 4 * present + 65536));
  }

  /** Records damage to an inode's content; the worst kind is kept. */
  harm(ino: number, how: InodeHarm): void {
    const known = this.harmed.get(ino);
    if (known === undefined || harmOrder.indexOf(how) > harmOrder.indexOf(known)) this.harmed.set(ino, how);
  }
}

export interface DiskBitmaps {
  /** By cluster. */
  readonly blocks: Bits;
  /** By inode number minus 1. */
  readonly inodes: Bits;
}
