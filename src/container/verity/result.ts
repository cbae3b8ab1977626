/** What a verification by dm-verity finds, and how it is gathered: a bit for each block. */
import type { Bitmap } from '../../bytes/bitmap';
import type { VerityTree } from './format';

/** Consecutive blocks that do not match their hashes. */
export interface DamagedRun {
  from: number;
  blocks: number;
  /** How many of them contain only zeros. */
  zeroBlocks: number;
  /** How many could not be read. */
  unreadBlocks: number;
}

/** A block of hashes that does not match the level above it. */
export interface DamagedHashes {
  /** 0 for hashes of data. */
  level: number;
  block: number;
  /** Byte in the source of the hashes. */
  at: number;
  /** Blocks of data that cannot be verified because of it. */
  from: number;
  blocks: number;
}

export interface VerityResult {
  tree: VerityTree;
  /** The digest of the top block, which the root hash must be. */
  topHash: string;
  /** Whether that is the given root hash. If not, the rest was verified as if it were. */
  matchesRoot: boolean;
  /** At most 10,000 each, in order. */
  data: DamagedRun[];
  hashes: DamagedHashes[];
  /** All of them. */
  damagedBlocks: number;
  damagedHashes: number;
}

/** Most runs, and most blocks of hashes, that are listed. */
export const maxListed = 10_000;

/** Blocks of a stage with a state, shared by all lanes. */
export interface Marks {
  mismatch: Bitmap;
  zero: Bitmap | null;
  unread: Bitmap | null;
}

/** The set bits of a level as runs. */
export function runsOf({ mismatch, zero, unread }: Marks, blocks: number): { runs: DamagedRun[]; count: number } {
  const runs: DamagedRun[] = [];
  let count = 0;
  let run: DamagedRun | null = null;
  for (let block = 0; block < blocks; block++) {
    // most words have no bit
    if (block % 32 === 0 && mismatch.words[block / 32] === 0) {
      block += 31;
      run = null;
      continue;
    }
    if (!mismatch.test(block)) {
      run = null;
      continue;
    }
    count++;
    if (run === null) {
      run = { from: block, blocks: 0, zeroBlocks: 0, unreadBlocks: 0 };
      if (runs.length < maxListed) runs.push(run);
    }
    run.blocks++;
    if (zero?.test(block)) run.zeroBlocks++;
    if (unread?.test(block)) run.unreadBlocks++;
  }
  return { runs, count };
}
