/** Android sparse images that img2simg and simg2simg make. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { androidSparse } from '../../src/container/android-sparse/layer';
import { sparseOf, sparsePart } from '../support/android-sparse';
import { TestImage } from '../support/image';
import { bytesOf, contextOf, openLayer, recognises } from '../support/layers';
import { freshFolder } from '../support/scratch';
import { isInstalled } from '../support/tools';

const image = Buffer.from(TestImage.load('ext4-4k-csum').bytes);

describe.skipIf(!isInstalled('img2simg'))('img2simg', () => {
  test.each([1024, 4096, 65_536])('blocks of %d bytes', async (blockSize) => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'raw.img'), image);
    execFileSync('img2simg', [join(folder, 'raw.img'), join(folder, 'sparse.img'), String(blockSize)]);
    const bytes = readFileSync(join(folder, 'sparse.img'));
    expect(await recognises(androidSparse, bytes)).toBe(true);
    const layer = await openLayer(androidSparse, bytes);
    expect(layer.notes).toEqual([]);
    expect(image.equals(await bytesOf(layer.parts[0]!.source))).toBe(true);
  });
});

describe.skipIf(!isInstalled('simg2simg'))('simg2simg', () => {
  test('parts', async () => {
    const folder = freshFolder();
    // it splits at chunks
    const blocks = image.length / 4096;
    const chunks = Array.from({ length: blocks }, (_, i) => ({ raw: image.subarray(i * 4096, (i + 1) * 4096) }));
    writeFileSync(join(folder, 'whole.img'), sparseOf(chunks));
    execFileSync('simg2simg', [join(folder, 'whole.img'), join(folder, 'part'), String(Math.ceil(image.length / 3))]);
    const names = readdirSync(folder).filter((name) => name.startsWith('part.'));
    expect(names.length).toBeGreaterThan(1);
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
    for (const name of names) {
      const layer = await openLayer(androidSparse, files[name]!, contextOf(files, name));
      expect(layer.notes).toEqual([]);
      expect(image.equals(await bytesOf(layer.parts[0]!.source))).toBe(true);
    }
  });
});

describe.skipIf(!isInstalled('simg2img'))('simg2img', () => {
  test('reads parts made in tests as we do', () => {
    const folder = freshFolder();
    const blocks = image.length / 4096;
    const cuts = [0, 100, 200, blocks];
    const names = [0, 1, 2].map((i) => join(folder, `p_${i}.img`));
    names.forEach((name, i) => {
      writeFileSync(name, sparsePart(image, cuts[i]!, cuts[i + 1]!));
    });
    execFileSync('simg2img', [...names, join(folder, 'raw.img')]);
    expect(image.equals(readFileSync(join(folder, 'raw.img')))).toBe(true);
  });
});
