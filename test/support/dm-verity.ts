/** Hash trees of dm-verity with node's own hashes, as veritysetup and avbtool make them. */
import { createHash } from 'node:crypto';

export interface VerityRecipe {
  algorithm?: string;
  hashType?: 0 | 1;
  dataBlockSize?: number;
  hashBlockSize?: number;
  salt?: Uint8Array;
}

export interface MadeTree {
  /** The superblock, padded to a block of hashes, followed by the levels, the top first. */
  bytes: Buffer;
  levels: Buffer;
  rootHash: string;
  /** Byte of each level in `levels`, the lowest first. */
  starts: number[];
}

/** The tree of `data`, which has whole blocks. */
export function verityTree(data: Uint8Array, recipe: VerityRecipe = {}): MadeTree {
  const { algorithm = 'sha256', hashType = 1, dataBlockSize = 4096, hashBlockSize = 4096 } = recipe;
  const salt = recipe.salt ?? Buffer.from('00112233445566778899', 'hex');
  const hash = (block: Uint8Array): Buffer =>
    hashType === 1
      ? createHash(algorithm).update(salt).update(block).digest()
      : createHash(algorithm).update(block).update(salt).digest();
  const digestSize = createHash(algorithm).digest().length;
  const perBlock = 2 ** Math.floor(Math.log2(hashBlockSize / digestSize));
  const step = hashType === 1 ? hashBlockSize / perBlock : digestSize;
  const levels: Buffer[] = [];
  let [below, blockSize]: [Uint8Array, number] = [data, dataBlockSize];
  while (below.length > blockSize) {
    const count = below.length / blockSize;
    const level = Buffer.alloc(Math.ceil(count / perBlock) * hashBlockSize);
    for (let i = 0; i < count; i++) {
      const at = Math.floor(i / perBlock) * hashBlockSize + (i % perBlock) * step;
      hash(below.subarray(i * blockSize, (i + 1) * blockSize)).copy(level, at);
    }
    levels.push(level);
    [below, blockSize] = [level, hashBlockSize];
  }
  const superblock = Buffer.alloc(Math.max(512, hashBlockSize));
  superblock.write('verity\0\0', 0, 'latin1');
  superblock.writeUInt32LE(1, 8);
  superblock.writeUInt32LE(hashType, 12);
  superblock.write(algorithm, 32);
  superblock.writeUInt32LE(dataBlockSize, 64);
  superblock.writeUInt32LE(hashBlockSize, 68);
  superblock.writeBigUInt64LE(BigInt(data.length / dataBlockSize), 72);
  superblock.writeUInt16LE(salt.length, 80);
  superblock.set(salt, 88);
  const topFirst = Buffer.concat([...levels].reverse());
  const starts = levels.map((_, i) => levels.slice(i + 1).reduce((sum, { length }) => sum + length, 0));
  return {
    bytes: Buffer.concat([superblock, topFirst]),
    levels: topFirst,
    rootHash: hash(below).toString('hex'),
    starts,
  };
}

export interface AvbRecipe {
  /** Leave out the descriptor of the tree. */
  noTree?: boolean;
  /** Bytes between the metadata and the footer. */
  padding?: number;
}

/** `data` with its tree, the metadata and the footer of Android Verified Boot. */
export function avbImage(data: Uint8Array, recipe: AvbRecipe = {}): Buffer {
  const salt = Buffer.from('aabbccdd', 'hex');
  const { levels, rootHash } = verityTree(data, { salt });
  const name = Buffer.from('system');
  const root = Buffer.from(rootHash, 'hex');
  const descriptor = Buffer.alloc(Math.ceil((180 + name.length + salt.length + root.length) / 8) * 8);
  const long = (buffer: Buffer, at: number, value: number) => buffer.writeBigUInt64BE(BigInt(value), at);
  long(descriptor, 0, 1);
  long(descriptor, 8, descriptor.length - 16);
  descriptor.writeUInt32BE(1, 16);
  long(descriptor, 20, data.length);
  long(descriptor, 28, data.length);
  long(descriptor, 36, levels.length);
  descriptor.writeUInt32BE(4096, 44);
  descriptor.writeUInt32BE(4096, 48);
  descriptor.write('sha256', 72);
  descriptor.writeUInt32BE(name.length, 104);
  descriptor.writeUInt32BE(salt.length, 108);
  descriptor.writeUInt32BE(root.length, 112);
  Buffer.concat([name, salt, root]).copy(descriptor, 180);
  // another one comes first
  const property = Buffer.alloc(32);
  long(property, 8, 16);
  const descriptors = Buffer.concat(recipe.noTree ? [property] : [property, descriptor]);
  const header = Buffer.alloc(256);
  header.write('AVB0', 0);
  long(header, 12, 64);
  long(header, 20, descriptors.length);
  long(header, 104, descriptors.length);
  const meta = Buffer.concat([header, Buffer.alloc(64), descriptors]);
  const footer = Buffer.alloc(64);
  footer.write('AVBf', 0);
  long(footer, 12, data.length);
  long(footer, 20, data.length + levels.length);
  long(footer, 28, meta.length);
  return Buffer.concat([data, levels, meta, Buffer.alloc(recipe.padding ?? 4096), footer]);
}
