/** qcow2 images made by hand: header, tables and clusters, each of which a test can make wrong. */
import { deflateRawSync } from 'node:zlib';

/** What a cluster of the disk is. */
export type Cluster =
  | { data: Uint8Array }
  /** Deflated, without a gap after the last one. */
  | { packed: Uint8Array }
  /** Compressed bytes as they are. */
  | { stored: Uint8Array }
  | { zero: true }
  /** The words of the entry: two, or four if entries are extended. */
  | { entry: readonly number[] };

export interface Qcow2Recipe {
  version?: number;
  clusterBits?: number;
  size: number;
  /** By number; others are unallocated. */
  clusters?: Readonly<Record<number, Cluster>>;
  /** Entries have a bitmap of subclusters; the words, zero and allocated, by number of the cluster. */
  extended?: Readonly<Record<number, readonly [zero: number, allocated: number]>>;
  backing?: string;
  backingFormat?: string;
  /** Name of the data file: clusters are in it, at the same place. */
  dataFile?: string;
  /** Other incompatible features. */
  incompatible?: number;
  compressionType?: number;
  /** Other header extensions. */
  extensions?: readonly (readonly [type: number, data: Uint8Array])[];
}

export interface Qcow2Image {
  image: Buffer;
  l1At: number;
  /** Byte of the L2 entry of a cluster. */
  entryAt(cluster: number): number;
  /** Byte of the image where the data of a cluster starts. */
  dataAt: Map<number, number>;
  /** The data file, if there is one. */
  data: Buffer;
}

export function makeQcow2(recipe: Qcow2Recipe): Qcow2Image {
  const { version = 3, clusterBits = 9, size, clusters = {}, extended, backing, dataFile } = recipe;
  const clusterBytes = 2 ** clusterBits;
  const entryBytes = extended ? 16 : 8;
  const perTable = clusterBytes / entryBytes;
  const count = Math.ceil(size / clusterBytes);
  const tables = Math.ceil(count / perTable);
  const l1At = clusterBytes;
  const l1Clusters = Math.max(1, Math.ceil((tables * 8) / clusterBytes));
  const l2At = l1At + l1Clusters * clusterBytes;
  const parts: Buffer[] = [];
  let end = l2At + tables * clusterBytes;
  const head = Buffer.alloc(end);
  const data = Buffer.alloc(dataFile === undefined ? 0 : size);
  const dataAt = new Map<number, number>();
  const add = (bytes: Uint8Array): number => {
    parts.push(Buffer.from(bytes));
    end += bytes.length;
    return end - bytes.length;
  };
  const put64 = (value: number, at: number): void => void head.writeBigUInt64BE(BigInt(value), at);
  const entryAt = (number: number): number => l2At + number * entryBytes;

  for (let i = 0; i < tables; i++) {
    put64(l2At + i * clusterBytes, l1At + i * 8);
    head[l1At + i * 8]! |= 0x80;
  }
  for (const [key, cluster] of Object.entries(clusters)) {
    const number = Number(key);
    const at = entryAt(number);
    if ('entry' in cluster) cluster.entry.forEach((word, i) => void head.writeUInt32BE(word >>> 0, at + i * 4));
    else if ('zero' in cluster) head[at + 7] = 1;
    else if ('data' in cluster && dataFile !== undefined) {
      data.set(cluster.data.subarray(0, size - number * clusterBytes), number * clusterBytes);
      put64(number * clusterBytes, at);
      head[at]! |= 0x80;
    } else if ('data' in cluster) {
      const padding = (clusterBytes - (end % clusterBytes)) % clusterBytes;
      add(new Uint8Array(padding));
      put64(end, at);
      head[at]! |= 0x80;
      dataAt.set(number, end);
      add(cluster.data);
    } else {
      const bytes = 'packed' in cluster ? deflateRawSync(cluster.packed) : cluster.stored;
      const from = add(bytes);
      dataAt.set(number, from);
      const sectors = Math.floor((from + bytes.length - 1) / 512) - Math.floor(from / 512);
      const high = 0x40000000 + sectors * 2 ** (38 - clusterBits) + Math.floor(from / 2 ** 32);
      head.writeUInt32BE(high, at);
      head.writeUInt32BE(from % 2 ** 32, at + 4);
    }
  }
  for (const [number, words] of Object.entries(extended ?? {}))
    words.forEach((word, i) => void head.writeUInt32BE(word >>> 0, entryAt(Number(number)) + 8 + i * 4));

  head.writeUInt32BE(0x514649fb, 0);
  head.writeUInt32BE(version, 4);
  head.writeUInt32BE(clusterBits, 20);
  put64(size, 24);
  head.writeUInt32BE(tables, 36);
  put64(l1At, 40);
  let at = 72;
  if (version > 2) {
    const { compressionType = 0, incompatible = 0 } = recipe;
    const bits = (dataFile === undefined ? 0 : 4) | (compressionType === 0 ? 0 : 8) | (extended ? 16 : 0);
    head.writeUInt32BE((incompatible | bits) >>> 0, 76);
    head.writeUInt32BE(4, 96);
    head.writeUInt32BE(112, 100);
    head[104] = compressionType;
    at = 112;
  }
  const extensions = [...(recipe.extensions ?? [])];
  if (recipe.backingFormat !== undefined) extensions.push([0xe2792aca, Buffer.from(recipe.backingFormat)]);
  if (dataFile) extensions.push([0x44415441, Buffer.from(dataFile)]);
  for (const [type, bytes] of extensions) {
    head.writeUInt32BE(type, at);
    head.writeUInt32BE(bytes.length, at + 4);
    head.set(bytes, at + 8);
    at += 8 + Math.ceil(bytes.length / 8) * 8;
  }
  if (backing !== undefined) {
    put64(at + 8, 8);
    head.writeUInt32BE(Buffer.byteLength(backing), 16);
    head.write(backing, at + 8);
  }
  return { image: Buffer.concat([head, ...parts]), l1At, entryAt, dataAt, data };
}
