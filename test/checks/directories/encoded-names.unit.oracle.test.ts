import { problems } from '../../../src/checks/directories/encoded-names';
import { dirent } from '../../../src/layout/dirent';
import { inode, inodeFlags } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestDirectory } from '../../support/directory';
import { casefoldedImage, encryptedImage, entriesOf, policyAt } from '../../support/encoded';
import type { TestImage } from '../../support/image';

type Path = '/one' | '/two' | '/flat' | '/tree';

/** Damages the entry number `index` of a directory; checksums are made right. */
const entry =
  (path: Path, index: number, damage: (image: TestImage, at: number, target: number) => unknown) =>
  (image: TestImage) => {
    const directory = TestDirectory.at(image, path);
    const { at, target, logical } = entriesOf(directory)[index]!;
    damage(image, at, target);
    image.restampInode(target).restampInode(directory.ino);
    return directory.restamp(logical).image;
  };
const dropFlag = (image: TestImage, ino: number) =>
  image.setInode(ino, { i_flags: inode.i_flags(image.view, image.inodeAt(ino)) & ~inodeFlags.ENCRYPT });
const strict = () => casefoldedImage({ strict: true });

testWithWholeCheck(problems, [
  {
    name: 'a ciphertext of 15 bytes',
    native: true,
    image: encryptedImage,
    damage: entry('/one', 1, (image, at) => image.poke(dirent.name_len, at, 15)),
    findings: ['entry-name-too-short 0x020050'],
  },
  {
    name: 'a ciphertext of 16 bytes',
    native: true,
    image: encryptedImage,
    damage: entry('/two', 1, (image, at) => image.poke(dirent.name_len, at, 16)),
    findings: [],
  },
  ...(['file', 'file', 'directory', 'symlink'] as const).map((what, i) => ({
    name: `a ${what} without encryption, number ${i}`,
    native: true,
    image: encryptedImage,
    damage: entry('/two', i, (image, _, target) => dropFlag(image, target)),
    // a symlink is no longer read as ciphertext, and then its length is wrong
    findings:
      what === 'symlink'
        ? ['entry-type-wrong 0x020028', 'entry-not-encrypted 0x020051', 'symlink-invalid 0x020031']
        : ['entry-not-encrypted 0x020051'],
  })),
  {
    name: 'a file without encryption whose entry calls it a pipe',
    native: true,
    image: encryptedImage,
    damage: entry('/one', 0, (image, at, target) => {
      dropFlag(image, target);
      image.poke(dirent.file_type, at, 5);
    }),
    findings: ['entry-type-wrong 0x020028'],
  },
  {
    name: 'a file without encryption whose entry has no type',
    native: true,
    image: encryptedImage,
    damage: entry('/one', 0, (image, at, target) => {
      dropFlag(image, target);
      image.poke(dirent.file_type, at, 0);
    }),
    findings: ['entry-type-unset 0x020027', 'entry-not-encrypted 0x020051'],
  },
  ...([1, 2, 3, 9] as const).map((byte) => ({
    name: `a policy that differs in byte ${byte}`,
    native: true,
    image: encryptedImage,
    damage: entry('/two', 2, (image, _, target) => image.fill(policyAt(image, target) + byte, 1, 9)),
    findings: ['entry-policy-differs 0x020052'],
  })),
  {
    name: 'a file that has another nonce',
    native: true,
    image: encryptedImage,
    damage: entry('/one', 0, (image, _, target) => image.fill(policyAt(image, target) + 12, 1, 99)),
    findings: [],
  },
  {
    name: 'a policy of a version to come on a file',
    native: true,
    image: encryptedImage,
    damage: entry('/one', 0, (image, _, target) => image.fill(policyAt(image, target), 1, 7)),
    findings: ['entry-policy-differs 0x020052'],
  },
  {
    name: 'policies of two versions to come on a file and its directory',
    native: true,
    image: () => encryptedImage('^metadata_csum'),
    damage: (image) => {
      const directory = TestDirectory.at(image, '/two');
      const entries = entriesOf(directory);
      image.fill(policyAt(image, directory.ino), 1, 7).restampInode(directory.ino);
      for (const [i, { target }] of entries.entries()) if (i < 4) image.fill(policyAt(image, target), 1, 7 + i);
      return image;
    },
    findings: [],
  },
  {
    name: 'a directory that lost its encryption, with ciphertext for names',
    native: true,
    image: encryptedImage,
    damage: (image) => dropFlag(image, TestDirectory.at(image, '/one').ino),
    findings: times(3, 'entry-name-illegal 0x020008'),
  },
  {
    name: 'a name that is not UTF-8 where the file system insists on it',
    native: true,
    image: strict,
    damage: entry('/flat', 0, (image, at) => image.fill(at + 8, 1, 0xff)),
    findings: ['entry-name-not-utf8 0x020053'],
  },
  {
    name: 'a stray byte where the file system insists on UTF-8, and a slash',
    native: true,
    image: strict,
    damage: entry('/flat', 0, (image, at) => image.fill(at + 9, 1, 0x80).fill(at + 10, 1, 0x2f)),
    findings: ['entry-name-not-utf8 0x020053', 'entry-name-illegal 0x020008'],
  },
  {
    name: 'a name that is not UTF-8 where that is allowed',
    native: true,
    image: casefoldedImage,
    damage: entry('/flat', 0, (image, at) => image.fill(at + 8, 1, 0xff)),
    findings: [],
  },
  {
    name: 'a code point that Unicode 12.1 does not assign',
    native: true,
    image: strict,
    damage: entry('/flat', 0, (image, at) => image.bytes.set([0xe0, 0xa2, 0xb5], at + 8)),
    findings: [],
  },
]);
