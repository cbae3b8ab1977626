/** Verification by dm-verity: sound and damaged images, all shapes of trees, hostile descriptions. */
import { describe, expect, test } from 'vitest';
import { checkImage } from '../../src/check';
import { dmVerityCheck } from '../../src/container/verity/check';
import { findTree } from '../../src/container/verity/find';
import { findOwners } from '../../src/container/verity/owners';
import { verifyVerity } from '../../src/container/verity/verify';
import { openImage } from '../../src/open-image';
import { nodeDigests } from '../../src/parallel/node-digests';
import { LaneFailed } from '../../src/platform/digests';
import { memorySource } from '../../src/source/memory';
import { type ByteSource, SourceError } from '../../src/source/source';
import { opened } from '../../src/view/opened-image';
import { runsFrom } from '../../src/view/runs';
import { loadInode } from '../../src/view/stat';
import { avbImage, type MadeTree, type VerityRecipe, verityTree } from '../support/dm-verity';
import { TestImage } from '../support/image';
import { tree } from '../support/tree';

/** Data of blocks that differ; every eighth is zero. */
const dataOf = (blocks: number, blockSize = 4096): Buffer =>
  Buffer.concat(Array.from({ length: blocks }, (_, i) => Buffer.alloc(blockSize, i % 8 === 0 ? 0 : i)));

async function verify(data: Uint8Array, tree: MadeTree, rootHash = tree.rootHash, options = {}) {
  const found = await findTree(memorySource(data), memorySource(tree.bytes));
  return verifyVerity(memorySource(data), found!, rootHash, options);
}

describe('a sound image', () => {
  test.each<[string, number, VerityRecipe]>([
    ['the usual parameters', 300, {}],
    ['one block', 1, {}],
    ['two blocks', 2, {}],
    ['a full block of hashes', 128, {}],
    ['one more', 129, {}],
    ['three levels', 600, { hashBlockSize: 512, dataBlockSize: 512 }],
    ['blocks of different sizes', 40, { dataBlockSize: 1024, hashBlockSize: 2048 }],
    ['without a salt', 200, { salt: new Uint8Array(0) }],
    ['SHA-1, whose digests are padded', 300, { algorithm: 'sha1' }],
    ['SHA-512', 100, { algorithm: 'sha512' }],
    ['the old format, with the salt at the end', 300, { hashType: 0 }],
    ['the old format with SHA-1', 300, { hashType: 0, algorithm: 'sha1', hashBlockSize: 1024 }],
  ])('%s', async (_, blocks, recipe) => {
    const data = dataOf(blocks, recipe.dataBlockSize);
    const tree = verityTree(data, recipe);
    for (const digests of [undefined, nodeDigests(1)]) {
      const result = await verify(data, tree, tree.rootHash.toUpperCase(), { digests });
      expect(result).toMatchObject({ matchesRoot: true, data: [], hashes: [], topHash: tree.rootHash });
    }
    // a change of the last bit of the last block is found
    data[data.length - 1]! ^= 1;
    const { damagedBlocks, matchesRoot } = await verify(data, tree);
    expect([damagedBlocks, matchesRoot]).toEqual(blocks === 1 ? [0, false] : [1, true]);
  });

  test('progress reaches all bytes', async () => {
    const data = dataOf(300);
    const tree = verityTree(data);
    const steps: [number, number][] = [];
    await verify(data, tree, tree.rootHash, { onProgress: (done: number, total: number) => steps.push([done, total]) });
    const total = data.length + tree.levels.length;
    expect(steps.at(-1)).toEqual([total, total]);
  });

  test('a signal ends it', async () => {
    const data = dataOf(300);
    await expect(
      verify(data, verityTree(data), undefined, { signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop');
  });
});

describe('damage', () => {
  const data = dataOf(600);
  const tree = verityTree(data);

  test('runs of blocks, with those of zeros', async () => {
    const damaged = Buffer.from(data);
    damaged.fill(0, 9 * 4096, 12 * 4096);
    damaged[500 * 4096]! ^= 1;
    expect(await verify(damaged, tree)).toMatchObject({
      matchesRoot: true,
      data: [
        { from: 9, blocks: 3, zeroBlocks: 3, unreadBlocks: 0 },
        { from: 500, blocks: 1, zeroBlocks: 0 },
      ],
      damagedBlocks: 4,
      damagedHashes: 0,
    });
  });

  test('a block of hashes hides the data below it', async () => {
    const bytes = Buffer.from(tree.bytes);
    bytes[4096 + tree.starts[0]! + 4096 + 5]! ^= 1;
    const result = await verify(data, { ...tree, bytes });
    expect(result).toMatchObject({ matchesRoot: true, data: [], damagedHashes: 1 });
    expect(result.hashes).toEqual([{ level: 0, block: 1, at: 4096 + tree.starts[0]! + 4096, from: 128, blocks: 128 }]);
  });

  test('another root hash: the rest is verified', async () => {
    const other = '0'.repeat(64);
    expect(await verify(data, tree, other)).toMatchObject({
      matchesRoot: false,
      topHash: tree.rootHash,
      damagedBlocks: 0,
    });
    const bytes = Buffer.from(tree.bytes);
    bytes[4096]! ^= 1;
    expect(await verify(data, { ...tree, bytes })).toMatchObject({
      matchesRoot: false,
      damagedHashes: 1,
      damagedBlocks: 0,
    });
  });

  test('blocks that cannot be read', async () => {
    const found = await findTree(memorySource(data), memorySource(tree.bytes));
    const bad = 77 * 4096;
    const failing: ByteSource = {
      size: data.length,
      read(at, into) {
        if (at <= bad && bad < at + into.length) throw new SourceError('bad sector', bad, 1);
        return memorySource(data).read(at, into);
      },
    };
    const result = await verifyVerity(failing, found!, tree.rootHash);
    expect(result.data).toEqual([{ from: 77, blocks: 1, zeroBlocks: 0, unreadBlocks: 1 }]);
    const short = await verifyVerity(memorySource(data.subarray(0, 598 * 4096 + 1)), found!, tree.rootHash);
    expect(short.data).toEqual([{ from: 598, blocks: 2, zeroBlocks: 0, unreadBlocks: 2 }]);
    const noHashes = { ...found!, hashes: memorySource(new Uint8Array(0)) };
    expect(await verifyVerity(memorySource(data), noHashes, tree.rootHash)).toMatchObject({
      topHash: '',
      matchesRoot: false,
    });
  });

  test('a lane that fails gives its work back', async () => {
    const here = nodeDigests(1);
    const digests = {
      knows: here.knows,
      open(bytes: number) {
        const { lanes, close } = here.open(bytes);
        const broken = { buffer: new Uint8Array(2 ** 20), run: () => Promise.reject(new LaneFailed('ended')) };
        return { lanes: [...lanes, broken, broken], close };
      },
    };
    const damaged = Buffer.from(data);
    damaged[599 * 4096]! ^= 1;
    expect(await verify(damaged, tree, undefined, { digests })).toMatchObject({
      damagedBlocks: 1,
      data: [{ from: 599 }],
    });
  });
});

describe('descriptions that do not fit', () => {
  const data = dataOf(10);
  const tree = verityTree(data);
  test.each<[string, (bytes: Buffer) => unknown]>([
    ['does not start with a superblock', (bytes) => bytes.write('x')],
    ['version of the dm-verity superblock is 2', (bytes) => bytes.writeUInt32LE(2, 8)],
    ['hash_type of the dm-verity superblock is 2', (bytes) => bytes.writeUInt32LE(2, 12)],
    ['the hash algorithm of the dm-verity superblock is md4', (bytes) => bytes.write('md4\0\0\0', 32)],
    ['data_block_size of the dm-verity superblock is 4097', (bytes) => bytes.writeUInt32LE(4097, 64)],
    ['hash_block_size of the dm-verity superblock is 256', (bytes) => bytes.writeUInt32LE(256, 68)],
    ['data_blocks of the dm-verity superblock is 0', (bytes) => bytes.writeUInt32LE(0, 72)],
    ['data_blocks of the dm-verity superblock is 11529', (bytes) => bytes.writeUInt32LE(2 ** 28, 76)],
    ['the hash tree ends at byte', (bytes) => bytes.writeUInt32LE(2 ** 20, 72)],
    ['salt_size of the dm-verity superblock is 257', (bytes) => bytes.writeUInt16LE(257, 80)],
  ])('%s', async (message, damage) => {
    const bytes = Buffer.from(tree.bytes);
    damage(bytes);
    await expect(findTree(memorySource(data), memorySource(bytes))).rejects.toMatchObject({
      name: 'ContainerError',
      message: expect.stringContaining(message),
    });
  });

  test('a root hash of another length, and none', async () => {
    await expect(verify(data, tree, 'abcd')).rejects.toThrow('the root hash has 4 digits, sha256 has 64');
    const found = await findTree(memorySource(data), memorySource(tree.bytes));
    await expect(verifyVerity(memorySource(data), found!, undefined)).rejects.toThrow('not known');
  });

  const image = avbImage(data);
  const footer = image.length - 64;
  const meta = Number(image.readBigUInt64BE(footer + 20));
  const descriptor = meta + 256 + 64 + 32;
  test.each<[string, number, number]>([
    ['vbmeta_offset and vbmeta_size', footer + 20, image.length],
    ['vbmeta_offset of the AVB footer is 2^53', footer + 20, 2 ** 60],
    ['there is no vbmeta', footer + 20, 0],
    ['there is no vbmeta', footer + 28, 8],
    ['descriptors_size of vbmeta', meta + 104, 100_000],
    ['num_bytes_following', descriptor + 8, 100_000],
    ['partition_name_len', descriptor + 104, 2 ** 45],
    ['reach into the hash tree', descriptor + 28, 4096],
    ['the hash tree ends at byte', descriptor + 28, 1_000_000],
  ])('AVB: %s', async (message, at, value) => {
    const bytes = Buffer.from(image);
    bytes.writeBigUInt64BE(BigInt(value), at);
    await expect(findTree(memorySource(bytes))).rejects.toMatchObject({
      name: 'ContainerError',
      message: expect.stringContaining(message),
    });
  });
});

describe('as a part of a check', () => {
  const clean = () => Buffer.from(TestImage.load('ext4-4k-csum').bytes);
  const check = (bytes: Uint8Array, options = {}) =>
    checkImage(memorySource(bytes), { extensions: [dmVerityCheck(options)] });

  test('the tree after the file system', async () => {
    const data = clean();
    const tree = verityTree(data);
    const report = await check(Buffer.concat([data, tree.bytes]), { rootHash: tree.rootHash });
    expect(report).toMatchObject({ verdict: 'clean', findings: [], notChecked: [] });
    expect(report.checked.filter((name) => name === 'dm-verity')).toHaveLength(1);
  });

  test('the footer of Android, with its own root hash', async () => {
    const bytes = avbImage(clean());
    expect(await check(bytes)).toMatchObject({ verdict: 'clean', findings: [] });
    const { findings } = await check(bytes, { rootHash: '1'.repeat(64) });
    expect(findings).toMatchObject([{ id: 'dm-verity-root-hash-mismatch', data: { expected: '1'.repeat(64) } }]);
  });

  test('what cannot be verified is reported as not checked', async () => {
    const data = clean();
    const tree = verityTree(data);
    const why = async (bytes: Uint8Array, options = {}) =>
      (await check(bytes, options)).notChecked.map(({ why }) => why);
    expect(await why(data)).toEqual(['there is no hash tree after the file system, and none was given']);
    expect(await why(avbImage(data, { noTree: true }))).toEqual([expect.stringContaining('there is no hash tree')]);
    expect(await why(Buffer.concat([data, tree.bytes]))).toEqual([expect.stringContaining('the root hash is not in')]);
    expect(await why(Buffer.concat([data, tree.bytes]), { rootHash: 'ab' })).toEqual([
      expect.stringContaining('2 digits'),
    ]);
    expect((await check(data)).verdict).toBe('incomplete');
  });

  test('damaged blocks, and the files that they belong to', async () => {
    const data = clean();
    const tree = verityTree(data);
    const view = opened(await openImage(memorySource(data)));
    const path = '/etc/fstab';
    const { inode } = await view.stat(path);
    const { volume, groups } = view;
    const [run] = await runsFrom(volume, (await loadInode(volume, groups, inode)).view, 0, 1);
    const at = run!.physical * 4096;
    const damaged = Buffer.concat([data, tree.bytes]);
    damaged[at + 100]! ^= 1;
    const report = await check(damaged, { rootHash: tree.rootHash });
    expect(report.findings).toMatchObject([
      {
        id: 'dm-verity-block-damaged',
        path,
        data: { from: at / 4096, blocks: 1, paths: [path] },
        bytes: { at, length: 4096 },
      },
    ]);
    expect(report.affected).toEqual([{ path, how: 'unreadable' }]);
    expect(report.affectedCount).toBe(1);
    // hashes of all blocks of the first half or less
    const hidden = Buffer.concat([data, tree.bytes]);
    hidden[data.length + 4096 + tree.starts[0]!]! ^= 1;
    const below = await check(hidden, { rootHash: tree.rootHash });
    expect(below.findings).toMatchObject([{ id: 'dm-verity-tree-damaged', data: { level: 0, from: 0, to: 127 } }]);
    expect(below.affected[0]).toEqual({ path: '/', how: 'unreadable' });
    expect(below.affected.length).toBeGreaterThan(2);
  });

  test('an image without a file system, with its tree', async () => {
    const data = dataOf(20);
    const tree = verityTree(data);
    data[4096]! ^= 1;
    const report = await check(data, { rootHash: tree.rootHash, tree: memorySource(tree.bytes) });
    expect(report.findings.map(({ id }) => id)).toContain('dm-verity-block-damaged');
  });
});

test('the target of a symlink in its inode is not taken for a block', async () => {
  const image = TestImage.load('ext2-1k');
  const { blockSize } = image.made;
  // its text is A, which would be block 65
  image.setInode(tree.passwd, { i_mode: 0o120777, i_size_lo: 1, i_blocks_lo: 0 }).setBlockWord(tree.passwd, 0, 65);
  const ranges = [{ at: 65 * blockSize, length: blockSize }];
  const { paths } = await findOwners(await openImage(image.source()), ranges);
  expect(paths).not.toContain('/etc/passwd');
});
