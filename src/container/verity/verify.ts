/** Verifies an image against its hash tree of dm-verity: the tree level by level from the root, then the data. */
import { Bitmap } from '../../bytes/bitmap';
import { type DigestLane, type Digests, LaneFailed } from '../../platform/digests';
import { guardedSource } from '../../source/guarded';
import { type ByteSource, SourceError } from '../../source/source';
import { damaged, unsupported } from '../error';
import type { FoundTree } from './find';
import { hashPlaces, levelsOf, type VerityTree } from './format';
import { BlockHasher, isDigestAt, openLanes } from './hashing';
import { type Marks, maxListed, runsOf, type VerityResult } from './result';

/** Most blocks of data: a bit of memory is needed for each of them, and another if any is damaged. */
const maxBlocks = 2 ** 31;

export interface VerityOptions {
  signal?: AbortSignal | undefined;
  /** Called with the number of verified bytes, and of all bytes. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Computes digests. Default: own implementations. */
  digests?: Digests | undefined;
}

/** A level of blocks that are hashed, with the level that has their hashes. */
interface Stage {
  source: ByteSource;
  at: number;
  blocks: number;
  blockSize: number;
  /** Bit set: the block does not match, or cannot be verified. */
  bad: Bitmap;
}

/** Whether all of `into` could be read. */
async function readBytes(source: ByteSource, at: number, into: Uint8Array): Promise<boolean> {
  try {
    return (await source.read(at, into)) === into.length;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return false;
  }
}

class Verification {
  private readonly places: { perBlock: number; step: number };
  private done = 0;
  private readonly total: number;

  constructor(
    private readonly tree: VerityTree,
    private readonly lanes: readonly DigestLane[],
    private readonly options: VerityOptions,
  ) {
    this.places = hashPlaces(tree);
    const { dataBlocks, dataBlockSize, hashBlockSize } = tree;
    this.total =
      dataBlocks * dataBlockSize + levelsOf(tree).reduce((sum, { blocks }) => sum + blocks * hashBlockSize, 0);
  }

  private advance(bytes: number): void {
    this.done += bytes;
    this.options.onProgress?.(this.done, this.total);
  }

  /** Reads blocks; those that cannot be read are set in `marks.unread`, and their bytes are zeros. */
  private async read(stage: Stage, first: number, count: number, into: Uint8Array, marks: Marks): Promise<void> {
    const { source, at, blockSize } = stage;
    const bytes = into.subarray(0, count * blockSize);
    if (await readBytes(source, at + first * blockSize, bytes)) return;
    for (let i = 0; i < count; i++) {
      const part = bytes.subarray(i * blockSize, (i + 1) * blockSize);
      if (await readBytes(source, at + (first + i) * blockSize, part)) continue;
      part.fill(0);
      marks.unread ??= new Bitmap(stage.blocks);
      marks.unread.set(first + i);
    }
  }

  /** Verifies `count` blocks from `first` against the parent, on a lane. */
  private async piece(
    stage: Stage,
    parent: Stage,
    hasher: BlockHasher,
    lane: DigestLane,
    first: number,
    count: number,
    marks: Marks,
    memory: { blocks: Uint8Array; hashes: Uint8Array },
  ): Promise<void> {
    const { perBlock, step } = this.places;
    await this.read(stage, first, count, memory.blocks, marks);
    const { digests, zero } = await hasher.run(lane, memory.blocks, count);
    let loaded = -1;
    let isUsable = false;
    for (let i = 0; i < count; i++) {
      const block = first + i;
      const holder = Math.floor(block / perBlock);
      if (holder !== loaded) {
        loaded = holder;
        const at = parent.at + holder * parent.blockSize;
        isUsable = !parent.bad.test(holder) && (await readBytes(parent.source, at, memory.hashes));
      }
      const isUnread = marks.unread?.test(block) === true;
      if (!isUsable) stage.bad.set(block);
      else if (isUnread || !isDigestAt(digests[i]!, memory.hashes, (block % perBlock) * step)) {
        stage.bad.set(block);
        marks.mismatch.set(block);
        if (zero[i] && !isUnread) {
          marks.zero ??= new Bitmap(stage.blocks);
          marks.zero.set(block);
        }
      }
    }
    this.advance(count * stage.blockSize);
  }

  /** Verifies a level against the one above it. */
  async level(stage: Stage, parent: Stage): Promise<Marks> {
    const marks: Marks = { mismatch: new Bitmap(stage.blocks), zero: null, unread: null };
    const hasher = new BlockHasher(this.tree, stage.blockSize);
    await hasher.prepare(this.lanes[0]!);
    const returned: number[] = [];
    let next = 0;
    let failed = false;
    const work = async (lane: DigestLane): Promise<void> => {
      const memory = {
        blocks: new Uint8Array(hasher.perRun * stage.blockSize),
        hashes: new Uint8Array(parent.blockSize),
      };
      while (!failed) {
        let first = returned.pop();
        if (first === undefined) {
          if (next >= stage.blocks) return;
          first = next;
          next += hasher.perRun;
        }
        try {
          this.options.signal?.throwIfAborted();
          const count = Math.min(hasher.perRun, stage.blocks - first);
          await this.piece(stage, parent, hasher, lane, first, count, marks, memory);
        } catch (error) {
          returned.push(first);
          if (error instanceof LaneFailed) return;
          failed = true;
          throw error;
        }
      }
    };
    const [here, ...others] = this.lanes;
    const ends = await Promise.allSettled([work(here!), ...others.map(work)]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    // pieces that a failed lane returned after this thread had finished
    await work(here!);
    return marks;
  }

  /** The digest of a single block; null if it cannot be read. */
  async top(stage: Stage): Promise<string | null> {
    const hasher = new BlockHasher(this.tree, stage.blockSize);
    const lane = this.lanes[0]!;
    await hasher.prepare(lane);
    const marks: Marks = { mismatch: new Bitmap(1), zero: null, unread: null };
    const bytes = new Uint8Array(stage.blockSize);
    await this.read(stage, 0, 1, bytes, marks);
    if (marks.unread !== null) return null;
    const { digests } = await hasher.run(lane, bytes, 1);
    this.advance(stage.blockSize);
    return digests[0]!;
  }
}

/**
 * Verifies `data` against its tree. `rootHash` is hexadecimal; without one, that of the tree is used.
 * @throws ContainerError if there is no root hash, or it has another length than the digests; the reason of `signal`
 */
export async function verifyVerity(
  data: ByteSource,
  { tree, hashes }: FoundTree,
  rootHash: string | undefined,
  options: VerityOptions = {},
): Promise<VerityResult> {
  const root = (rootHash ?? tree.rootHash)?.toLowerCase();
  if (root === undefined) throw damaged('the root hash is not known');
  if (root.length !== 2 * tree.digestSize)
    throw damaged(`the root hash has ${root.length} digits, ${tree.algorithm} has ${2 * tree.digestSize}`);
  if (tree.dataBlocks > maxBlocks)
    throw unsupported(`it has ${tree.dataBlocks} blocks, at most ${maxBlocks} are verified`);
  const { lanes, close } = openLanes(tree, options.digests);
  try {
    return await verified(
      guardedSource(data, options.signal),
      guardedSource(hashes, options.signal),
      tree,
      root,
      lanes,
      options,
    );
  } finally {
    await close();
  }
}

async function verified(
  data: ByteSource,
  hashes: ByteSource,
  tree: VerityTree,
  root: string,
  lanes: readonly DigestLane[],
  options: VerityOptions,
): Promise<VerityResult> {
  const verification = new Verification(tree, lanes, options);
  const levels = levelsOf(tree);
  const { perBlock } = hashPlaces(tree);
  const stage = (source: ByteSource, at: number, blocks: number, blockSize: number): Stage => ({
    source,
    at,
    blocks,
    blockSize,
    bad: new Bitmap(blocks),
  });
  let above: Stage | null = null;
  const result: VerityResult = {
    tree,
    topHash: '',
    matchesRoot: false,
    data: [],
    hashes: [],
    damagedBlocks: 0,
    damagedHashes: 0,
  };
  for (let level = levels.length - 1; level >= -1; level--) {
    const own: Stage =
      level < 0
        ? stage(data, 0, tree.dataBlocks, tree.dataBlockSize)
        : stage(hashes, levels[level]!.at, levels[level]!.blocks, tree.hashBlockSize);
    if (above === null) {
      const digest = await verification.top(own);
      result.topHash = digest ?? '';
      result.matchesRoot = digest === root;
      if (digest === null) own.bad.set(0);
    } else {
      const marks = await verification.level(own, above);
      const { runs, count } = runsOf(marks, own.blocks);
      if (level < 0) {
        result.data = runs;
        result.damagedBlocks = count;
      } else {
        result.damagedHashes += count;
        const covered = perBlock ** (level + 1);
        for (const run of runs)
          for (let block = run.from; block < run.from + run.blocks && result.hashes.length < maxListed; block++) {
            const from = block * covered;
            const blocks = Math.min(covered, tree.dataBlocks - from);
            result.hashes.push({ level, block, at: own.at + block * own.blockSize, from, blocks });
          }
      }
    }
    above = own;
  }
  return result;
}
