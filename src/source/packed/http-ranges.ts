/** A file on an HTTP server, read by ranges. */
import { messageOf } from '../../error';
import { bytesWithin } from '../range';
import { type ByteSource, SourceError } from '../source';
import type { Answer, HttpClient } from './http-client';

/** Bytes that are fetched and kept together. */
export const pieceBytes = 2 ** 18;
/** Pieces that are kept: 64 MiB. */
const mostPieces = 256;
/** Pieces that one request fetches at most. */
const mostAtOnce = 16;
/** Pieces of one read that are fetched before the next ones. */
const window = 64;
const mostRequests = 8;

/** What identifies a version of the file. */
export interface Version {
  size: number;
  etag: string | null;
  modified: string | null;
}

/** The range and the total of an answer, null for one without a total; undefined where the header is missing or invalid. */
export function rangeOf(headers: Headers): { first: number; last: number; total: number | null } | undefined {
  const found = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (found === null) return undefined;
  const total = found[3] === '*' ? null : Number(found[3]);
  return { first: Number(found[1]), last: Number(found[2]), total };
}

/** Reads a body that must have exactly the length of `into`; a promise of false if it has fewer. */
export async function readBody(answer: Answer, into: Uint8Array, tooMuch: () => SourceError): Promise<boolean> {
  let done = 0;
  for await (const chunk of answer.body()) {
    if (chunk.length > into.length - done) throw tooMuch();
    into.set(chunk, done);
    done += chunk.length;
  }
  return done === into.length;
}

/** Lets so many run at the same time, the others later in their order. */
class Turnstile {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async pass<T>(act: () => Promise<T>): Promise<T> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free--;
    try {
      return await act();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}

class Ranges {
  /** By number, the most recently used last. */
  private readonly kept = new Map<number, Uint8Array>();
  private readonly coming = new Map<number, Promise<Uint8Array>>();
  private readonly turnstile = new Turnstile(mostRequests);
  /** Why no more reads are possible: bytes of two versions must not be mixed, and each attempt can take minutes. */
  private failure: SourceError | undefined;

  constructor(
    private readonly client: HttpClient,
    private readonly version: Version,
    first: Uint8Array,
  ) {
    this.kept.set(0, first);
  }

  close(): void {
    this.failure ??= this.client.error('it was closed');
    this.kept.clear();
    this.client.close();
  }

  async read(at: number, into: Uint8Array): Promise<number> {
    const length = bytesWithin(this.version.size, at, into.length);
    const last = Math.floor((at + length - 1) / pieceBytes);
    try {
      for (let from = Math.floor(at / pieceBytes); length > 0 && from <= last; from += window) {
        const pieces = this.pieces(from, Math.min(last, from + window - 1));
        // one that fails must not leave others without a handler
        for (const piece of pieces) void piece.catch(() => {});
        for (const [i, coming] of pieces.entries()) {
          const start = (from + i) * pieceBytes - at;
          const bytes = (await coming).subarray(Math.max(0, -start));
          into.set(bytes.subarray(0, length - Math.max(0, start)), Math.max(0, start));
        }
      }
    } catch {
      throw new SourceError(this.failure!.message, at, length);
    }
    return length;
  }

  private pieces(from: number, to: number): Promise<Uint8Array>[] {
    const found: Promise<Uint8Array>[] = [];
    for (let number = from; number <= to; number++) {
      const known = this.kept.get(number);
      if (known !== undefined) {
        this.keep(number, known);
        found.push(Promise.resolve(known));
        continue;
      }
      if (!this.coming.has(number)) this.request(number, to);
      found.push(this.coming.get(number)!);
    }
    return found;
  }

  private keep(number: number, bytes: Uint8Array): void {
    this.kept.delete(number);
    this.kept.set(number, bytes);
    if (this.kept.size <= mostPieces) return;
    const [oldest] = this.kept.keys();
    this.kept.delete(oldest!);
  }

  /** Fetches pieces from `first` that are not known, up to `to`. */
  private request(first: number, to: number): void {
    let last = first;
    while (last < to && last - first < mostAtOnce - 1 && !this.kept.has(last + 1) && !this.coming.has(last + 1)) last++;
    const fetched = this.turnstile
      .pass(() => this.fetch(first, last))
      .catch((error: unknown) => {
        this.failure ??= error instanceof SourceError ? error : this.client.error(messageOf(error));
        throw error;
      });
    for (let number = first; number <= last; number++) {
      const start = (number - first) * pieceBytes;
      const piece = fetched.then((bytes) => {
        // a copy: a part would keep the memory of all
        const own = first === last ? bytes : bytes.slice(start, start + pieceBytes);
        if (this.failure === undefined) this.keep(number, own);
        return own;
      });
      this.coming.set(number, piece);
      const over = () => this.coming.delete(number);
      piece.then(over, over);
    }
  }

  private async fetch(firstPiece: number, lastPiece: number): Promise<Uint8Array> {
    const { client, version } = this;
    const { size, etag, modified } = version;
    const first = firstPiece * pieceBytes;
    const last = Math.min(size, (lastPiece + 1) * pieceBytes) - 1;
    if (this.failure !== undefined) throw this.failure;
    // a weak tag does not promise the same bytes
    const validator = etag !== null && !etag.startsWith('W/') ? etag : modified;
    const headers: Record<string, string> = { range: `bytes=${first}-${last}` };
    if (validator !== null) headers['if-range'] = validator;
    const into = new Uint8Array(last - first + 1);
    return client.get(headers, [412, 416], async (answer) => {
      const { status } = answer;
      const range = rangeOf(answer.headers);
      const isOther =
        answer.headers.get('etag') !== etag ||
        answer.headers.get('last-modified') !== modified ||
        (status === 206 && range !== undefined && range.total !== null && range.total !== size);
      if (status !== 206 && validator === null && !isOther) throw client.error('the server sends no ranges any more');
      if (status !== 206 || isOther) throw client.error('the file changed on the server during the check');
      if (range?.first !== first || range.last !== last)
        throw client.error(`the server did not send the bytes ${first} to ${last} that were asked for`);
      const tooMuch = () => client.error(`the server sent more than the bytes ${first} to ${last} that were asked for`);
      if (!(await readBody(answer, into, tooMuch)))
        throw client.error(`the server sent fewer than the bytes ${first} to ${last} that were asked for`);
      return into;
    });
  }
}

/** The file that a server has at a URL, whose first piece is known. */
export function rangeSource(client: HttpClient, version: Version, first: Uint8Array): ByteSource {
  client.release();
  const ranges = new Ranges(client, version, first);
  const read = (at: number, into: Uint8Array) => ranges.read(at, into);
  return { size: version.size, read, readAsync: read, slow: true, close: () => ranges.close() };
}
