import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { checkImage } from '../../../src/check';
import { checkVerity, problems } from '../../../src/checks/verity/pass';
import { ScanFacts } from '../../../src/facts/scan';
import { inode, inodeFlags } from '../../../src/layout/inode';
import { verityDescriptor } from '../../../src/layout/verity';
import { SourceError } from '../../../src/source/source';
import { readInode } from '../../../src/volume/inode-at';
import { walkMapping } from '../../../src/volume/mapping';
import { checkWhole, testWithWholeCheck } from '../../support/check-damages';
import { fakeNow, hasE2fsprogs } from '../../support/e2fsprogs';
import { inShort, TestImage } from '../../support/image';
import { nativeTest, oracleTest, unitTest } from '../../support/project-tests';
import { works } from '../../support/tools';
import { addFlags, tree } from '../../support/tree';
import { type Seal, sealed, sealedInode, verityImage } from '../../support/verity';

/** Bytes that differ from block to block. */
const bytesOf = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) | 1));

/** 100 KiB and a bit: with blocks of 1 KiB 101 of data, 4 leaves and a top. */
const data = bytesOf(100 * 1024 + 17);
const file = sealed(data, 1024, { salt: Uint8Array.of(1, 2, 3) });
const load = () => verityImage('usual', file, data.length);

/** The byte offset in the image of each file block of an inode; blocks in holes are absent. */
async function placesOf(image: TestImage, ino: number): Promise<Map<number, number>> {
  const { volume, groups } = await image.open();
  const places = new Map<number, number>();
  const view = await readInode(volume, groups, ino);
  await walkMapping(volume, view!, 0, {
    run(logical, physical, count) {
      for (let i = 0; i < count; i++) places.set(logical + i, image.blockAt(physical + i));
    },
  });
  return places;
}

const places = hasE2fsprogs ? await placesOf(load(), sealedInode) : new Map<number, number>();
/** Byte of the image with byte `at` of the verity file. */
const placeOf = (at: number): number => places.get(Math.floor(at / 1024))! + (at % 1024);
const setByte = (image: TestImage, at: number, value: number): TestImage => image.fill(placeOf(at), 1, value);
const descriptorField = (image: TestImage, field: keyof typeof verityDescriptor, value: number): TestImage =>
  setByte(image, file.descriptorAt + verityDescriptor[field].offset, value);
const lastByte = file.bytes.length - 4;

const cases: [string, (image: TestImage) => TestImage, string[]][] = [
  ['a changed byte', (image) => setByte(image, 5000, 7), ['verity-data-wrong']],
  ['a changed byte behind the end', (image) => setByte(image, data.length + 3, 7), ['verity-data-wrong']],
  ['two stretches', (image) => setByte(setByte(image, 5000, 7), 9000, 7), ['verity-data-wrong', 'verity-data-wrong']],
  ['two neighbours', (image) => setByte(setByte(image, 5000, 7), 5200, 7), ['verity-data-wrong']],
  ['a leaf of the tree', (image) => setByte(image, file.treeAt + 2048 + 3, 7), ['verity-tree-wrong']],
  ['the top of the tree', (image) => setByte(image, file.treeAt, 7), ['verity-root-wrong']],
  ['a lost top', (image) => image.fill(placeOf(file.treeAt), 1024), ['verity-root-wrong']],
  ['the root hash', (image) => descriptorField(image, 'root_hash', 0), ['verity-root-wrong']],
  ['the salt', (image) => descriptorField(image, 'salt', 9), ['verity-root-wrong']],
  ['no salt', (image) => descriptorField(image, 'salt_size', 0), ['verity-root-wrong']],
  ['another hash function', (image) => descriptorField(image, 'hash_algorithm', 2), ['verity-root-wrong']],
  ['version 2', (image) => descriptorField(image, 'version', 2), ['verity-descriptor-damaged']],
  ['an unknown hash function', (image) => descriptorField(image, 'hash_algorithm', 3), ['verity-descriptor-damaged']],
  ['large blocks', (image) => descriptorField(image, 'log_blocksize', 11), ['verity-descriptor-damaged']],
  ['small blocks', (image) => descriptorField(image, 'log_blocksize', 9), ['verity-descriptor-damaged']],
  ['a long salt', (image) => descriptorField(image, 'salt_size', 33), ['verity-descriptor-damaged']],
  ['a signature that is not there', (image) => descriptorField(image, 'sig_size', 1), ['verity-descriptor-damaged']],
  ['reserved bytes', (image) => descriptorField(image, '__reserved', 1), ['verity-descriptor-damaged']],
  ['another size in the descriptor', (image) => descriptorField(image, 'data_size', 1), ['verity-size-wrong']],
  ['another size', (image) => image.setInode(sealedInode, { i_size_lo: data.length - 1 }), ['verity-size-wrong']],
  [
    'a descriptor of 255 bytes',
    (image) => setByte(setByte(image, lastByte, 255), lastByte + 1, 0),
    ['verity-descriptor-missing'],
  ],
  ['a descriptor of 16640 bytes', (image) => setByte(image, lastByte + 1, 65), ['verity-descriptor-missing']],
  [
    'a descriptor that reaches into the data',
    (image) => setByte(image, lastByte + 1, 32),
    ['verity-descriptor-missing'],
  ],
  [
    'a size that covers the tree',
    (image) => image.setInode(sealedInode, { i_size_lo: 200_000 }),
    ['verity-descriptor-missing'],
  ],
  ['a lost descriptor', (image) => image.fill(placeOf(file.descriptorAt), 1024), ['verity-descriptor-missing']],
];

testWithWholeCheck(
  problems,
  cases.map(([name, damage, findings]) => ({ name, image: load, damage, findings, native: true })),
);

nativeTest('names the bytes that are wrong, the blocks they lie on, and the file', async () => {
  const image = load();
  for (const block of [3, 4, 5]) image.fill(placeOf(block * 1024), 1024);
  setByte(setByte(image, 6 * 1024, 99), data.length - 1, 99);
  const { findings, affected, verdict } = await checkWhole(image);
  const at = (block: number) => placeOf(block * 1024) / 1024;
  expect(findings.map(({ id, severity, ...rest }) => rest)).toEqual([
    { inode: 12, block: at(3), path: '/sealed', data: { from: 3072, to: 7167, blocks: 4, zeroBlocks: 3 } },
    { inode: 12, block: at(100), path: '/sealed', data: { from: 102400, to: 102416, blocks: 1, zeroBlocks: 0 } },
  ]);
  expect({ affected, verdict }).toEqual({ affected: [{ path: '/sealed', how: 'damaged' }], verdict: 'error' });
});

nativeTest('a wrong leaf names the part of the file that it stands for', async () => {
  const { findings } = await checkWhole(load().fill(placeOf(file.treeAt + 4 * 1024), 1024));
  expect(findings.map(({ id, data }) => [id, data])).toEqual([
    ['verity-tree-wrong', { level: 0, from: 96 * 1024, to: data.length - 1, zero: true }],
  ]);
});

nativeTest.each<[string, Buffer, number, string, Seal]>([
  ['an empty file', bytesOf(0), 1024, '-b 1024', {}],
  ['one block', bytesOf(5), 1024, '-b 1024', {}],
  ['SHA-512', bytesOf(90_000), 1024, '-b 1024', { algorithm: 'sha512', salt: bytesOf(32) }],
  ['blocks of 1 KiB in ones of 4 KiB', bytesOf(300_000), 4096, '-b 4096', { blockSize: 1024 }],
  ['a signature over several blocks', bytesOf(3000), 1024, '-b 1024', { signature: bytesOf(3000) }],
  ['three levels', bytesOf(1_200_000), 1024, '-b 1024', {}],
  ['holes', Buffer.concat([bytesOf(2048), Buffer.alloc(400_000), bytesOf(2048)]), 1024, '-b 1024', {}],
  ['nothing but a hole', Buffer.alloc(700_000), 1024, '-b 1024', {}],
])('%s: silent when whole, and not when a byte of the data is changed', async (name, content, block, options, seal) => {
  const image = verityImage(name, sealed(content, block, seal), content.length, { options, room: '8M' });
  const whole = await checkWhole(image);
  expect({ findings: whole.findings, gaps: whole.notChecked }).toEqual({ findings: [], gaps: [] });
  const found = await placesOf(image, sealedInode);
  const first = found.get(0);
  if (content.length === 0 || first === undefined) return;
  image.fill(first, 1, 0x5a);
  expect(inShort((await checkWhole(image)).findings)).toEqual([
    content.length > block || seal.blockSize ? 'verity-data-wrong' : 'verity-root-wrong',
  ]);
});

nativeTest('an encrypted file is named as not checked', async () => {
  const image = addFlags(load(), sealedInode, inodeFlags.ENCRYPT);
  const { notChecked, findings } = await checkWhole(image);
  expect(notChecked).toContainEqual({
    what: 'verity of encrypted files',
    why: '1 file has encrypted hashes of the plaintext: inode 12',
  });
  expect(inShort(findings)).toEqual(['encryption-policy-missing 0x01008a']);
});

unitTest('a file without extents has no descriptor', async () => {
  const image = addFlags(TestImage.load('ext2-1k'), tree.fstab, inodeFlags.VERITY);
  expect(inShort((await checkWhole(image)).findings)).toEqual(['verity-descriptor-missing']);
});

nativeTest('an unreadable block is a gap, not a wrong hash, and the rest is still hashed', async () => {
  const image = setByte(load(), 9000, 7);
  const bad = placeOf(5 * 1024);
  const memory = image.source();
  const source = {
    size: memory.size,
    read(at: number, into: Uint8Array) {
      if (at < bad + 1024 && at + into.length > bad) throw new SourceError('broken', at, into.length);
      return memory.read(at, into);
    },
  };
  const { findings, notChecked } = await checkImage(source, { now: new Date(fakeNow * 1000) });
  expect(new Set(inShort(findings))).toEqual(new Set(['verity-data-wrong', 'image-read-failed']));
  expect(findings[0]?.data).toMatchObject({ from: 8192, to: 9215 });
  expect(notChecked.map(({ what }) => what)).toContain(`bytes ${bad} to ${bad + 1023}`);
});

nativeTest('progress ends at its total, and an abort ends the check', async () => {
  const steps: [number, number][] = [];
  await checkWhole(load(), { onProgress: ({ phase, done, total }) => phase === 'verity' && steps.push([done, total]) });
  expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
  const stop = new AbortController();
  const aborted = checkWhole(load(), {
    signal: stop.signal,
    onProgress: ({ phase, done, total }) => {
      if (phase === 'directories' && done === total) stop.abort('enough');
    },
  });
  await expect(aborted).rejects.toBe('enough');
});

nativeTest('ends in bounded time on any descriptor, size and mapping', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(file.bytes.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.constantFrom(undefined, 0, 1, 65536, 2 ** 32 - 1),
      fc.constantFrom(undefined, 0, 1, 7),
      fc.array(fc.tuple(fc.nat(59), fc.nat(255)), { maxLength: 3 }),
      async (changes, size, high, mapping) => {
        const image = load();
        for (const [at, value] of changes) if (places.has(Math.floor(at / 1024))) setByte(image, at, value);
        if (size !== undefined) image.setInode(sealedInode, { i_size_lo: size });
        if (high !== undefined) image.setInode(sealedInode, { i_size_high: high });
        for (const [at, value] of mapping) image.fill(image.inodeAt(sealedInode) + inode.i_block.offset + at, 1, value);
        image.restampInode(sealedInode);
        const { findings, verdict } = await checkWhole(image);
        if (findings.length > 0) expect(verdict).not.toBe('clean');
      },
    ),
    { numRuns: 60 },
  );
});

nativeTest('files that share their blocks over and over are given up, and said to be', async () => {
  const image = load();
  const opening = await image.open();
  const facts = new ScanFacts(opening.volume.geometry, image.source());
  // one file represents any number of files with the same blocks
  for (let i = 0; i < 2000; i++) facts.verity.add(sealedInode, 100, false);
  await checkVerity(opening.volume, opening.groups, facts, () => {});
  expect(facts.verity.gaveUp).toBe(true);
});

const hasFsverity = works('fsverity', '--version');
oracleTest.skipIf(!hasFsverity).each<[number, Seal]>([
  [0, {}],
  [10, {}],
  [700_001, {}],
  [700_001, { algorithm: 'sha512' }],
  [90_000, { blockSize: 1024, salt: Uint8Array.of(9, 8, 7, 6) }],
])('fsverity builds the same tree and descriptor for %d bytes, %j', (length, seal) => {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-'));
  try {
    const [path, treePath, descriptorPath] = ['data', 'tree', 'descriptor'].map((name) => join(folder, name));
    const content = bytesOf(length);
    writeFileSync(path!, content);
    const { blockSize = 4096, algorithm = 'sha256', salt } = seal;
    const built = sealed(content, 4096, seal);
    const options = [`--block-size=${blockSize}`, `--hash-alg=${algorithm}`];
    if (salt) options.push(`--salt=${Buffer.from(salt).toString('hex')}`);
    options.push(`--out-merkle-tree=${treePath}`, `--out-descriptor=${descriptorPath}`);
    const { status, stderr } = spawnSync('fsverity', ['digest', path!, ...options], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(built.descriptor.equals(readFileSync(descriptorPath!))).toBe(true);
    expect(built.tree.equals(readFileSync(treePath!))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
