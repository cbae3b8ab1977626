/** VDI images made by hand. */

export interface VdiRecipe {
  /** 1 dynamic (default), 2 static, 4 differencing. */
  type?: number;
  size: number;
  blockBytes?: number;
  extraBytes?: number;
  /** Entries of the block map. */
  map: readonly number[];
  /** The stored blocks, in order. */
  blocks?: readonly Uint8Array[];
}

export const vdiMapAt = 512;

export function makeVdi({ type = 1, size, blockBytes = 512, extraBytes = 0, map, blocks = [] }: VdiRecipe): Buffer {
  const dataAt = Math.ceil((vdiMapAt + map.length * 4) / 512) * 512;
  const image = Buffer.alloc(dataAt + blocks.length * (blockBytes + extraBytes));
  image.write('<<< Oracle VM VirtualBox Disk Image >>>\n', 'latin1');
  image.writeUInt32LE(0xbeda107f, 0x40);
  image.writeUInt32LE(0x10001, 0x44);
  image.writeUInt32LE(0x190, 0x48);
  image.writeUInt32LE(type, 0x4c);
  image.writeUInt32LE(vdiMapAt, 0x154);
  image.writeUInt32LE(dataAt, 0x158);
  image.writeUInt32LE(512, 0x168);
  image.writeBigUInt64LE(BigInt(size), 0x170);
  image.writeUInt32LE(blockBytes, 0x178);
  image.writeUInt32LE(extraBytes, 0x17c);
  image.writeUInt32LE(map.length, 0x180);
  image.writeUInt32LE(blocks.length, 0x184);
  map.forEach((entry, i) => void image.writeUInt32LE(entry, vdiMapAt + i * 4));
  blocks.forEach((block, i) => void image.set(block, dataAt + i * (blockBytes + extraBytes) + extraBytes));
  return image;
}
