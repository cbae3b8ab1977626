/** What the blocks of a file system hold, and where damage is among them: JSON-safe data of a report. */

/**
 * - `superblock`: superblock and descriptor copies, and the block of multiple-mount protection;
 * - `bitmap`, `inode-table`, `journal`;
 * - `directory`: blocks of names; `index`: inner blocks of hash trees;
 * - `mapping`: indirect blocks and nodes of extent trees;
 * - `attributes`: extended attributes;
 * - `data`: contents of files;
 * - `reserved`: for growing the descriptors, and listed as bad;
 * - `unowned`: marked as in use, although nothing that was found uses it; with bigalloc also the rest of a cluster.
 */
export type LayoutRole =
  | 'free'
  | 'superblock'
  | 'bitmap'
  | 'inode-table'
  | 'directory'
  | 'index'
  | 'mapping'
  | 'attributes'
  | 'journal'
  | 'data'
  | 'reserved'
  | 'unowned';

/** All roles; `LayoutRuns.role` has their places in this list. */
export const layoutRoles: readonly LayoutRole[] = [
  'free',
  'superblock',
  'bitmap',
  'inode-table',
  'directory',
  'index',
  'mapping',
  'attributes',
  'journal',
  'data',
  'reserved',
  'unowned',
];

/**
 * What is wrong with blocks, the worst first:
 * - `unreadable`: a read failed; `zero`: they contain only zeros and must not; `twice`: something else uses them too;
 * - `outside`: a number in them refers to a place that does not exist;
 * - `invalid`: their content contradicts itself; `checksum`: only their checksum is wrong;
 * - `marked-free`: in use, but marked as free, so that a write to the file system destroys them.
 */
export type LayoutMarkKind = 'unreadable' | 'zero' | 'twice' | 'outside' | 'invalid' | 'checksum' | 'marked-free';

/** All kinds of marks, the worst first. */
export const layoutMarkKinds: readonly LayoutMarkKind[] = [
  'unreadable',
  'zero',
  'twice',
  'outside',
  'invalid',
  'checksum',
  'marked-free',
];

/** Damage to a run of blocks. */
export interface LayoutMark {
  /** First block. */
  block: number;
  count: number;
  kind: LayoutMarkKind;
  /** The id of the finding that it comes from. */
  id: string;
  inode?: number;
  path?: string;
}

/** Runs of blocks that cover the file system from its first block without gaps, one element of each list for each run. */
export interface LayoutRuns {
  /** Number of blocks. */
  count: number[];
  /** Place in `roles`. */
  role: number[];
  /** Number of the inode that uses them; 0 if none does, or more than one inode was joined. */
  inode: number[];
}

/** What each block of a file system holds, as runs, and where damage is; made by the extension `layoutMap()`. */
export interface LayoutFacts {
  /** Bytes. */
  blockSize: number;
  /** Number of the first block, 0 or 1. */
  firstBlock: number;
  /** Number of blocks of the file system; the last one is `blocks` - 1. */
  blocks: number;
  blocksPerGroup: number;
  /** The names of the roles, by the numbers in `runs.role`. */
  roles: readonly LayoutRole[];
  runs: LayoutRuns;
  /**
   * - `inodes`: each run is at its place and has its inode;
   * - `roles`: there were too many runs, and adjacent files are joined;
   * - `sums`: there were still too many; each section of `sectionBlocks` has one run for each role, with the sum.
   */
  detail: 'inodes' | 'roles' | 'sums';
  /** Blocks of a section: whole groups; only for `sums`. */
  sectionBlocks?: number;
  /** False if not all mappings could be followed, because together they are far larger than the file system. */
  complete: boolean;
  /** Number of blocks of each role. */
  sums: Record<LayoutRole, number>;
  /** Damage in the order of the findings, at most 10,000 runs. */
  marks: LayoutMark[];
  /** Number of damaged runs, listed or not. */
  markCount: number;
}
