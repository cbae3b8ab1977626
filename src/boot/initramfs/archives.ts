/** An initramfs as the kernel unpacks it: archives one after the other, plain or packed, each recognised and walked. */
import { isAllZero } from '../../bytes/bitmap';
import type { Inflate } from '../../platform/inflation';
import { ByteStream } from '../byte-stream';
import { type Compression, compressionOf, magicLength, unpackMessages } from './compression';
import { type CpioSeen, isCpio, isOldCpio, nothingSeen, walkCpio } from './cpio';
import { hasEnd, walkFrames } from './frames';
import { checkMember, type ReadFrom } from './gzip-member';

/** Archives looked at; real files have one to three. */
const maxArchives = 64;
/** Fewer bytes of a packed archive that are NUL at the end of a block may be chance. */
const fewBytes = 64;

export interface ArchiveFact {
  /** First byte in the file. */
  at: number;
  /** Bytes; -1 when the end is not known. */
  length: number;
  kind: 'cpio' | Compression;
  /** Files in it; -1 where it was not unpacked. */
  files: number;
}

export interface InitramfsFault {
  /** `damaged` in the middle, `truncated` at the end, `unknown` where no archive is recognised. */
  kind: 'damaged' | 'truncated' | 'unknown';
  at: number;
  /** A clause. */
  why: string;
  /** What the kernel prints. */
  console: string;
}

export interface InitramfsFacts {
  archives: ArchiveFact[];
  fault: InitramfsFault | null;
  seen: CpioSeen;
  /** Names of formats whose content was not unpacked, so that what is in it is not known. */
  unread: Compression[];
}

/** The file that is walked. */
export interface InitramfsFile {
  readonly size: number;
  /** Bytes of a block of the file system that holds it. */
  readonly blockSize: number;
  bytes(from?: number): AsyncIterable<Uint8Array>;
}

const failed = (why: string): string => `Initramfs unpacking failed: ${why}`;

/** Notes blocks of the file that are wholly NUL, for as long as packed data is being read. */
class NulBlocks {
  /** First byte of the first such block, -1 when there is none. */
  at = -1;
  private run = 0;

  constructor(
    private readonly blockSize: number,
    private readonly size: number,
  ) {}

  see(piece: Uint8Array, at: number): void {
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

/** Walks all archives of an initramfs. `inflate` unpacks gzip; without it packed archives are judged by their frames. */
export async function readInitramfs(file: InitramfsFile, inflate: Inflate | undefined): Promise<InitramfsFacts> {
  const facts: InitramfsFacts = { archives: [], fault: null, seen: nothingSeen(), unread: [] };
  for (let at = 0; at < file.size && facts.archives.length < maxArchives; ) {
    const stream = new ByteStream(file.bytes(at), at);
    const zeros = await stream.skipZeros();
    const head = await stream.peek(magicLength);
    const start = stream.position;
    const done = head.length === 0;
    // the kernel looks for cpio at multiples of four only
    const plain = isCpio(head) && start % 4 === 0;
    let end = -1;
    if (!done && plain) end = await plainArchive(stream, facts);
    await stream.close();
    if (done) {
      if (facts.archives.length === 0) facts.fault = unknownAt(0, 'it holds only NUL bytes');
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
  const why = await walkCpio(stream, facts.seen);
  const end = stream.position;
  facts.archives.push({ at, length: why === null ? end - at : -1, kind: 'cpio', files: facts.seen.files - before });
  if (why !== null) {
    const kind = /cut off|trailer/.test(why) ? 'truncated' : 'damaged';
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
    const where = facts.archives.length === 0 && zeros === 0 ? 'its first bytes' : `its bytes from ${at} on`;
    const old = isOldCpio(head);
    facts.fault = unknownAt(
      at,
      `${where} are of no archive that a kernel unpacks${old ? ', but of an old form of cpio' : ''}`,
    );
    if (old) facts.fault.console = failed('incorrect cpio method used: use -H newc option');
    else if (facts.archives.length > 0) facts.fault.console = failed('junk within compressed archive');
    return -1;
  }
  const nul = new NulBlocks(file.blockSize, file.size);
  let result: { end: number; fault: string | null };
  const before = facts.seen.files;
  let inner: string | null = null;
  if (kind === 'gzip' && inflate !== undefined) {
    const readFrom: ReadFrom = (from) => file.bytes(from);
    result = await checkMember(readFrom, at, inflate, async (stream) => {
      inner = await innerArchives(stream, facts.seen);
    });
  } else {
    facts.unread.push(kind);
    const stream = new ByteStream(file.bytes(at), at, (piece, from) => nul.see(piece, from));
    const walked = kind === 'gzip' ? await toEnd(stream) : await walkFrames(kind, stream);
    const end = kind === 'gzip' || !hasEnd(kind) ? file.size : stream.position;
    await stream.close();
    result = { end, fault: walked };
  }
  const files = facts.unread.includes(kind) ? -1 : facts.seen.files - before;
  const sound = result.fault === null;
  facts.archives.push({ at, length: sound ? result.end - at : -1, kind, files });
  const message = failed(unpackMessages[kind]);
  if (nul.at >= 0 && nul.at < result.end && nul.at + fewBytes > at)
    facts.fault = {
      kind: 'damaged',
      at: nul.at,
      why: `the block at byte ${nul.at} of its ${kind} data is all NUL`,
      console: message,
    };
  else if (!sound)
    facts.fault = {
      kind: /cut off|ends before|no end/.test(result.fault!) ? 'truncated' : 'damaged',
      at,
      why: `in the ${kind} archive at byte ${at}, ${result.fault}`,
      console: message,
    };
  else if (inner !== null)
    facts.fault = {
      kind: 'damaged',
      at,
      why: `inside the ${kind} archive at byte ${at}, ${inner}`,
      console: failed('junk within compressed archive'),
    };
  return result.end;
}

async function toEnd(stream: ByteStream): Promise<null> {
  while ((await stream.next()) !== null);
  return null;
}

/** Cpio archives inside packed data, with zeros between them. */
async function innerArchives(stream: ByteStream, seen: CpioSeen): Promise<string | null> {
  for (let count = 0; ; count++) {
    await stream.skipZeros();
    const head = await stream.peek(magicLength);
    if (head.length === 0) return count > 0 ? null : 'there is nothing';
    if (!isCpio(head)) return `at byte ${stream.position}, no archive is`;
    const why = await walkCpio(stream, seen);
    if (why !== null) return why;
  }
}
