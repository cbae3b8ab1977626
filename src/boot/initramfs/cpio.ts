/** Checks a cpio archive in newc format, which kernels unpack into the first root. */

import type { ByteStream } from '../byte-stream';
import { decodeUtf8 } from '../text-of';

const headerLength = 110;
/** Longest name, in bytes: the kernel's limit for paths. */
const maxName = 4096;

/** What the archives of an initramfs contain. */
export interface CpioSeen {
  files: number;
  /** The mode of `init`; null if there is none. */
  initMode: number | null;
  /** It contains systemd, which prints other messages. */
  systemd: boolean;
}

export const nothingSeen = (): CpioSeen => ({ files: 0, initMode: null, systemd: false });

/** Whether the bytes are the magic number of newc, with or without checksums. */
export const isCpio = (head: Uint8Array): boolean =>
  [0x30, 0x37, 0x30, 0x37, 0x30].every((byte, i) => head[i] === byte) && (head[5] === 0x31 || head[5] === 0x32);

/** Whether the bytes are the magic number of the old cpio formats, which kernels refuse. */
export const isOldCpio = (head: Uint8Array): boolean =>
  [0x30, 0x37, 0x30, 0x37, 0x30, 0x37].every((byte, i) => head[i] === byte);

function number(header: Uint8Array, index: number): number {
  let value = 0;
  for (let i = 6 + index * 8; i < 14 + index * 8; i++) {
    const byte = header[i]!;
    const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte >= 0x41 && byte <= 0x46 ? byte | 0x20 : byte));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/**
 * Checks the entries up to the trailer and adds them to `seen`. Returns what is wrong, as a clause, or null if the archive
 * is sound; the stream is then after the trailer. Offsets are from the first byte of the archive.
 */
export async function checkCpio(stream: ByteStream, seen: CpioSeen): Promise<string | null> {
  const start = stream.position;
  for (;;) {
    const at = stream.position - start;
    const header = await stream.peek(headerLength);
    if (header.length < headerLength) return `it ends at byte ${at} without a trailer`;
    if (!isCpio(header)) return `there is no header at byte ${at}, where a file should start`;
    const [mode, size, nameSize] = [number(header, 1), number(header, 6), number(header, 11)];
    if (mode < 0 || size < 0 || nameSize <= 0 || nameSize > maxName) return `the header at byte ${at} is invalid`;
    await stream.skip(headerLength);
    const raw = await stream.take(nameSize);
    if (raw === null || raw[nameSize - 1] !== 0) return `the name at byte ${at} is truncated`;
    const name = decodeUtf8(raw.subarray(0, nameSize - 1));
    await stream.skip(-(headerLength + nameSize) & 3);
    if (name === 'TRAILER!!!') return null;
    seen.files++;
    const path = name.replace(/^\.?\//, '');
    if (path === 'init') seen.initMode = mode;
    if (path === 'usr/lib/systemd/systemd' || path === 'lib/systemd/systemd') seen.systemd = true;
    if (!(await stream.skip(size)) || !(await padding(stream, size)))
      return `the content of ${path.slice(0, 80)} at byte ${at} is truncated`;
  }
}

/** The padding after a file; the last file of a stream may have none. */
async function padding(stream: ByteStream, size: number): Promise<boolean> {
  const count = -size & 3;
  return count === 0 || (await stream.skip(count));
}
