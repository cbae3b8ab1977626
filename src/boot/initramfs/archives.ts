/** Checks an initramfs as the kernel unpacks it: a sequence of archives, plain or packed. */
import { isAllZero } from '../../bytes/bitmap';
import type { Inflate } from '../../platform/inflation';
import { ByteStream } from '../byte-stream';
import { type Compression, compressionOf, magicLength, unpackMessages } from './compression';
import { type CpioSeen, checkCpio, isCpio, isOldCpio, nothingSeen } from './cpio';
import { checkFrames, hasEnd } from './frames';
import { checkMember, type MemberResult, type ReadFrom } from './gzip-member';

const maxArchives = 64;
/** Fewer NUL bytes at the end of a packed archive may be coincidence. */
const fewBytes = 64;

export interface ArchiveFact {
  /** First byte in the file. */
  at: number;
  /** Bytes; -1 if the end is unknown. */
  length: number;
  kind: 'cpio' | Compression;
  /** Files in it; -1 if it was not unpacked. */
  files: number;
}

export interface InitramfsFault {
  /** `damaged`: part is invalid; `truncated`: the end is missing; `unknown`: no archive is recognised. */
  kind: 'damaged' | 'truncated' | 'unknown';
  /** First byte that is wrong, or of the archive. */
  at: number;
  /** What is wrong, as a clause. */
  why: string;
  /** What the kernel prints. */
  console: string;
}

export interface InitramfsFacts {
  archives: ArchiveFact[];
  fault: InitramfsFault | null;
  seen: CpioSeen;
  /** Formats of the archives that were not unpacked, so that their content is unknown. */
  unread: Compression[];
  /** An archive has too much content to be read to its end. */
  isTooLarge: boolean;
}

export interface InitramfsFile {
  readonly size: number;
  /** Bytes of a block of the file system that contains it. */
  readonly blockSize: number;
  bytes(from?: number): AsyncIterable<Uint8Array>;
}

const failed = (why: string): string => `Initramfs unpacking failed: ${why}`;

/** Finds the first block of the file that contains only NUL, while packed data is read. */
class NulBlocks {
  /** First byte of the block; -1 if there is none. */
  at = -1;
  private run = 0;

  constructor(
    private readonly blockSize: number,
    private readonly size: number,
  ) {}

  add(piece: Uint8Array, at: number): void {
    for (let done = 0; done < piece.length && this.at < 0 && at + done < this.size; ) {
      const place = at + done;
      const blockStart = place - (place % this.blockSize);
      const end = Math.min(blockStart + this.blockSize, this.size);
      const length = Math.min(end - place, piece.length - done);
      this.run = isAllZero(piece.subarray(done, done + length)) ? this.run + length : -this.blockSize;
      if (place + length === end) {
        if (this.run >= Math.min(this.blockSize, Math.max(fewBytes, end - blockStart))) this.at = blockStart;
        this.run = 0;
      }
      done += length;
    }
  }
}

/** Checks all archives of an initramfs. `inflate` unpacks gzip; without it, packed archives are checked by their frames. */
export async function readInitramfs(file: InitramfsFile, inflate: Inflate | undefined): Promise<InitramfsFacts> {
  const facts: InitramfsFacts = { archives: [], fault: null, seen: nothingSeen(), unread: [], isTooLarge: false };
  for (let at = 0; at < file.size && facts.archives.length < maxArchives; ) {
    const stream = new ByteStream(file.bytes(at), at);
    const zeros = await stream.skipZeros();
    const head = await stream.peek(magicLength);
    const start = stream.position;
    const done = head.length === 0;
    // the kernel expects cpio at multiples of four only
    const plain = isCpio(head) && start % 4 === 0;
    let end = -1;
    if (!done && plain) end = await plainArchive(stream, facts);
    await stream.close();
    if (done) {
      if (facts.archives.length === 0) facts.fault = unknownAt(0, 'it contains only NUL bytes');
      break;
    }
    if (!plain) end = await packedArchive(file, start, head, zeros, inflate, facts);
    if (facts.fault !== null || end < 0) break;
    at = end;
  }
  if (file.size === 0) facts.fault = unknownAt(0, 'it is empty');
  return facts;
}

const unknownAt = (at: number, why: string): InitramfsFault => ({
  kind: 'unknown',
  at,
  why,
  console: failed('invalid magic at start of compressed archive'),
});

async function plainArchive(stream: ByteStream, facts: InitramfsFacts): Promise<number> {
  const at = stream.position;
  const before = facts.seen.files;
  const why = await checkCpio(stream, facts.seen);
  const end = stream.position;
  facts.archives.push({ at, length: why === null ? end - at : -1, kind: 'cpio', files: facts.seen.files - before });
  if (why !== null) {
    const kind = /truncated|trailer/.test(why) ? 'truncated' : 'damaged';
    const console = failed(kind === 'truncated' ? 'unexpected EOF' : 'no cpio magic');
    facts.fault = { kind, at: end, why: `in the archive at byte ${at}, ${why}`, console };
  }
  return end;
}

async function packedArchive(
  file: InitramfsFile,
  at: number,
  head: Uint8Array,
  zeros: number,
  inflate: Inflate | undefined,
  facts: InitramfsFacts,
): Promise<number> {
  const kind = compressionOf(head);
  if (kind === null) {
    const where = facts.archives.length === 0 && zeros === 0 ? 'its first bytes' : `the bytes at offset ${at}`;
    const old = isOldCpio(head);
    const format = old ? 'an old cpio format that kernels do not unpack' : 'not an archive that a kernel unpacks';
    facts.fault = unknownAt(at, `${where} are ${format}`);
    if (old) facts.fault.console = failed('incorrect cpio method used: use -H newc option');
    else if (facts.archives.length > 0) facts.fault.console = failed('junk within compressed archive');
    return -1;
  }
  const nul = new NulBlocks(file.blockSize, file.size);
  let result: MemberResult;
  const before = facts.seen.files;
  let inner: string | null = null;
  if (kind === 'gzip' && inflate !== undefined) {
    const readFrom: ReadFrom = (from) => file.bytes(from);
    result = await checkMember(readFrom, at, inflate, async (stream) => {
      inner = await innerArchives(stream, facts.seen);
    });
  } else {
    facts.unread.push(kind);
    const stream = new ByteStream(file.bytes(at), at, (piece, from) => nul.add(piece, from));
    const fault = await checkFrames(kind, stream);
    const end = hasEnd(kind) ? stream.position : file.size;
    await stream.close();
    result = { end, fault };
  }
  if (result.isTooLarge) {
    facts.isTooLarge = true;
    facts.unread.push(kind);
  }
  const files = facts.unread.includes(kind) ? -1 : facts.seen.files - before;
  facts.archives.push({ at, length: result.fault === null ? result.end - at : -1, kind, files });
  const console = failed(unpackMessages[kind]);
  if (nul.at >= 0 && nul.at < result.end && nul.at + fewBytes > at) {
    const why = `the block at byte ${nul.at} of its ${kind} data is all NUL`;
    facts.fault = { kind: 'damaged', at: nul.at, why, console };
  } else if (result.fault !== null) {
    const fault = /truncated|ends before|no end/.test(result.fault) ? 'truncated' : 'damaged';
    facts.fault = { kind: fault, at, why: `in the ${kind} archive at byte ${at}, ${result.fault}`, console };
  } else if (inner !== null) {
    const why = `inside the ${kind} archive at byte ${at}, ${inner}`;
    facts.fault = { kind: 'damaged', at, why, console: failed('junk within compressed archive') };
  }
  return result.end;
}

/** Checks the cpio archives inside packed data, with zeros between them. Returns what is wrong, or null. */
async function innerArchives(stream: ByteStream, seen: CpioSeen): Promise<string | null> {
  for (let count = 0; ; count++) {
    await stream.skipZeros();
    const head = await stream.peek(magicLength);
    if (head.length === 0) return count > 0 ? null : 'there is no archive';
    if (!isCpio(head)) return `there is no archive at byte ${stream.position}`;
    const why = await checkCpio(stream, seen);
    if (why !== null) return why;
  }
}
