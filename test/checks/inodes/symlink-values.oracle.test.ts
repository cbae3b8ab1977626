/** Symlinks whose attribute has its value in another inode: the kernel takes those of less than 60 bytes as fast. */
import { expect } from 'vitest';
import { inode } from '../../../src/layout/inode';
import { openImage } from '../../../src/open-image';
import { checkWhole } from '../../support/check-damages';
import { e2fsck, e2fsckVersion, makeImage } from '../../support/e2fsprogs';
import { inShort, type TestImage } from '../../support/image';
import { nativeTest } from '../../support/project-tests';

const value = 'v'.repeat(3000);

/** The symlink 'link' to `target`, inode 12, with attributes; `features` besides ea_inode. */
function linked(target: string, attributes: readonly string[], features = ''): TestImage {
  const image = makeImage({
    size: '1M',
    options: `-t ext4 -b 1024 -I 256 -N 32 -O ea_inode,^has_journal${features}`,
    commands: [`symlink link ${target}`, ...attributes.map((attribute) => `ea_set link ${attribute}`)],
  });
  // the kernel counts the blocks of values, and debugfs does not
  const values = attributes.filter((attribute) => attribute.endsWith(value)).length;
  return image.setInode(12, { i_blocks_lo: blocksOf(image) + values * 6 });
}

const blocksOf = (image: TestImage) => inode.i_blocks_lo(image.view, image.inodeAt(12));
const short = 'target';
const long = `/${'t'.repeat(99)}`;

const sound: readonly (readonly [string, () => TestImage])[] = [
  ['a short one with a value inode', () => linked(short, [`trusted.a ${value}`])],
  ['one of 1 byte with a value inode', () => linked('f', [`trusted.a ${value}`])],
  ['a short one with a value inode, with checksums', () => linked(short, [`trusted.a ${value}`], ',metadata_csum')],
  ['a short one with two value inodes', () => linked(short, [`trusted.a ${value}`, `trusted.b ${value}`])],
  ['one of 59 bytes with a value inode', () => linked('t'.repeat(59), [`trusted.a ${value}`])],
  [
    'a short one with a value inode and an attribute block',
    () => linked(short, [`trusted.a ${'x'.repeat(100)}`, `trusted.b ${value}`]),
  ],
  // what looks alike
  ['a short one without attributes', () => linked(short, [])],
  ['a short one with a value in its inode', () => linked(short, ['trusted.a x'])],
  ['a short one with a value in a block', () => linked(short, [`trusted.a ${'x'.repeat(300)}`])],
  ['a long one with a value inode', () => linked(long, [`trusted.a ${value}`])],
];

for (const [name, image] of sound)
  nativeTest(`${name} is sound`, async () => {
    const made = image();
    if (name.includes('value inode')) expect(blocksOf(made)).toBeGreaterThan(0);
    const { findings, affected, causes } = await checkWhole(made);
    // debugfs counts blocks and inodes that it takes, and nothing else is wrong
    const misread = name.includes('value inode') && !name.includes('attribute block') && !name.includes('long');
    expect(inShort(findings).filter((finding) => !finding.startsWith('superblock-free'))).toEqual(
      // the target 'f' is the number of a block that exists
      misread ? [name.includes('1 byte') ? 'symlink-misread-by-e2fsck' : 'symlink-misread-by-e2fsck 0x01000e'] : [],
    );
    expect(causes.map(({ id }) => id)).toEqual(misread ? ['misread-by-e2fsck'] : []);
    expect(findings.every(({ severity }) => severity === 'info')).toBe(true);
    expect(affected).toEqual([]);
    const files = await openImage(made.source());
    expect(await files.readlink('/link')).toHaveLength(inode.i_size_lo(made.view, made.inodeAt(12)));
  });

nativeTest('a short one whose text is not as long as its size is invalid', async () => {
  const made = linked(short, [`trusted.a ${value}`]).setInode(12, { i_size_lo: 5 });
  expect(inShort((await checkWhole(made)).findings)).toContain('symlink-invalid 0x020031');
});

nativeTest.skipIf(e2fsckVersion !== '1.47.0')('e2fsck 1.47.0 takes the text for blocks', () => {
  const { status, codes } = e2fsck(linked(short, [`trusted.a ${value}`]));
  expect(status).toBe(4);
  expect(codes).toContain('0x01000e');
});
