/** What can be asked of an image that is opened, and what is known of a compressed one. */
import { requireSize } from '../range';
import type { ByteSource } from '../source';
import type { PackedFormat } from './formats';

/** Options of `openImageFile`; they have no effect on a file that is not compressed. */
export interface OpenImageOptions {
  /** Stops the decompression. It has no effect on the returned source. */
  signal?: AbortSignal;
  /**
   * Largest number of decompressed bytes in memory, before a temporary file is used; 64 MiB by default, at most 2 GiB.
   */
  memoryLimit?: number;
  /** Folder of the temporary file; the system's default may be in memory and small. */
  tempDir?: string;
  /** Refuse a file that decompresses to more bytes than this; 1 TiB by default. */
  maxSize?: number;
  /** Called now and then with the compressed bytes that were read, and how many there are; `total` is 0 if that is unknown. */
  onProgress?: (step: { done: number; total: number }) => void;
}

/** What is known of the compressed form of an image. */
export interface PackedFacts {
  format: PackedFormat;
  /** Bytes; null for a stream that did not state it and was not read to its end. */
  packedSize: number | null;
  /** A clause if it could not be unpacked completely: `its xz data is truncated: 1,234,567 bytes came out`. */
  damage?: string;
}

/** An image that was opened. */
export interface OpenedInput {
  source: ByteSource;
  /** Absent if it is not compressed. */
  packed?: PackedFacts;
}

/** The options with their defaults. */
export interface Settings {
  signal: AbortSignal | undefined;
  memoryLimit: number;
  /** The system's default if undefined. */
  tempDir: string | undefined;
  maxSize: number;
  onProgress: OpenImageOptions['onProgress'];
}

/** @throws RangeError for limits that are not sizes */
export function settingsOf(options: OpenImageOptions): Settings {
  const { signal, memoryLimit = 2 ** 26, tempDir, maxSize = 2 ** 40, onProgress } = options;
  requireSize('memoryLimit', memoryLimit);
  requireSize('maxSize', maxSize);
  return { signal, memoryLimit: Math.min(memoryLimit, 2 ** 31), tempDir, maxSize, onProgress };
}
