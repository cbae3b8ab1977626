/** The format of dm-verity: the superblock of veritysetup, and the shape of the hash tree. */
import type { DigestName } from '../../platform/digests';
import { damaged, unsupported } from '../error';

export const superblockMagic = 'verity\0\0';
export const superblockBytes = 512;
const maxSalt = 256;
/** Other descriptions of a tree state no limit for the salt. */
const maxAnySalt = 1024;
/** Sizes of blocks that are accepted; the kernel accepts up to its pages, veritysetup up to 512 KiB. */
const blockSizes = { least: 512, most: 2 ** 19 };

/** Digests that are computed here, with their bytes. */
const digestSizes: Partial<Record<DigestName, number>> = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/** What a hash tree is of, and how it is hashed. */
export interface VerityTree {
  algorithm: DigestName;
  digestSize: number;
  /** 0: the salt is hashed after the data, and digests follow each other; 1: before it, and digests are aligned. */
  hashType: 0 | 1;
  dataBlockSize: number;
  hashBlockSize: number;
  dataBlocks: number;
  salt: Uint8Array;
  /** The byte at which the tree starts, in the source of the hashes. */
  treeAt: number;
  /** The digest of the top block, if it is stored with the tree. */
  rootHash: string | null;
}

/** A level of the tree: blocks of hashes, of the level below or, for level 0, of the data. */
export interface VerityLevel {
  blocks: number;
  /** Byte in the source of the hashes. */
  at: number;
}

const isPower = (value: number): boolean =>
  value >= blockSizes.least && value <= blockSizes.most && Number.isInteger(Math.log2(value));

/** Tests fields that every kind of description has. @throws ContainerError */
export function treeOf(
  fields: Omit<VerityTree, 'algorithm' | 'digestSize'> & { algorithm: string; what: string },
): VerityTree {
  const { algorithm, what, ...rest } = fields;
  const digestSize = digestSizes[algorithm as DigestName];
  if (digestSize === undefined) throw unsupported(`the hash algorithm of ${what} is ${algorithm.slice(0, 32)}`);
  for (const name of ['dataBlockSize', 'hashBlockSize'] as const)
    if (!isPower(rest[name])) {
      const field = name === 'dataBlockSize' ? 'data_block_size' : 'hash_block_size';
      throw damaged(`the field ${field} of ${what} is ${rest[name]}`);
    }
  if (rest.salt.length > maxAnySalt)
    throw damaged(`the field salt_len of ${what} is ${rest.salt.length}, at most ${maxAnySalt} bytes are expected`);
  if (rest.dataBlocks < 1 || rest.dataBlocks * rest.dataBlockSize > Number.MAX_SAFE_INTEGER)
    throw damaged(`the field data_blocks of ${what} is ${rest.dataBlocks}`);
  return { ...rest, algorithm: algorithm as DigestName, digestSize };
}

/** Latin-1 text up to the first NUL. */
export function textUntilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
}

/**
 * The tree that a superblock at byte `at` of the hashes describes; null if there is none.
 * @throws ContainerError
 */
export function readSuperblock(bytes: Uint8Array, at: number): VerityTree | null {
  const isThere = String.fromCharCode(...bytes.subarray(0, 8)) === superblockMagic;
  if (bytes.length < superblockBytes || !isThere) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const what = 'the dm-verity superblock';
  const [version, hashType] = [view.getUint32(8, true), view.getUint32(12, true)];
  if (version !== 1) throw unsupported(`the field version of ${what} is ${version}, only 1 is known`);
  if (hashType !== 0 && hashType !== 1) throw unsupported(`the field hash_type of ${what} is ${hashType}`);
  const saltSize = view.getUint16(80, true);
  if (saltSize > maxSalt) throw damaged(`the field salt_size of ${what} is ${saltSize}, should be at most ${maxSalt}`);
  const tree = treeOf({
    what,
    algorithm: textUntilNul(bytes.subarray(32, 64)),
    hashType,
    dataBlockSize: view.getUint32(64, true),
    hashBlockSize: view.getUint32(68, true),
    dataBlocks: view.getUint32(72, true) + view.getUint32(76, true) * 2 ** 32,
    salt: bytes.slice(88, 88 + saltSize),
    treeAt: 0,
    rootHash: null,
  });
  // the tree follows in the next whole block
  return { ...tree, treeAt: Math.ceil((at + superblockBytes) / tree.hashBlockSize) * tree.hashBlockSize };
}

/** Digests in a block of hashes, and bytes from one to the next. */
export function hashPlaces({ hashBlockSize, digestSize, hashType }: VerityTree): { perBlock: number; step: number } {
  const perBlock = 2 ** Math.floor(Math.log2(hashBlockSize / digestSize));
  return { perBlock, step: hashType === 0 ? digestSize : hashBlockSize / perBlock };
}

/** The levels, the lowest first; none if there is only one block of data, whose digest is the root hash. */
export function levelsOf(tree: VerityTree): VerityLevel[] {
  const { perBlock } = hashPlaces(tree);
  const levels: VerityLevel[] = [];
  for (let blocks = tree.dataBlocks; blocks > 1; ) {
    blocks = Math.ceil(blocks / perBlock);
    levels.push({ blocks, at: 0 });
  }
  // the top is stored first
  let at = tree.treeAt;
  for (const level of [...levels].reverse()) {
    level.at = at;
    at += level.blocks * tree.hashBlockSize;
  }
  return levels;
}

/** Bytes of the tree, without a superblock. */
export const treeBytes = (tree: VerityTree): number =>
  levelsOf(tree).reduce((sum, { blocks }) => sum + blocks, 0) * tree.hashBlockSize;
