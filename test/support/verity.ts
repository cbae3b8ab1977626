/** Verity files with node's own hashes: their data, tree and descriptor as on disk. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeImage } from './e2fsprogs';
import type { TestImage } from './image';

export interface Seal {
  algorithm?: 'sha256' | 'sha512';
  /** Bytes of a block of the tree. */
  blockSize?: number;
  salt?: Uint8Array;
  /** Bytes after the descriptor. */
  signature?: Uint8Array;
}

export interface Sealed {
  /** Data, hole, tree, descriptor and its size, padded to whole blocks of the file system. */
  bytes: Buffer;
  treeAt: number;
  tree: Buffer;
  descriptorAt: number;
  descriptor: Buffer;
}

const padded = (bytes: Uint8Array, unit: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((unit - (bytes.length % unit)) % unit)]);

/** What a file with `data` looks like once it is sealed, in a file system with blocks of `fsBlockSize` bytes. */
export function sealed(data: Uint8Array, fsBlockSize: number, seal: Seal = {}): Sealed {
  const {
    algorithm = 'sha256',
    blockSize = fsBlockSize,
    salt = new Uint8Array(0),
    signature = new Uint8Array(0),
  } = seal;
  const saltBlock = salt.length > 0 ? padded(salt, algorithm === 'sha256' ? 64 : 128) : salt;
  const hash = (bytes: Uint8Array): Buffer => createHash(algorithm).update(saltBlock).update(bytes).digest();
  const levels: Buffer[] = [];
  let level = padded(data, blockSize);
  while (level.length > blockSize) {
    const hashes: Buffer[] = [];
    for (let at = 0; at < level.length; at += blockSize) hashes.push(hash(level.subarray(at, at + blockSize)));
    level = padded(Buffer.concat(hashes), blockSize);
    levels.unshift(level);
  }
  const tree = Buffer.concat(levels);
  const descriptor = Buffer.alloc(256 + signature.length);
  descriptor.set([1, algorithm === 'sha256' ? 1 : 2, Math.log2(blockSize), salt.length]);
  descriptor.writeUInt32LE(signature.length, 4);
  descriptor.writeBigUInt64LE(BigInt(data.length), 8);
  if (data.length > 0) hash(level).copy(descriptor, 16);
  descriptor.set(salt, 80);
  descriptor.set(signature, 256);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(descriptor.length);
  const treeAt = Math.ceil(data.length / 65536) * 65536;
  const descriptorAt = treeAt + Math.ceil(tree.length / fsBlockSize) * fsBlockSize;
  const room = Math.ceil((descriptor.length + 4) / fsBlockSize) * fsBlockSize;
  const bytes = Buffer.alloc(descriptorAt + room);
  bytes.set(data);
  tree.copy(bytes, treeAt);
  descriptor.copy(bytes, descriptorAt);
  size.copy(bytes, bytes.length - 4);
  return { bytes, treeAt, tree, descriptorAt, descriptor };
}

const images = new Map<string, TestImage>();

/** A fresh ext4 image with the sealed file /sealed, made once for each `key`. Its inode is `sealedInode`. */
export function verityImage(
  key: string,
  file: Sealed,
  size: number,
  { options = '-b 1024', room = '4M', flags = 0x180000 } = {},
): TestImage {
  let image = images.get(key);
  if (!image) {
    const folder = mkdtempSync(join(tmpdir(), 'extcheck-verity-'));
    try {
      const path = join(folder, 'content');
      writeFileSync(path, file.bytes);
      image = makeImage({
        size: room,
        options: `-t ext4 -O verity,metadata_csum ${options}`,
        commands: [`write ${path} sealed`, `sif sealed size ${size}`, `sif sealed flags 0x${flags.toString(16)}`],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    images.set(key, image);
  }
  return image.copy();
}

/** The first ordinary inode, after lost+found. */
export const sealedInode = 12;
