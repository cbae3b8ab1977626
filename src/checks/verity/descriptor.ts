/** A verity file's descriptor: its place, its valid values, and the shape of the tree that follows from it. */
import { isAllZero } from '../../bytes/bitmap';
import type { ShaStream } from '../../bytes/sha-stream';
import { Sha256 } from '../../bytes/sha256';
import { Sha512 } from '../../bytes/sha512';
import {
  verityAlignment,
  verityDescriptor,
  verityDescriptorLimit,
  verityDescriptorSize,
  verityHash,
  verityMaxLevels,
  verityMinLogBlockSize,
  veritySizeBytes,
} from '../../layout/verity';
import type { FileBytes } from './file-bytes';

/** The parameters of a file's hash tree. */
export interface MerkleTree {
  /** Bytes of a block of the tree, and of the data of one hash. */
  blockSize: number;
  /** Hashes in a block. */
  arity: number;
  /** Number of blocks of each level, the lowest first; empty where the root is the hash of the only data block. */
  levels: number[];
  /** File offset of each level, in the same order. */
  starts: number[];
  /** Bytes of the file. */
  size: number;
  hash: ShaStream;
  /** Hashed before each block: the salt, padded to a block of the hash function. */
  salt: Uint8Array;
  root: Uint8Array;
}

/** The file offset of the start of the tree. */
export const treeStart = (size: number): number => Math.ceil(size / verityAlignment) * verityAlignment;

/** The descriptor's bytes followed by the signature; a reason when there is none; null when it cannot be read. */
export async function readDescriptor(
  file: FileBytes,
  size: number,
  blockSize: number,
): Promise<{ bytes: Uint8Array; block: number } | string | null> {
  const end = file.end * blockSize;
  if (end < treeStart(size) + blockSize) return 'there are no blocks after the data';
  const stored = new Uint8Array(veritySizeBytes);
  await file.read(end - veritySizeBytes, stored);
  if (file.unread.size > 0) return null;
  const length = new DataView(stored.buffer).getUint32(0, true);
  if (length < verityDescriptorSize || length > verityDescriptorLimit)
    return `its size is ${length}, should be from ${verityDescriptorSize} to ${verityDescriptorLimit}`;
  const at = Math.floor((end - veritySizeBytes - length) / blockSize) * blockSize;
  if (at < treeStart(size)) return 'its size reaches into the data';
  const bytes = new Uint8Array(length);
  await file.read(at, bytes);
  return file.unread.size > 0 ? null : { bytes, block: file.place(at / blockSize) };
}

/** A field that a kernel refuses. */
export interface FieldFault {
  field: string;
  stored: number;
  expected: string;
}

/** Blocks of each level, the lowest first, until one block is left. */
function levelsOf(dataBlocks: number, arity: number): number[] {
  const levels: number[] = [];
  for (let blocks = dataBlocks; blocks > 1 && levels.length <= verityMaxLevels; ) {
    blocks = Math.ceil(blocks / arity);
    levels.push(blocks);
  }
  return levels;
}

/** Tests the descriptor in the kernel's order: returns the first refused field, or the tree. */
export function readTree(bytes: Uint8Array, size: number, fsBlockSize: number): FieldFault | MerkleTree {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const d = verityDescriptor;
  const fault = (field: keyof typeof d, stored: number, expected: string): FieldFault => ({ field, stored, expected });
  const version = d.version(view, 0);
  if (version !== 1) return fault('version', version, '1');
  const reserved = d.__reserved(view, 0);
  if (!isAllZero(reserved, 0, reserved.length))
    return fault('__reserved', reserved.find((byte) => byte !== 0)!, 'all zeros');
  const saltSize = d.salt_size(view, 0);
  if (saltSize > d.salt.bytes) return fault('salt_size', saltSize, `at most ${d.salt.bytes}`);
  const dataSize = d.data_size(view, 0);
  if (dataSize !== size) return fault('data_size', dataSize, String(size));
  const signature = d.sig_size(view, 0);
  const room = bytes.length - verityDescriptorSize;
  if (signature > room) return fault('sig_size', signature, `at most ${room}`);
  const algorithm = d.hash_algorithm(view, 0);
  if (algorithm !== verityHash.SHA256 && algorithm !== verityHash.SHA512)
    return fault('hash_algorithm', algorithm, '1 (SHA-256) or 2 (SHA-512)');
  const logBlockSize = d.log_blocksize(view, 0);
  const most = Math.log2(fsBlockSize);
  if (logBlockSize < verityMinLogBlockSize || logBlockSize > most)
    return fault('log_blocksize', logBlockSize, `from ${verityMinLogBlockSize} to ${most}`);
  const hash = algorithm === verityHash.SHA256 ? new Sha256() : new Sha512();
  const blockSize = 2 ** logBlockSize;
  const arity = blockSize / hash.digestSize;
  const levels = levelsOf(Math.ceil(size / blockSize), arity);
  if (levels.length > verityMaxLevels) return fault('data_size', dataSize, `covered by ${verityMaxLevels} levels`);
  const starts: number[] = [];
  // the top is stored first
  for (let level = levels.length - 1, at = treeStart(size); level >= 0; level--) {
    starts[level] = at;
    at += levels[level]! * blockSize;
  }
  const salt = new Uint8Array(saltSize === 0 ? 0 : hash.blockSize);
  salt.set(d.salt(view, 0).subarray(0, saltSize));
  const root = d.root_hash(view, 0).slice(0, hash.digestSize);
  return { blockSize, arity, levels, starts, size, hash, salt, root };
}
