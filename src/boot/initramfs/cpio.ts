/** Walks a cpio archive of the newc kind, the one that kernels unpack into the first root. */

import type { ByteStream } from '../byte-stream';
import { decodeUtf8 } from '../text-of';

const headerLength = 110;
/** Longest name that is looked at; the kernel's own limit for paths. */
const maxName = 4096;

/** What is known of the files that the kernel starts with. */
export interface CpioSeen {
  files: number;
  /** Its `init`: mode as stored, or null when there is none. */
  initMode: number | null;
  /** It brings systemd, whose messages are other ones. */
  systemd: boolean;
}

export const nothingSeen = (): CpioSeen => ({ files: 0, initMode: null, systemd: false });

/** Whether the next bytes are the magic of newc, with or without checksums. */
export const isCpio = (head: Uint8Array): boolean =>
  [0x30, 0x37, 0x30, 0x37, 0x30].every((byte, i) => head[i] === byte) && (head[5] === 0x31 || head[5] === 0x32);

/** Whether they are that of the old forms of cpio, which kernels refuse. */
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
 * Walks entries up to the trailer, adding to `seen`. Returns what is wrong, as a clause, or null at a sound end.
 * The stream stands behind the trailer then. Offsets count from the first byte of the archive.
 */
export async function walkCpio(stream: ByteStream, seen: CpioSeen): Promise<string | null> {
  const start = stream.position;
  for (;;) {
    const at = stream.position - start;
    const header = await stream.peek(headerLength);
    if (header.length < headerLength) return `it ends at byte ${at} without a trailer`;
    if (!isCpio(header)) return `at byte ${at}, where a file should start, no header is`;
    const [mode, size, nameSize] = [number(header, 1), number(header, 6), number(header, 11)];
    if (mode < 0 || size < 0 || nameSize <= 0 || nameSize > maxName) return `the header at byte ${at} makes no sense`;
    await stream.skip(headerLength);
    const raw = await stream.take(nameSize);
    if (raw === null || raw[nameSize - 1] !== 0) return `the name at byte ${at} is cut off`;
    const name = decodeUtf8(raw.subarray(0, nameSize - 1));
    await stream.skip(-(headerLength + nameSize) & 3);
    if (name === 'TRAILER!!!') return null;
    seen.files++;
    const path = name.replace(/^\.?\//, '');
    if (path === 'init') seen.initMode = mode;
    if (path === 'usr/lib/systemd/systemd' || path === 'lib/systemd/systemd') seen.systemd = true;
    if (!(await stream.skip(size)) || !(await padding(stream, size)))
      return `the content of ${path.slice(0, 80)} at byte ${at} is cut off`;
  }
}

/** The last file of a stream that ends there may go without its padding. */
async function padding(stream: ByteStream, size: number): Promise<boolean> {
  const count = -size & 3;
  return count === 0 || (await stream.skip(count));
}
