/** Decompression: where the bytes go, what is refused, and that nothing is left behind. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { magicOf } from '../../src/source/packed/formats';
import { openImageFile } from '../../src/source/packed/open';
import { gzipSize } from '../../src/source/packed/stated-size';
import { SourceError } from '../../src/source/source';
import {
  canListOpenFiles,
  fileOf,
  holds,
  openFilesIn,
  readAll,
  sameBytes,
  sampleBytes,
  scratchFolder,
} from './support';

const folder = scratchFolder();
const tempDir = scratchFolder();
const bytes = sampleBytes(700_001);
const packed = gzipSync(bytes);
const image = fileOf(folder, 'image.gz', packed);

/** What the process left in the folder for temporary files, by name or open. */
function leftBehind(): unknown[] {
  return [...readdirSync(tempDir), ...(canListOpenFiles ? openFilesIn(tempDir) : [])];
}

beforeEach(() => {
  expect(leftBehind()).toEqual([]);
  return () => {
    expect(leftBehind()).toEqual([]);
    if (canListOpenFiles) expect(openFilesIn(folder)).toEqual([]);
  };
});

async function failure(content: Uint8Array, options: Parameters<typeof openImageFile>[1] = {}): Promise<SourceError> {
  const path = fileOf(folder, 'bad', content);
  const error = await openImageFile(path, { tempDir, memoryLimit: 0, ...options }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SourceError);
  expect((error as Error).message).toContain(path);
  return error as SourceError;
}

test.skipIf(!canListOpenFiles)('what fits stays in memory; the packed file is closed', async () => {
  const source = await openImageFile(image, { tempDir, memoryLimit: bytes.length });
  expect([...openFilesIn(tempDir), ...openFilesIn(folder)]).toEqual([]);
  expect(await holds(source, bytes)).toBe(true);
  expect(source.close).toBeUndefined();
});

test.skipIf(!canListOpenFiles)('what does not fit goes to a file without a name until it is closed', async () => {
  const source = await openImageFile(image, { tempDir, memoryLimit: bytes.length - 1 });
  expect(readdirSync(tempDir)).toEqual([]);
  expect(openFilesIn(tempDir)).toMatchObject([{ path: expect.stringMatching(/extcheck-.* \(deleted\)$/) }]);
  expect(openFilesIn(folder)).toEqual([]);
  expect(await holds(source, bytes)).toBe(true);
  await source.close?.();
  await source.close?.();
  expect(() => source.read(0, new Uint8Array(1))).toThrow('it was closed');
});

test('a size field that promises too little or too much does no harm', async () => {
  const two = Buffer.concat([packed, gzipSync(Buffer.alloc(10, 1))]);
  const padded = Buffer.concat([packed, Buffer.alloc(3_000_000)]);
  const path = fileOf(folder, 'odd', two);
  for (const memoryLimit of [0, 300_000, 2 ** 26]) {
    const source = await openImageFile(path, { tempDir, memoryLimit });
    expect(source.size).toBe(bytes.length + 10);
    expect(sameBytes((await readAll(source)).subarray(0, bytes.length), bytes)).toBe(true);
    await source.close?.();
    const behindZeros = await openImageFile(fileOf(folder, 'padded', padded), { tempDir, memoryLimit });
    expect(await holds(behindZeros, bytes)).toBe(true);
    await behindZeros.close?.();
  }
});

test('images that are empty or all zeros', async () => {
  for (const length of [0, 1, 4096, 1_000_000]) {
    for (const memoryLimit of [0, 2 ** 26]) {
      const path = fileOf(folder, 'zeros.gz', gzipSync(Buffer.alloc(length)));
      const source = await openImageFile(path, { tempDir, memoryLimit });
      expect(source.size).toBe(length);
      expect(await holds(source, new Uint8Array(length))).toBe(true);
      await source.close?.();
    }
  }
});

test.skipIf(!canListOpenFiles)('zeros take no room in the temporary file', async () => {
  const hollow = Buffer.alloc(8_000_000);
  hollow.write('data', 5_000_000);
  const source = await openImageFile(fileOf(folder, 'hollow.gz', gzipSync(hollow)), { tempDir, memoryLimit: 0 });
  const { readlinkSync } = await import('node:fs');
  const fd = readdirSync('/proc/self/fd').find((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`).startsWith(tempDir);
    } catch {
      return false;
    }
  });
  const stats = statSync(`/proc/self/fd/${fd}`);
  expect(stats.size).toBe(8_000_000);
  expect(stats.blocks * 512).toBeLessThan(300_000);
  expect(stats.mode & 0o777).toBe(0o600);
  expect(await holds(source, hollow)).toBe(true);
  await source.close?.();
});

test('files that only look like gzip, or are shorter than its magic, are plain', async () => {
  for (const content of [[], [0x1f], [0x1f, 0x8b], [0x1f, 0x8b, 0x07, 0], [0x50, 0x4b, 3, 4]]) {
    const source = await openImageFile(fileOf(folder, 'plain.gz', Uint8Array.from(content)));
    expect([...(await readAll(source))]).toEqual(content);
    await source.close?.();
  }
});

describe('gzip that is not whole', () => {
  test('truncated anywhere', async () => {
    const small = gzipSync(bytes.subarray(0, 3000));
    for (let length = 3; length < small.length; length += length < 24 || length > small.length - 12 ? 1 : 97) {
      const error = await failure(small.subarray(0, length));
      expect(error.message).toContain('its gzip data is truncated');
      expect(error.cause).toMatchObject({ code: 'Z_BUF_ERROR' });
    }
    const late = await failure(packed.subarray(0, -1), { memoryLimit: 2 ** 26 });
    expect(late.message).toContain('is truncated');
    expect((await failure(Buffer.concat([packed, packed.subarray(0, 40)]))).message).toContain('is truncated');
  });

  test('corrupt in data, checksum, length or header', async () => {
    for (const at of [packed.length >> 1, packed.length - 8, packed.length - 4]) {
      const bad = Buffer.from(packed);
      bad[at]! ^= 0x5a;
      const error = await failure(bad);
      expect(error.message).toMatch(/its gzip data is corrupt after byte \d+ of \d+: /);
      expect(error.at).toBeLessThanOrEqual(bytes.length);
      await failure(bad, { memoryLimit: 2 ** 26 });
    }
    const flags = Buffer.from(packed);
    flags[3] = 0xe0;
    expect((await failure(flags)).message).toContain('unknown header flags');
  });

  test('followed by other data, at once or after zeros', async () => {
    const other = Buffer.from('other data');
    expect((await failure(Buffer.concat([packed, other]))).message).toContain('incorrect header check');
    for (const zeros of [1, 100_000, 1_000_000]) {
      const error = await failure(Buffer.concat([packed, Buffer.alloc(zeros), other]));
      expect(error.message).toContain(
        `zeros from byte ${packed.length} on, then other data at byte ${packed.length + zeros}`,
      );
      const member = await failure(Buffer.concat([packed, Buffer.alloc(zeros), packed]));
      expect(member.message).toContain('then other data');
    }
  });
});

test('refuses to unpack more than maxSize', async () => {
  for (const memoryLimit of [0, 2 ** 26]) {
    const error = await failure(packed, { memoryLimit, maxSize: bytes.length - 1 });
    expect(error.message).toContain('unpacks to more than the 700000 bytes allowed');
    const source = await openImageFile(image, { tempDir, memoryLimit, maxSize: bytes.length });
    expect(source.size).toBe(bytes.length);
    await source.close?.();
  }
});

test('limits must be sizes', async () => {
  for (const limit of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(openImageFile(image, { memoryLimit: limit })).rejects.toThrow(RangeError);
    await expect(openImageFile(image, { maxSize: limit })).rejects.toThrow(RangeError);
  }
});

test('a tempDir that is not there', async () => {
  const nowhere = join(tempDir, 'nowhere');
  const error = await failure(packed, { tempDir: nowhere });
  expect(error.message).toContain(`cannot unpack it to a temporary file in ${nowhere}: no such file`);
  // The size field shows that it will be needed: nothing is decompressed first.
  expect((await failure(packed, { tempDir: nowhere, memoryLimit: 300_000 })).at).toBe(0);
});

describe('abort', () => {
  // Many members of zeros: half a second to unpack.
  const member = gzipSync(Buffer.alloc(10_000_000), { level: 1 });
  const large = fileOf(folder, 'large.gz', Buffer.concat(Array.from({ length: 50 }, () => member)));

  test('before', async () => {
    const reason = new Error('not wanted');
    await expect(openImageFile(image, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test.each([0, 1, 2, 5, 10])('after %d ms', async (delay) => {
    const controller = new AbortController();
    const opening = openImageFile(large, { signal: controller.signal, tempDir, memoryLimit: 0 });
    const reason = { why: 'not even an Error' };
    setTimeout(() => controller.abort(reason), delay);
    await expect(opening).rejects.toBe(reason);
  });

  test('at once after the call', async () => {
    const controller = new AbortController();
    const opening = openImageFile(image, { signal: controller.signal, tempDir, memoryLimit: 0 });
    controller.abort();
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('later has no effect', async () => {
    const controller = new AbortController();
    const source = await openImageFile(image, { signal: controller.signal, tempDir, memoryLimit: 0 });
    controller.abort();
    expect(await holds(source, bytes)).toBe(true);
    await source.close?.();
  });
});

test('what a gzip file says of itself', () => {
  expect(magicOf(packed)).toBe('gzip');
  expect(magicOf(bytes)).toBeNull();
  expect(magicOf(new Uint8Array(0))).toBeNull();
  expect(gzipSize(packed.subarray(-4))).toBe(bytes.length);
  expect(gzipSize(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toBe(2 ** 32 - 1);
});
