/** Opens an image on an HTTP server: by ranges where the server sends them, as a stream where it does not or it is compressed. */
import { memorySource } from '../memory';
import { formatOf, type PackedFormat } from './formats';
import { type Answer, HttpClient, type HttpTimes, Passing, usualTimes } from './http-client';
import { pieceBytes, rangeOf, rangeSource, readBody, type Version } from './http-ranges';
import type { Settings } from './options';
import { openInputStream, streamInput } from './stream';
import type { Unpacked } from './unpack';

type Opened = Partial<Unpacked> & Pick<Unpacked, 'source'>;

/** The total by the header of a complete answer. */
function lengthOf(client: HttpClient, headers: Headers): number | null {
  const text = headers.get('content-length');
  if (text === null) return null;
  return requireSize(client, /^\d+$/.test(text) ? Number(text) : Number.NaN);
}

function requireSize(client: HttpClient, size: number): number {
  if (Number.isSafeInteger(size)) return size;
  throw client.error('the server states a size that is invalid or larger than 2^53 bytes');
}

/** All of an answer, as it comes. */
function openBody(client: HttpClient, answer: Answer, settings: Settings): Promise<Opened> {
  const size = lengthOf(client, answer.headers);
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    let done = 0;
    const ends = (why: string) => client.error(`${why} after ${done} bytes${size === null ? '' : ` of ${size}`}`, done);
    try {
      for await (const chunk of answer.body()) {
        done += chunk.length;
        if (size !== null && done > size) throw ends('the server did not stop');
        yield chunk;
      }
    } catch (error) {
      throw error instanceof Passing ? ends(error.message) : error;
    }
    if (size !== null && done < size) throw ends('the server ended it');
  }
  return openInputStream(
    streamInput(client.shown, size, chunks(), () => answer.cancel()),
    settings,
  );
}

/** What the first request shows. */
type Start =
  | { kind: 'stream'; answer: Answer }
  | { kind: 'ranges'; size: number; first: Uint8Array; format: PackedFormat | null; headers: Headers };

async function startOf(client: HttpClient, answer: Answer): Promise<Start> {
  const { status, headers } = answer;
  if (status === 200) return { kind: 'stream', answer };
  const nothing = new Uint8Array(0);
  if (status === 416) {
    answer.cancel();
    if (headers.get('content-range') !== 'bytes */0') throw client.error('the server refuses its first bytes');
    return { kind: 'ranges', size: 0, first: nothing, format: null, headers };
  }
  const range = rangeOf(headers);
  if (range === undefined || range.first !== 0) throw client.error('the server did not send the first bytes');
  const total = range.total === null ? null : requireSize(client, range.total);
  // without a total it cannot be read by ranges: the request for all of it shows its end
  const length = total === null ? range.last + 1 : Math.min(total, pieceBytes);
  if (length > pieceBytes || range.last + 1 !== length) throw client.error('the server did not send the first bytes');
  const first = new Uint8Array(length);
  const tooMuch = () => client.error(`the server sent more than the ${length} bytes that were asked for`);
  if (!(await readBody(answer, first, tooMuch)))
    throw client.error(`the server sent fewer than the ${length} bytes that were asked for`);
  const format = await formatOf(memorySource(first), total !== length);
  return { kind: 'ranges', size: total ?? Number.NaN, first, format, headers };
}

const versionOf = (size: number, headers: Headers): Version => ({
  size,
  etag: headers.get('etag'),
  modified: headers.get('last-modified'),
});

/** The image at a URL, unpacked if it is compressed. */
export async function openUrl(url: string, settings: Settings, times: HttpTimes = usualTimes): Promise<Opened> {
  const client = new HttpClient(url, times, settings.signal);
  let isKept = false;
  try {
    const range = { range: `bytes=0-${pieceBytes - 1}` };
    const start = await client.get(range, [416], (answer) => startOf(client, answer));
    if (start.kind === 'stream') return await openBody(client, start.answer, settings);
    const version = versionOf(start.size, start.headers);
    if (start.format === null && Number.isSafeInteger(start.size)) {
      isKept = true;
      return { source: rangeSource(client, version, start.first) };
    }
    const whole = await client.get({}, [], (answer) => answer);
    const { etag, modified } = versionOf(start.size, whole.headers);
    if (whole.status !== 200) throw client.error('the server does not send all of it');
    if (etag !== version.etag || modified !== version.modified) throw client.error('the file changed on the server');
    return await openBody(client, whole, settings);
  } catch (error) {
    settings.signal?.throwIfAborted();
    throw error;
  } finally {
    if (!isKept) client.close();
  }
}
