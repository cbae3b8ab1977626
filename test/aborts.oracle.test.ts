/**
 * A signal that a timer fires is heard in every public function, over every source, although files and memory are read
 * synchronously. The image has 2 GB and everything that takes long: many files, holes, large lists, a packed initramfs.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  linkSync,
  mkdirSync,
  openAsBlob,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { bootCheck, checkBoot, stateOfImage, upgradeState } from '../src/entries/boot';
import {
  bmapCheck,
  lostWritesCheck,
  manifestCheck,
  packagesCheck,
  parseManifest,
  parsePolicy,
  policyCheck,
  verifyBmap,
  writeManifest,
} from '../src/entries/content';
import { writeManifest as ownManifest } from '../src/entries/content.browser';
import {
  type ByteSource,
  blobSource,
  checkImage,
  fileSource,
  memorySource,
  openImage,
  openImageFile,
} from '../src/entries/index';
import { cpio, elementalTree, plant } from './support/boot-image';
import { hasE2fsprogs } from './support/e2fsprogs';
import { freshFolder } from './support/scratch';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MiB = 2 ** 20;
const folder = freshFolder();
const image = join(folder, 'image');
const packed = join(folder, 'image.gz');
/** Bytes; less than Node reads at once. */
const size = 2_000_000_000 - (2_000_000_000 % 4096);
/** Milliseconds. */
const mostLate = 50;

function makeTree(root: string): void {
  const initramfs = gzipSync(cpio({ init: { mode: 0o100755, bytes: '' }, big: { bytes: new Uint8Array(400 * MiB) } }));
  plant(root, { ...elementalTree(), '/boot/initrd-6.4.0': initramfs });
  for (let i = 0; i < 200; i++) {
    mkdirSync(join(root, `data/${i}`), { recursive: true });
    for (let j = 0; j < 60; j++) writeFileSync(join(root, `data/${i}/${j}`), `${i} ${j}\n`.repeat(200));
  }
  writeFileSync(join(root, 'hole'), '');
  truncateSync(join(root, 'hole'), 2 ** 40);
  writeFileSync(join(root, 'full'), Buffer.alloc(150 * MiB, 'content '));
  mkdirSync(join(root, 'var/lib/dpkg/info'), { recursive: true });
  const packages = Array.from(
    { length: 100_000 },
    (_, i) => `Package: p${i}\nStatus: install ok installed\nVersion: 1\n`,
  );
  writeFileSync(join(root, 'var/lib/dpkg/status'), packages.join('\n'));
  const listed = Array.from({ length: 400_000 }, (_, i) => `/usr/share/doc/p0/file-${i}\n`);
  writeFileSync(join(root, 'var/lib/dpkg/info/p0.list'), listed.join(''));
}

function mkfs(file: string, root: string, bytes: number): void {
  const args = ['-q', '-F', '-t', 'ext4', '-b', '4096', '-L', 'COS_ACTIVE', '-d', root, file, `${bytes / 4096}`];
  const { status, stderr } = spawnSync('mke2fs', args);
  if (status !== 0) throw new Error(`mke2fs: ${stderr}`);
}

/** Milliseconds from the signal to the end of `work`, for several times of the signal at which the work still went on. */
async function latencies(work: (signal: AbortSignal) => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (const after of [1, 3, 5, 10, 20, 40, 100, 250, 500]) {
    const started = performance.now();
    const ended = await work(AbortSignal.timeout(after)).then(
      () => undefined,
      (error: unknown) => error,
    );
    const late = performance.now() - started - after;
    // a work that ends as soon after the signal as it had to hear it is as good
    if (ended === undefined && late < 0) break;
    if (ended !== undefined) expect(ended).toMatchObject({ name: 'TimeoutError' });
    found.push(late);
  }
  return found;
}

/** The median is compared, because the machine may be busy with other tests. */
function expectHeard(found: readonly number[]): void {
  expect(found.length, 'it is over too soon to be aborted').toBeGreaterThan(0);
  expect([...found].sort((a, b) => a - b)[Math.floor(found.length / 2)]).toBeLessThan(mostLate);
}

/** A block map whose only range is the whole image. */
function blockMap(): string {
  const zeros = '0'.repeat(64);
  const values = { ImageSize: size, BlockSize: 4096, BlocksCount: size / 4096, ChecksumType: 'sha256' };
  const tags = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  const range = `<BlockMap><Range chksum="${'1'.repeat(64)}">0-${size / 4096 - 1}</Range></BlockMap>`;
  const text = `<bmap version="2.0">${tags.join('')}<BmapFileChecksum>${zeros}</BmapFileChecksum>${range}</bmap>`;
  return text.replace(zeros, createHash('sha256').update(text).digest('hex'));
}

/** The image in memory, without touching the memory of its zeros. */
function inMemory(): ByteSource {
  const bytes = new Uint8Array(size);
  const fd = openSync(image, 'r');
  const piece = Buffer.alloc(MiB);
  const zeros = Buffer.alloc(MiB);
  for (let at = 0; at < size; at += MiB) {
    const got = readSync(fd, piece, 0, MiB, at);
    if (zeros.compare(piece, 0, got, 0, got) !== 0) bytes.set(piece.subarray(0, got), at);
  }
  closeSync(fd);
  return memorySource(bytes);
}

async function through(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}

const manifest = parseManifest(
  Array.from({ length: 300_000 }, (_, i) => `${'0'.repeat(64)}  data/${i % 200}/${i % 60}\n`).join(''),
);
const policy = parsePolicy({ version: 1, paths: ['/**/1*'], forbidden: ['/**/nothing*'] });

type Work = (source: ByteSource, signal: AbortSignal) => Promise<unknown>;

const functions: Record<string, Work> = {
  checkImage: (source, signal) => checkImage(source, { signal }),
  'checkImage by one thread': (source, signal) => checkImage(source, { signal, jobs: 1 }),
  lostWritesCheck: (source, signal) => checkImage(source, { signal, extensions: [lostWritesCheck()] }),
  packagesCheck: (source, signal) => checkImage(source, { signal, extensions: [packagesCheck()] }),
  manifestCheck: (source, signal) => checkImage(source, { signal, extensions: [manifestCheck(manifest)] }),
  policyCheck: (source, signal) => checkImage(source, { signal, extensions: [policyCheck(policy)] }),
  bmapCheck: (source, signal) => checkImage(source, { signal, extensions: [bmapCheck(blockMap())] }),
  bootCheck: (source, signal) => checkImage(source, { signal, extensions: [bootCheck({ profile: 'elemental' })] }),
  checkBoot: (source, signal) => checkBoot(source, { signal, profile: 'elemental' }),
  verifyBmap: (source, signal) => verifyBmap(source, blockMap(), { signal, digest: createHash }),
  'verifyBmap with own digests': (source, signal) => verifyBmap(source, blockMap(), { signal }),
  'openImage and readFile': async (source, signal) => through((await openImage(source, { signal })).readFile('/hole')),
  writeManifest: async (source, signal) => through(writeManifest(await openImage(source, { signal }))),
  'writeManifest with own digests': async (source, signal) => through(ownManifest(await openImage(source, { signal }))),
};

describe.skipIf(!hasE2fsprogs)('an aborted signal (needs mke2fs)', () => {
  let memory: ByteSource;

  beforeAll(() => {
    const root = join(folder, 'root');
    makeTree(root);
    mkfs(image, root, size);
    memory = inMemory();
  });

  const sources: Record<string, () => Promise<ByteSource> | ByteSource> = {
    fileSource: () => fileSource(image),
    memorySource: () => memory,
    blobSource: async () => blobSource(await openAsBlob(image)),
  };

  describe.each(Object.entries(sources))('%s', (_, open) => {
    test.each(Object.entries(functions))('%s', async (_, work) => {
      const source = await open();
      const found = await latencies((signal) => work(source, signal));
      await source.close?.();
      expectHeard(found);
    });
  });

  test('stateOfImage and upgradeState', async () => {
    const root = join(folder, 'cos');
    mkdirSync(join(root, 'cOS'), { recursive: true });
    linkSync(image, join(root, 'cOS/active.img'));
    const state = join(folder, 'state');
    mkfs(state, root, 2 * size);
    const source = await fileSource(state);
    const found = await latencies(async (signal) => upgradeState(await stateOfImage(source, { signal }), { signal }));
    await source.close?.();
    expectHeard(found);
  });

  test('openImageFile', async () => {
    writeFileSync(packed, gzipSync(readFileSync(image).subarray(0, 600 * MiB), { level: 1 }));
    const found = await latencies((signal) => openImageFile(packed, { signal }));
    expectHeard(found);
  });
});
