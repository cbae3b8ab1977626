/** Look-ups in case-insensitive directories. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dirent } from '../../src/layout/dirent';
import { superblock } from '../../src/layout/superblock';
import { anyText } from '../support/any-text';
import { TestDirectory } from '../support/directory';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { casefoldedImage, entriesOf } from '../support/encoded';
import type { TestImage } from '../support/image';
import { codeOf, open } from './support';

const viewOf = async (image: TestImage) => (await open(image.bytes)).image;

test
  .skipIf(!hasE2fsprogs)
  .each([
    '/flat/STRASSE',
    '/flat/straẞe',
    '/flat/a\u030aNGSTRO\u0308M',
    '/flat/i\u0307STANBUL',
    '/flat/σίσυφος',
    '/flat/FINAL',
    '/flat/ünïCODE',
    '/flat/Readme.txt',
    '/flat/X\u00adx'.concat('X'.repeat(98)),
    '/tree/한글이름_5ЖжЖжЖжЖжЖжЖжffF',
  ])('%s is found', async (path) => {
  const view = await viewOf(casefoldedImage());
  expect((await view.stat(path)).type).toBe('fifo');
});

test.skipIf(!hasE2fsprogs).each(['/flat/strase', '/FLAT/strasse', '/plain/../flat/ISTANBUL', '/Pipe'])(
  '%s is not found',
  async (path) => {
    expect(await codeOf((await viewOf(casefoldedImage())).stat(path))).toBe('not-found');
  },
);

/** The image with a name in /flat that is not UTF-8: its first byte is 0xff. */
function withRawName(strict: boolean): TestImage {
  const directory = TestDirectory.at(casefoldedImage({ strict }), '/flat');
  const { at } = entriesOf(directory).find(({ at }) => directory.nameAt(at) === 'README.TXT')!;
  directory.image.fill(at + 8, 1, 0xff);
  return directory.restamp().image;
}

test.skipIf(!hasE2fsprogs)('a name that is not UTF-8 counts byte for byte, or for nothing', async () => {
  const lax = await viewOf(withRawName(false));
  expect((await lax.stat('/flat/\\xffEADME.TXT')).type).toBe('fifo');
  expect(await codeOf(lax.stat('/flat/\\xffeadme.txt'))).toBe('not-found');
  const strict = await viewOf(withRawName(true));
  expect(await codeOf(strict.stat('/flat/\\xffEADME.TXT'))).toBe('not-found');
  expect((await strict.readdir('/flat').list()).map(({ name }) => name)).toContain('\\xffEADME.TXT');
});

test.skipIf(!hasE2fsprogs)('without an encoding that is known, case counts', async () => {
  const image = casefoldedImage({ options: '^metadata_csum' });
  image.poke(superblock.s_encoding, 1024, 2);
  const view = await viewOf(image);
  expect((await view.stat('/flat/README.TXT')).type).toBe('fifo');
  expect(await codeOf(view.stat('/flat/readme.txt'))).toBe('not-found');
});

test.skipIf(!hasE2fsprogs)('the first of two names that differ in case is found', async () => {
  const directory = TestDirectory.at(casefoldedImage(), '/flat');
  const [first, second] = entriesOf(directory).filter(({ at }) => dirent.name_len(directory.image.view, at) >= 8);
  for (const [i, { at }] of [first!, second!].entries()) {
    directory.image.poke(dirent.name_len, at, 4);
    directory.image.bytes.set(new TextEncoder().encode(['twin', 'TWIN'][i]!), at + 8);
  }
  directory.image.poke(dirent.inode, second!.at, directory.ino);
  const view = await viewOf(directory.restamp().image);
  expect((await view.stat('/flat/Twin')).inode).toBe(first!.target);
});

test.skipIf(!hasE2fsprogs)('no path makes a look-up fail in another way', async () => {
  const view = await viewOf(casefoldedImage());
  await fc.assert(
    fc.asyncProperty(anyText({ maxLength: 300 }), async (name) => {
      const path = `/flat/${name.replaceAll('/', '')}`;
      expect(['nothing thrown', 'not-found']).toContain(await codeOf(view.stat(path)));
    }),
    { numRuns: 50 },
  );
});
