import { expect, test } from 'vitest';
import { inode, inodeFlags } from '../../../src/layout/inode';
import { xattrEntry } from '../../../src/layout/xattr';
import { openImage } from '../../../src/open-image';
import { checkWhole, testWithWholeCheck } from '../../support/check-damages';
import { expectSameCodes } from '../../support/compare-codes';
import { makeImage } from '../../support/e2fsprogs';
import { inShort, type TestImage } from '../../support/image';
import {
  dataEntry,
  direntBytes,
  inlineDirectory,
  inlineRecipe,
  inlineRoom,
  inlineTree,
  setInlineData,
} from '../../support/inline';
import { nativeDescribe } from '../../support/project-tests';
import { addFlags } from '../../support/tree';

const { file, directory, child, symlink, device } = inlineTree;
const made = () => makeImage(inlineRecipe());
const checked = () => makeImage(inlineRecipe(',metadata_csum'));
const letters = (length: number) => Uint8Array.from({ length }, (_, i) => 97 + (i % 26));
const entry = direntBytes(child, 56, 'b', 1);

const row = (name: string, damage: (image: TestImage) => TestImage, ...findings: string[]) => ({
  name,
  native: true,
  image: made,
  damage,
  findings,
});
const missing = 'inode-inline-data-missing 0x010075';
const gone = (image: TestImage, ino: number) => image.poke(xattrEntry.e_name_index, dataEntry(image, ino), 6);
/** What is lost with a directory whose inline data cannot be read. */
const lostDirectory = ['inode-size-wrong 0x01000c', 'directory-dotdot-wrong 0x030005'];

testWithWholeCheck({}, [
  row('a file without system.data', (image) => gone(image, file), missing),
  row(
    'a symlink without system.data',
    (image) => gone(image, symlink),
    missing,
    'entry-type-wrong 0x020028',
    'symlink-invalid 0x020031',
  ),
  {
    name: 'a directory with blocks of which the inode has a wrong checksum',
    native: true,
    image: checked,
    damage: (image) => image.poke(inode.i_checksum_lo, image.inodeAt(11), 1),
    findings: [
      'inode-checksum-wrong 0x010068',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
    ],
  },
  row(
    'a symlink with the flag of an indexed directory',
    (image) => addFlags(image, symlink, inodeFlags.INDEX),
    'htree-not-directory 0x010048',
    'htree-root-invalid 0x010049',
    'entry-type-wrong 0x020028',
    'symlink-invalid 0x020031',
  ),
  row(
    'a symlink too short for inline data',
    (image) => setInlineData(image, symlink, letters(59)),
    'entry-type-wrong 0x020028',
    'symlink-invalid 0x020031',
  ),
  row(
    'a value that leaves the inode',
    (image) => image.poke(xattrEntry.e_value_offs, dataEntry(image, symlink), 90),
    missing,
    'xattr-body-collision 0x010069',
    'entry-type-wrong 0x020028',
    'symlink-invalid 0x020031',
  ),
  row(
    'a hash that does not fit',
    (image) => image.poke(xattrEntry.e_hash, dataEntry(image, file), 5),
    missing,
    'xattr-hash-wrong 0x010054',
  ),
  row('a directory without system.data', (image) => gone(image, directory), missing),
  row(
    'a directory without system.data and without entries',
    (image) => gone(setInlineData(image, directory, inlineDirectory(2)), directory),
    missing,
    'inode-size-wrong 0x01000c',
    'directory-entry-corrupt 0x020013',
    'inode-unattached 0x040002',
  ),
  row(
    'a directory with another broken attribute',
    (image) => image.poke(xattrEntry.e_value_size, dataEntry(image, directory), 200),
    missing,
    'xattr-value-size 0x010053',
    ...lostDirectory,
    'inode-links-wrong 0x040003',
    'inode-links-wrong 0x040003',
    'inode-unattached 0x040002',
  ),
  row(
    'a directory of another size',
    (image) => image.setInode(directory, { i_size_lo: 64 }),
    'inode-size-wrong 0x01000c',
  ),
  row(
    'a second part too small for an entry',
    (image) => setInlineData(image, directory, inlineDirectory(2, entry, new Uint8Array(8))),
    'directory-inline-size 0x02004e',
    'directory-entry-corrupt 0x020013',
  ),
  row(
    'a broken entry in the second part',
    (image) => setInlineData(image, directory, inlineDirectory(2, entry, direntBytes(child, 30, 'x', 1))),
    'directory-inline-size 0x02004e',
    'directory-entry-corrupt 0x020013',
  ),
  row(
    'a parent that is no directory',
    (image) => setInlineData(image, directory, inlineDirectory(file, entry)),
    'entry-type-wrong 0x020028',
    'directory-dotdot-wrong 0x030005',
    'inode-links-wrong 0x040003',
    'inode-links-wrong 0x040003',
  ),
  row(
    'a parent that is not in use',
    (image) => setInlineData(image, directory, inlineDirectory(25, entry)),
    'entry-inode-unused 0x020003',
    'entry-type-wrong 0x020028',
    'directory-dotdot-wrong 0x030005',
    'inode-links-wrong 0x040003',
  ),
  row(
    'no parent',
    (image) => setInlineData(image, directory, inlineDirectory(0, entry)),
    'directory-dotdot-missing 0x02000a',
    'directory-dotdot-wrong 0x030005',
    'inode-links-wrong 0x040003',
  ),
  row(
    'a device that is a directory',
    (image) =>
      addFlags(image.setInode(directory, { i_mode: 0o020755, i_links_count: 1 }), directory, inodeFlags.INLINE_DATA),
    'inode-looks-like-directory 0x010055',
    'special-inode-with-data-flags 0x010076',
    'special-inode-with-size 0x010032',
    'entry-type-wrong 0x020028',
    'inode-links-wrong 0x040003',
    'inode-unattached 0x040002',
    'group-directories-wrong 0x05000c',
  ),
  row(
    'a device with inline data',
    (image) => addFlags(image, device, inodeFlags.INLINE_DATA),
    missing,
    'special-inode-with-data-flags 0x010076',
  ),
  row(
    'a sound extent tree in an inline file',
    (image) => {
      image.fill(image.inodeAt(file) + inode.i_block.offset, 60);
      image.view.setUint32(image.inodeAt(file) + inode.i_block.offset, 0xf30a, true);
      image.view.setUint32(image.inodeAt(file) + inode.i_block.offset + 4, 4, true);
      return image;
    },
    'inode-extents-flag-missing 0x01005c',
  ),
]);

nativeDescribe.each([
  ['without checksums', made],
  ['with checksums', checked],
])('sound inline data, %s', (_name, image) => {
  test.each([
    0,
    1,
    59,
    60,
    61,
    62,
    63,
    64,
    100,
    60 + inlineRoom - 1,
    60 + inlineRoom,
  ])('a file of %i bytes is clean and reads whole', async (length) => {
    const changed = setInlineData(image(), file, letters(length));
    expect(inShort((await checkWhole(changed)).findings)).toEqual([]);
    expectSameCodes(changed, []);
    expect(await (await openImage(changed.source())).readWhole('/a', 1000)).toEqual(letters(length));
  });

  test.each([60, 61, 63, 60 + inlineRoom])('a symlink of %i bytes is clean and reads whole', async (length) => {
    const changed = setInlineData(image(), symlink, letters(length));
    expect(inShort((await checkWhole(changed)).findings)).toEqual([]);
    expectSameCodes(changed, []);
    const target = await (await openImage(changed.source())).readlink('/s');
    expect(target).toBe(new TextDecoder().decode(letters(length)));
  });

  test.each([12, 24, inlineRoom])('a directory with a second part of %i bytes is clean and lists all', async (rest) => {
    const second = direntBytes(file, rest, 'x', 1);
    const changed = setInlineData(image(), directory, inlineDirectory(2, entry, second)).setInode(file, {
      i_links_count: 2,
    });
    expect(inShort((await checkWhole(changed)).findings)).toEqual([]);
    expectSameCodes(changed, []);
    const entries = await (await openImage(changed.source())).readdir('/d').list();
    expect(entries.map(({ name }) => name)).toEqual(['b', 'x']);
  });
});
