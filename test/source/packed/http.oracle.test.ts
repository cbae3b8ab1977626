/** Images on an HTTP server on this machine: ranges, streams, redirects, and servers that break, lie or are slow. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openUrl } from '../../../src/source/packed/http';
import type { HttpTimes } from '../../../src/source/packed/http-client';
import { openInput } from '../../../src/source/packed/open';
import { type OpenImageOptions, settingsOf } from '../../../src/source/packed/options';
import { shownUrl } from '../../../src/source/shown-url';
import { type ByteSource, SourceError } from '../../../src/source/source';
import { isInstalled } from '../../support/tools';
import { canListOpenFiles, holds, openFilesIn, readAll, sameBytes, sampleBytes, scratchFolder } from '../support';

const tempDir = scratchFolder();
const bytes = sampleBytes(3_000_001);
const packed = gzipSync(bytes);
const times: HttpTimes = { first: 400, idle: 400, pauses: [1, 5] };

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let handler: Handler;
/** Of each request: its path and the bytes it asked for. */
let requests: string[] = [];
let headers: IncomingMessage['headers'][] = [];
let server: Server;
let other: Server;
const sockets = new Set<Socket>();
let base = '';
let otherBase = '';

const listen = async (): Promise<Server> => {
  const made = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? 'all'}`);
    headers.push(request.headers);
    handler(request, response);
  });
  made.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return made;
};
const addressOf = (made: Server) => `127.0.0.1:${(made.address() as AddressInfo).port}`;

beforeAll(async () => {
  server = await listen();
  other = await listen();
  base = `http://${addressOf(server)}`;
  otherBase = `http://${addressOf(other)}`;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const made of [server, other]) made.close();
});
beforeEach(() => {
  requests = [];
  headers = [];
});
afterEach(() => {
  expect(readdirSync(tempDir)).toEqual([]);
  if (canListOpenFiles) expect(openFilesIn(tempDir)).toEqual([]);
});

interface Served {
  content?: Uint8Array;
  etag?: string | null;
  modified?: string;
  /** Changes the answer to a range. */
  twist?: (first: number, last: number) => { status?: number; range?: string; body?: Uint8Array; etag?: string };
}

/** A server with ranges. */
function ranges({ content = bytes, etag = '"v1"', modified, twist }: Served = {}): Handler {
  return (request, response) => {
    const tags = {
      ...(etag === null ? {} : { etag }),
      ...(modified === undefined ? {} : { 'last-modified': modified }),
    };
    const asked = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (asked === null) return void response.writeHead(200, { ...tags, 'content-length': content.length }).end(content);
    const first = Number(asked[1]);
    if (first >= content.length) {
      return void response.writeHead(416, { ...tags, 'content-range': `bytes */${content.length}` }).end();
    }
    const last = Math.min(Number(asked[2]), content.length - 1);
    const twisted = twist?.(first, last) ?? {};
    const body = twisted.body ?? content.subarray(first, last + 1);
    response.writeHead(twisted.status ?? 206, {
      ...tags,
      ...(twisted.etag === undefined ? {} : { etag: twisted.etag }),
      'content-range': twisted.range ?? `bytes ${first}-${last}/${content.length}`,
    });
    response.end(body);
  };
}

/** A server without ranges. */
const whole =
  (content: Uint8Array = bytes, length = true): Handler =>
  (_request, response) =>
    void response.writeHead(200, length ? { 'content-length': content.length } : {}).end(content);

const open = (url = `${base}/disk.img`, options: OpenImageOptions = {}) =>
  openUrl(url, settingsOf({ tempDir, ...options }), times);

async function failure(opening: Promise<unknown>): Promise<SourceError> {
  const error = await opening.catch((one: unknown) => one);
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
}

/** The bytes from `at`. */
async function part(source: ByteSource, at: number, length: number): Promise<Uint8Array> {
  const into = new Uint8Array(length);
  return into.subarray(0, await source.readAsync!(at, into));
}

describe('ranges', () => {
  test('only what is read is fetched, once', async () => {
    handler = ranges();
    const { source, packed: facts } = await open();
    expect(facts).toBeUndefined();
    expect([source.size, source.slow, source.locate, source.file]).toEqual([bytes.length, true, undefined, undefined]);
    expect(requests).toEqual(['/disk.img bytes=0-262143']);
    for (const [at, length] of [
      [5, 100],
      [262_140, 10],
      [2_999_990, 100],
      [262_144, 262_144],
      [3_000_001, 10],
      [2_000_000, 0],
    ] as const)
      expect(sameBytes(await part(source, at, length), bytes.subarray(at, at + length))).toBe(true);
    expect(requests.slice(1)).toEqual(['/disk.img bytes=262144-524287', '/disk.img bytes=2883584-3000000']);
    expect(headers[1]).toMatchObject({ 'if-range': '"v1"' });
    expect(headers.every((one) => /^identity(, identity)?$/.test(one['accept-encoding'] as string))).toBe(true);
    await source.close?.();
    await source.close?.();
    await expect(part(source, 0, 1)).rejects.toThrow('it was closed');
  });

  test('all of it, in one read and in many at the same time', async () => {
    let now = 0;
    let most = 0;
    handler = (request, response) => {
      most = Math.max(most, ++now);
      response.on('close', () => now--);
      setTimeout(() => ranges()(request, response), 5);
    };
    const { source } = await open();
    expect(await holds(source, bytes)).toBe(true);
    await source.close?.();
    most = 0;
    const again = (await open()).source;
    const reads = Array.from({ length: 64 }, (_, i) => part(again, i * 45_000, 45_000));
    const all = Buffer.concat(await Promise.all(reads));
    expect(sameBytes(all, bytes.subarray(0, all.length))).toBe(true);
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
    await again.close?.();
  });

  test('memory is bounded: what was read long ago is fetched again', async () => {
    const large = new Uint8Array(300 * 2 ** 18);
    handler = ranges({ content: large });
    const { source } = await open();
    expect(await holds(source, large)).toBe(true);
    const before = requests.length;
    await part(source, large.length - 100, 100);
    expect(requests.length).toBe(before);
    // 75 MiB do not fit into 64; a request that was repeated on a busy machine changes the order a little
    for (let i = 0; i < 32; i++) await part(source, i * 2 ** 18, 100);
    expect(requests.length).toBeGreaterThan(before);
    await source.close?.();
  });

  test('images that are empty or small', async () => {
    for (const length of [0, 1, 1000, 2 ** 18, 2 ** 18 + 1]) {
      handler = ranges({ content: bytes.subarray(0, length) });
      const { source } = await open();
      expect(await holds(source, bytes.subarray(0, length))).toBe(true);
      await source.close?.();
    }
  });

  test('by openInput', async () => {
    handler = ranges();
    const { source } = await openInput(`${base}/disk.img`);
    expect(await holds(source, bytes)).toBe(true);
    await source.close?.();
  });
});

describe('streams', () => {
  test.each([
    ['a server without ranges', whole()],
    ['one that states no length', whole(bytes, false)],
  ])('%s', async (_name, act) => {
    for (const memoryLimit of [0, 2 ** 26]) {
      handler = act;
      const steps: { done: number; total: number }[] = [];
      const { source, packed: facts } = await open(undefined, { memoryLimit, onProgress: (step) => steps.push(step) });
      expect(facts).toBeUndefined();
      expect(await holds(source, bytes)).toBe(true);
      expect(steps.at(-1)?.done).toBe(bytes.length);
      await source.close?.();
    }
    expect(requests.length).toBe(2);
  });

  test('a range without a total', async () => {
    handler = ranges({ twist: (first, last) => ({ range: `bytes ${first}-${last}/*` }) });
    const { source } = await open();
    expect(await holds(source, bytes)).toBe(true);
    await source.close?.();
  });

  test.each([
    ['with ranges', ranges({ content: packed })],
    ['without ranges', whole(packed)],
  ])('gzip from a server %s', async (_name, act) => {
    handler = act;
    const { source, packed: facts } = await open(`${base}/disk.img.gz`, { memoryLimit: 0 });
    expect(facts).toEqual({ format: 'gzip', packedSize: packed.length });
    expect(await holds(source, bytes)).toBe(true);
    await source.close?.();
  });

  test.skipIf(!isInstalled('xz', '--version'))('xz, whole and truncated', async () => {
    const content = execFileSync('xz', ['-0c'], { input: bytes, maxBuffer: 2 ** 28 });
    handler = ranges({ content });
    const { source } = await open();
    expect(await holds(source, bytes)).toBe(true);
    await source.close?.();
    handler = whole(content.subarray(0, content.length >> 1));
    const cut = await open();
    expect(cut.packed?.damage).toMatch(/^its xz data is truncated: [\d,]+ bytes came out$/);
    expect(sameBytes(await readAll(cut.source), bytes.subarray(0, cut.source.size))).toBe(true);
    await cut.source.close?.();
  });

  test('the size limit', async () => {
    for (const act of [whole(), whole(bytes, false)]) {
      handler = act;
      const error = await failure(open(undefined, { maxSize: 1_000_000 }));
      expect(error.message).toBe(`${base}/disk.img: has more than the 1000000 bytes allowed`);
    }
  });

  test('a connection that breaks is not the end of the image', async () => {
    for (const content of [bytes, packed])
      for (const stated of [true, false]) {
        handler = (_request, response) => {
          response.writeHead(200, stated ? { 'content-length': content.length } : {});
          response.write(content.subarray(0, 700_000), () => response.destroy());
        };
        const error = await failure(open(undefined, { memoryLimit: 0 }));
        expect(error.message).toMatch(
          /^cannot open http:.*\/disk\.img: the server closed the connection after \d+ bytes/,
        );
      }
  });
});

describe('the file changes', () => {
  test.each([
    ['its tag', { etag: '"v2"' }],
    ['its date', { modified: 'Tue, 02 Jan 2024 00:00:00 GMT' }],
    ['its size', { content: bytes.subarray(0, 2_900_000) }],
    ['it is smaller than before', { content: bytes.subarray(0, 100) }],
  ])('%s', async (_name, change) => {
    const before = { modified: 'Mon, 01 Jan 2024 00:00:00 GMT' };
    handler = ranges(before);
    const { source } = await open();
    await part(source, 2_000_000, 10);
    handler = ranges({ ...before, ...change });
    const error = await failure(part(source, 2_500_000, 500));
    expect(error.message).toBe(`cannot read ${base}/disk.img: the file changed on the server during the check`);
    expect([error.at, error.length]).toEqual([2_500_000, 500]);
    // also what is known already: bytes of two versions must not be mixed
    handler = ranges(before);
    const { length } = requests;
    await failure(part(source, 2_700_000, 10));
    expect(requests.length).toBe(length);
    await source.close?.();
  });

  test('the server honours If-Range', async () => {
    handler = ranges();
    const { source } = await open();
    handler = (request, response) => (request.headers['if-range'] === '"v1"' ? whole() : ranges())(request, response);
    expect((await failure(part(source, 2_000_000, 10))).message).toContain('the file changed on the server');
    await source.close?.();
  });

  test('a weak tag is compared, but not sent', async () => {
    handler = ranges({ etag: 'W/"v1"', modified: 'Mon, 01 Jan 2024 00:00:00 GMT' });
    const { source } = await open();
    await part(source, 1_000_000, 10);
    expect(headers.at(-1)).toMatchObject({ 'if-range': 'Mon, 01 Jan 2024 00:00:00 GMT' });
    handler = ranges({ etag: 'W/"v2"', modified: 'Mon, 01 Jan 2024 00:00:00 GMT' });
    expect((await failure(part(source, 2_000_000, 10))).message).toContain('the file changed');
    await source.close?.();
  });

  test('between the first bytes and the download', async () => {
    handler = (request, response) => ranges({ content: packed, etag: `"${requests.length}"` })(request, response);
    expect((await failure(open())).message).toContain('the file changed on the server');
  });

  test('no ranges any more, from a server without tags', async () => {
    handler = ranges({ etag: null });
    const { source } = await open();
    handler = whole();
    expect((await failure(part(source, 2_000_000, 10))).message).toContain('the server sends no ranges any more');
    await source.close?.();
  });
});

describe('servers that lie', () => {
  test.each([
    ['other bytes', (first: number, last: number) => ({ range: `bytes ${first + 1}-${last + 1}/${bytes.length}` })],
    ['no range', () => ({ range: 'bytes of it' })],
    ['fewer bytes', (first: number, last: number) => ({ body: bytes.subarray(first, last - 5) })],
    ['more bytes', (first: number, last: number) => ({ body: bytes.subarray(first, last + 5) })],
  ])('%s', async (_name, twist) => {
    handler = ranges();
    const { source } = await open();
    handler = ranges({ twist });
    const error = await failure(part(source, 1_000_000, 10));
    expect(error.message).toMatch(/^cannot read http:.* the bytes \d+ to \d+ that were asked for$/);
    await source.close?.();
    expect((await failure(open())).message).toMatch(/the server (did not send the first bytes|sent (fewer|more) than)/);
  });

  test('more bytes without end', async () => {
    handler = ranges();
    const { source } = await open();
    handler = (_request, response) => {
      response.writeHead(206, { etag: '"v1"', 'content-range': `bytes 786432-1048575/${bytes.length}` });
      const more = () => {
        if (!response.destroyed && response.write(bytes)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    expect((await failure(part(source, 800_000, 10))).message).toContain('sent more than the bytes 786432 to 1048575');
    await source.close?.();
  });

  test('sizes that cannot be', async () => {
    for (const total of ['9007199254740993', '99999999999999999999', '5', '1e5', '']) {
      handler = ranges({ twist: (first, last) => ({ range: `bytes ${first}-${last}/${total}` }) });
      expect((await failure(open())).message).toMatch(/(larger than 2\^53 bytes|did not send the first bytes)$/);
    }
  });

  test('bytes that are compressed on the way', async () => {
    handler = (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    expect((await failure(open())).message).toContain('the server compresses it on the way (Content-Encoding)');
    expect(requests.length).toBe(1);
  });

  test('status codes', async () => {
    for (const [status, text] of [
      [404, 'status 404: there is no such file'],
      [403, 'status 403: access is denied'],
      [401, 'status 401: it asks for a user name and a password'],
      [204, 'status 204'],
      [304, 'status 304'],
      [300, 'status 300'],
    ] as const) {
      requests = [];
      handler = (_request, response) => void response.writeHead(status).end();
      expect((await failure(open())).message).toBe(`cannot open ${base}/disk.img: the server answers with ${text}`);
      expect(requests.length).toBe(1);
    }
    handler = (_request, response) => void response.writeHead(416).end();
    expect((await failure(open())).message).toContain('the server refuses its first bytes');
  });
});

describe('servers that fail', () => {
  test('another attempt succeeds', async () => {
    let fails = 2;
    handler = (request, response) => {
      if (fails-- > 0) return fails % 2 === 0 ? void response.writeHead(503).end() : void request.destroy();
      fails = 2;
      ranges()(request, response);
    };
    const { source } = await open();
    expect(sameBytes(await part(source, 1_000_000, 10), bytes.subarray(1_000_000, 1_000_010))).toBe(true);
    expect(requests.length).toBe(6);
    await source.close?.();
  });

  test('after two more attempts it is given up, for all reads', async () => {
    handler = (_request, response) => void response.writeHead(502).end('a page');
    expect((await failure(open())).message).toBe(`cannot open ${base}/disk.img: the server answers with status 502`);
    expect(requests.length).toBe(3);
    handler = ranges();
    const { source } = await open();
    requests = [];
    handler = (request) => void request.destroy();
    expect((await failure(part(source, 1_000_000, 10))).message).toMatch(
      /^cannot read .*: the server closed the connection$/,
    );
    await failure(part(source, 2_000_000, 10));
    expect(requests.length).toBe(3);
    await source.close?.();
  });

  test('none at this address', async () => {
    const gone = await listen();
    const address = addressOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    const error = await failure(open(`http://${address}/disk.img`));
    expect(error.message).toMatch(/^cannot open http:.*: connect ECONNREFUSED|: the connection failed/);
  });

  test('one that never answers, and one that stops', async () => {
    handler = () => {};
    expect((await failure(open())).message).toContain('the server sent nothing for 0.4 seconds');
    expect(requests.length).toBe(3);
    handler = (_request, response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, 300_000));
    };
    expect((await failure(open())).message).toContain('the server sent nothing for 0.4 seconds after 300000 bytes');
  });

  test.each([
    'before an answer',
    'in a download',
    'in a pause',
    'in data for a decompression',
  ])('an abort %s', async (when) => {
    handler = (_request, response) => {
      if (when.includes('pause')) return void response.writeHead(500).end();
      if (when.includes('before')) return;
      response.writeHead(200);
      response.write(when.includes('data') ? packed.subarray(0, 300_000) : bytes.subarray(0, 300_000));
    };
    const controller = new AbortController();
    const settings = settingsOf({ tempDir, memoryLimit: 0, signal: controller.signal });
    const slow = { first: 60_000, idle: 60_000, pauses: [60_000] };
    const opening = openUrl(`${base}/disk.img`, settings, slow).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const before = performance.now();
    controller.abort('not wanted');
    expect(await opening).toBe('not wanted');
    expect(performance.now() - before).toBeLessThan(500);
  });

  test('close ends reads that wait', async () => {
    handler = ranges();
    const controller = new AbortController();
    const { source } = await open(undefined, { signal: controller.signal });
    handler = () => {};
    const reads = Array.from({ length: 20 }, (_, i) => failure(part(source, 300_000 + i * 130_000, 10)));
    // has no effect any more
    controller.abort();
    setTimeout(() => void source.close?.(), 50);
    for (const error of await Promise.all(reads)) expect(error.message).toContain('it was closed');
    expect(requests.length).toBeLessThanOrEqual(9);
  });
});

describe('redirects', () => {
  const to =
    (location: string, status = 302): Handler =>
    (_request, response) =>
      void response.writeHead(status, { location }).end('moved');

  test('they are followed once for all requests', async () => {
    handler = (request, response) => {
      const next = { '/disk.img': '/a', '/a': `${otherBase}/b?token=x`, '/b?token=x': './c' }[request.url!];
      (next === undefined ? ranges() : to(next, 307))(request, response);
    };
    const { source } = await open();
    await part(source, 1_000_000, 10);
    expect(requests.map((one) => one.split(' ')[0])).toEqual(['/disk.img', '/a', '/b?token=x', '/c', '/c']);
    await source.close?.();
  });

  test('a place that is valid for a while only', async () => {
    let valid = '/first';
    handler = (request, response) => {
      if (request.url === '/disk.img') return to(valid)(request, response);
      if (request.url !== valid) return void response.writeHead(403).end();
      ranges()(request, response);
    };
    const { source } = await open();
    valid = '/second';
    await part(source, 1_000_000, 10);
    await part(source, 2_000_000, 10);
    expect(requests.map((one) => one.split(' ')[0])).toEqual([
      '/disk.img',
      '/first',
      '/first',
      '/disk.img',
      '/second',
      '/second',
    ]);
    await source.close?.();
  });

  test.each([
    ['without end', () => `${base}/disk.img`, 'the server redirects more than 5 times'],
    ['to a file', () => 'file:///etc/passwd', 'to something that is not HTTP'],
    ['to nothing', () => 'http://[', 'to something that is not a URL'],
  ])('%s', async (_name, location, text) => {
    handler = (request, response) => to(location())(request, response);
    expect((await failure(open())).message).toContain(text);
    expect(requests.length).toBe(text.includes('5 times') ? 6 : 1);
  });

  test('from https to http', async () => {
    // no certificate is needed to see it: what fetch gets is replaced
    const real = globalThis.fetch;
    const asked: string[] = [];
    globalThis.fetch = async (url) => {
      asked.push(String(url));
      return new Response(null, { status: 301, headers: { location: `${base}/disk.img` } });
    };
    try {
      const error = await failure(open('https://user:secret@example.org/disk.img?token=x'));
      expect(error.message).toContain('redirects from https to http');
      expect(asked).toEqual(['https://example.org/disk.img?token=x']);
    } finally {
      globalThis.fetch = real;
    }
  });
});

describe('credentials', () => {
  const secret = 'p%40ss-w0rd';
  const withSecrets = () => `http://jane:${secret}@${base.slice(7)}/disk.img?token=t0ken#fragment`;
  const basic = `Basic ${Buffer.from('jane:p@ss-w0rd').toString('base64')}`;

  test('they are for the same origin only', async () => {
    handler = (request, response) => {
      const next = { '/disk.img?token=t0ken': '/again', '/again': `${otherBase.replace('//', '//jane:other@')}/there` }[
        request.url!
      ];
      if (next === undefined) return ranges()(request, response);
      response.writeHead(302, { location: next }).end();
    };
    const { source } = await open(withSecrets());
    await part(source, 1_000_000, 10);
    expect(headers.map((one) => one.authorization)).toEqual([basic, basic, undefined, undefined]);
    await source.close?.();
  });

  test('they are in no message', async () => {
    const found: unknown[] = [];
    const fails: Handler[] = [
      (_request, response) => void response.writeHead(401).end(),
      (_request, response) => void response.writeHead(500).end(),
      (request) => void request.destroy(),
      (request, response) => void response.writeHead(302, { location: request.url! }).end(),
      whole(packed.subarray(0, 14)),
      whole(bytes),
    ];
    for (const act of fails) {
      handler = act;
      found.push(await failure(open(withSecrets(), { maxSize: 1000 })));
    }
    handler = ranges();
    const { source } = await open(withSecrets());
    handler = (request) => void request.destroy();
    found.push(await failure(part(source, 1_000_000, 10)));
    await source.close?.();
    for (const url of [
      `http://jane:${secret}@:99999/`,
      `https://jane:${secret}@[`,
      `http://jane:%ff${secret}@localhost/`,
    ])
      found.push(await failure(open(url)));
    expect(found.length).toBe(10);
    for (const error of found) {
      const text = `${inspect(error, { depth: 10, showHidden: true })}${(error as Error).stack}`;
      for (const word of ['jane', 'ss-w0rd', 't0ken', 'fragment', basic.slice(6)]) expect(text).not.toContain(word);
    }
  });

  test('what is shown of a URL', () => {
    expect(shownUrl('https://u:p@example.org:8443/a/b.img?x=y#z')).toBe('https://example.org:8443/a/b.img');
    expect(shownUrl('HTTP://EXAMPLE.org')).toBe('http://example.org/');
    expect(shownUrl('https://u:p@[')).toBe('https://…');
    expect(shownUrl('http://u:p@:0x/')).toBe('http://…');
  });
});
