/** Compressed data made without a tool: the smallest that its format allows. */

const magicOf = { zstd: 0xfd2f_b528, lz4: 0x184d_2204 };

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

const uint64 = (value: number): Buffer => Buffer.concat([uint32(value % 2 ** 32), uint32(Math.floor(value / 2 ** 32))]);

/** A frame that zstd and lz4 skip. */
export const skippable = (length: number, kind = 0): Uint8Array =>
  Buffer.concat([uint32(0x184d_2a50 + kind), uint32(length), Buffer.alloc(length, 7)]);

/** A frame of zstd with blocks that are not compressed; `stated` is the size in its header, null for none. */
export function zstdFrame(
  text: string | Uint8Array,
  options: { stated?: number | null; blocks?: number } = {},
): Uint8Array {
  const data = Buffer.from(text);
  const { stated = data.length, blocks = Math.max(1, Math.ceil(data.length / 100_000)) } = options;
  const header: Buffer[] = [uint32(magicOf.zstd)];
  if (stated === null) header.push(Buffer.of(0x00, 0x50));
  else if (stated < 256) header.push(Buffer.of(0x20, stated));
  else if (stated < 65_792) header.push(Buffer.of(0x60, (stated - 256) & 0xff, (stated - 256) >>> 8));
  else if (stated < 2 ** 32) header.push(Buffer.of(0xa0), uint32(stated));
  else header.push(Buffer.of(0xe0), uint64(stated));
  const length = Math.ceil(data.length / blocks);
  for (let block = 0; block < blocks; block++) {
    const part = data.subarray(block * length, (block + 1) * length);
    header.push(uint32((part.length << 3) | Number(block === blocks - 1)).subarray(0, 3), part);
  }
  return Buffer.concat(header);
}

/** A frame of lz4 with one block that is not compressed. Its header checksum is wrong. */
export function lz4Frame(text: string, stated?: number): Uint8Array {
  const data = Buffer.from(text);
  const size = stated === undefined ? Buffer.alloc(0) : uint64(stated);
  const flags = Buffer.of(0x60 | (stated === undefined ? 0 : 8), 0x40);
  return Buffer.concat([
    uint32(magicOf.lz4),
    flags,
    size,
    Buffer.of(0),
    uint32(0x8000_0000 + data.length),
    data,
    uint32(0),
  ]);
}

/** The header of a file of lzma, and the zero with which its data begins. */
export const lzmaHeader = (dictionary: number, stated?: number): Uint8Array =>
  Buffer.concat([
    Buffer.of(0x5d),
    uint32(dictionary),
    stated === undefined ? Buffer.alloc(8, 0xff) : uint64(stated),
    Buffer.alloc(5),
  ]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

/** The frame of a stream of xz with blocks that state these sizes. What should be in the blocks, and checksums, are zeros. */
export function xzStream(...sizes: number[]): Uint8Array {
  const blockLength = 16;
  const records = sizes.map((size) => Buffer.concat([varint(blockLength - 1), varint(size)]));
  const index = Buffer.concat([Buffer.of(0), varint(sizes.length), ...records]);
  const padded = Buffer.concat([index, Buffer.alloc((4 - (index.length % 4)) % 4), Buffer.alloc(4)]);
  const footer = Buffer.concat([Buffer.alloc(4), uint32(padded.length / 4 - 1), Buffer.of(0, 4), Buffer.from('YZ')]);
  const head = Buffer.concat([Buffer.of(0xfd), Buffer.from('7zXZ\0'), Buffer.of(0, 4), Buffer.alloc(4)]);
  return new Uint8Array(Buffer.concat([head, Buffer.alloc(blockLength * sizes.length), padded, footer]));
}
