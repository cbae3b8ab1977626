/** Hash trees that veritysetup makes and verifies. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkImage } from '../../src/check';
import { dmVerityCheck } from '../../src/container/verity/check';
import { findTree } from '../../src/container/verity/find';
import { verifyVerity } from '../../src/container/verity/verify';
import { nodeDigests } from '../../src/parallel/node-digests';
import { memorySource } from '../../src/source/memory';
import { verityTree } from '../support/dm-verity';
import { TestImage } from '../support/image';
import { freshFolder } from '../support/scratch';
import { isInstalled } from '../support/tools';

const data = Buffer.from(TestImage.load('ext4-4k-csum').bytes);
const rootHashIn = (text: string): string => /Root hash:\s*([0-9a-f]+)/.exec(text)![1]!;

describe.skipIf(!isInstalled('veritysetup', '--version'))('veritysetup', () => {
  test.each([
    [],
    ['--hash', 'sha1'],
    ['--hash', 'sha512'],
    ['--salt', '-'],
    ['--salt', 'ab'.repeat(256)],
    ['--format', '0'],
    ['--format', '0', '--hash', 'sha1'],
    ['--data-block-size', '1024', '--hash-block-size', '4096'],
    ['--data-block-size', '512', '--hash-block-size', '512'],
    ['--data-blocks', '1'],
    ['--data-blocks', '129'],
  ])('format %s %s %s %s', async (...options) => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'data'), data);
    const printed = execFileSync('veritysetup', ['format', ...options, 'data', 'tree'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const hashes = memorySource(readFileSync(join(folder, 'tree')));
    const found = await findTree(memorySource(data), hashes);
    const verify = (bytes: Uint8Array) =>
      verifyVerity(memorySource(bytes), found!, rootHashIn(printed), { digests: nodeDigests(1) });
    expect(await verify(data)).toMatchObject({ matchesRoot: true, damagedBlocks: 0, damagedHashes: 0 });
    const damaged = Buffer.from(data);
    damaged[100]! ^= 1;
    const { damagedBlocks, matchesRoot } = await verify(damaged);
    expect(damagedBlocks + Number(!matchesRoot)).toBe(1);
  });

  test('a tree after the file system', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'image'), data);
    const args = ['format', '--hash-offset', String(data.length), '--data-blocks', String(data.length / 4096)];
    const printed = execFileSync('veritysetup', [...args, 'image', 'image'], { cwd: folder, encoding: 'utf8' });
    const extensions = [dmVerityCheck({ rootHash: rootHashIn(printed) })];
    const report = await checkImage(memorySource(readFileSync(join(folder, 'image'))), { extensions });
    expect(report).toMatchObject({ verdict: 'clean', findings: [] });
  });

  test('verify agrees on trees made in tests, and on damage', () => {
    const folder = freshFolder();
    const tree = verityTree(data);
    writeFileSync(join(folder, 'data'), data);
    writeFileSync(join(folder, 'tree'), tree.bytes);
    const verify = (file: string) =>
      spawnSync('veritysetup', ['verify', file, 'tree', tree.rootHash], { cwd: folder }).status;
    expect(verify('data')).toBe(0);
    copyFileSync(join(folder, 'data'), join(folder, 'damaged'));
    writeSync(openSync(join(folder, 'damaged'), 'r+'), 'x', 4096 * 9);
    expect(verify('damaged')).not.toBe(0);
  });
});
