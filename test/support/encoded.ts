/** Images with encrypted and case-insensitive directories, made by debugfs and finished by hand. Needs e2fsprogs. */
import { dirent, direntHashSize, direntSize } from '../../src/layout/dirent';
import { inode, inodeFlags } from '../../src/layout/inode';
import { xattrEntry, xattrIndex, xattrMagic } from '../../src/layout/xattr';
import { inodeOf, TestDirectory } from './directory';
import { makeImage } from './e2fsprogs';
import type { TestImage } from './image';
import { addFlags } from './tree';

/** Offset of the one attribute in the inode's body, and of its value, 40 bytes at most. */
export const attributeAt = (image: TestImage, ino: number): number => image.inodeAt(ino) + 128 + 32 + 4;
export const policyAt = (image: TestImage, ino: number): number => attributeAt(image, ino) + 48;

/** Encrypts an inode: the flag, and a policy of version 1 or 2 as its only attribute. The nonce follows from the inode. */
export function encryptInode(image: TestImage, ino: number, version: 1 | 2, key: number): TestImage {
  const entry = attributeAt(image, ino);
  const value = policyAt(image, ino);
  const size = version === 1 ? 28 : 40;
  image.view.setUint32(entry - 4, xattrMagic, true);
  image.fill(entry, 92).fill(entry + 16, 1, 0x63);
  image.poke(xattrEntry.e_name_len, entry, 1).poke(xattrEntry.e_name_index, entry, xattrIndex.ENCRYPTION);
  image.poke(xattrEntry.e_value_offs, entry, 48).poke(xattrEntry.e_value_size, entry, size);
  image.bytes.set([version, 1, 4, 2], value);
  image.fill(value + (version === 1 ? 4 : 8), version === 1 ? 8 : 16, key).fill(value + size - 16, 16, ino);
  return addFlags(image, ino, inodeFlags.ENCRYPT);
}

/** Entries in use of a directory but '.' and '..'; of an indexed one, those in its leaves. */
export function entriesOf(directory: TestDirectory): { logical: number; at: number; target: number }[] {
  const { image, ino } = directory;
  const indexed = (inode.i_flags(image.view, image.inodeAt(ino)) & inodeFlags.INDEX) !== 0;
  return directory.logicals
    .filter((logical) => !indexed || logical > 0)
    .flatMap((logical) =>
      directory.records(logical).map((at) => ({ logical, at, target: dirent.inode(image.view, at) })),
    )
    .filter(({ at, target }) => target !== 0 && !['.', '..'].includes(directory.nameAt(at)));
}

/** Makes ciphertext of the names in a directory: the same bytes with other bits, NUL and '/' among them. */
function scramble(directory: TestDirectory): void {
  const { image } = directory;
  for (const { logical, at } of entriesOf(directory)) {
    for (let i = at + 8; i < at + 8 + dirent.name_len(image.view, at); i++) image.bytes[i]! ^= 0x73;
    directory.restamp(logical);
  }
}

/**
 * `/one` and `/two`: encrypted by policies of version 1 and 2, with two files, a directory, a symlink and a pipe;
 * `/plain`, an ordinary directory with a pipe.
 */
export function encryptedImage(options = 'metadata_csum'): TestImage {
  const image = makeImage({
    size: '2M',
    options: `-t ext4 -b 1024 -I 256 -O encrypt,^has_journal,${options}`,
    commands: [
      ...['mkdir one', 'mkdir two', 'mkdir plain', 'cd plain', 'mknod pipe p'],
      ...['one', 'two'].flatMap((name) => [
        `cd /${name}`,
        'write /dev/null file-aaaaaaaaaaaas',
        'write /dev/null file-bbbbbbbbbbbbbb-with-\\-inside',
        'mkdir directory-cccccccccccc',
        'symlink symlink-ddddddddddd 22-bytes-of-ciphertext',
        'mknod pipe-eeeeeeeeeeee p',
      ]),
    ],
  });
  for (const [name, version] of [
    ['one', 1],
    ['two', 2],
  ] as const) {
    const directory = TestDirectory.at(image, `/${name}`);
    for (const { at, target } of entriesOf(directory)) {
      const type = dirent.file_type(image.view, at);
      if (type !== 5) encryptInode(image, target, version, version);
      if (type !== 7) continue;
      // a symlink has the length of the ciphertext before it
      const text = image.inodeAt(target) + inode.i_block.offset;
      image.bytes.copyWithin(text + 2, text, text + 22);
      image.view.setUint16(text, 22, true);
      image.setInode(target, { i_size_lo: 24 });
    }
    encryptInode(image, directory.ino, version, version);
    scramble(directory);
  }
  return image;
}

const foreign = [
  'Straße',
  'ÅNGSTRÖM',
  'İstanbul',
  'ΣΊΣΥΦΟΣ',
  'ﬁnal',
  '한글이름',
  'Ünï\u00adcode',
  'ǅungla',
  'ŉgoni',
  '日本語',
];

/** `/tree`, indexed, and `/flat`, both without regard to case; names of many scripts for one pipe. */
export function casefoldedImage({ strict = false, options = 'metadata_csum' } = {}): TestImage {
  const commands = ['mkdir tree', 'mkdir flat', 'mkdir plain', 'mknod pipe p'];
  for (const name of [...foreign, 'README.TXT', 'X'.repeat(100)]) commands.push(`ln pipe flat/${name}`);
  for (let i = 0; i < 60; i++) {
    if (i % 12 === 0) commands.push('expand_dir tree');
    commands.push(`ln pipe tree/${foreign[i % foreign.length]}_${i}${'Ж'.repeat(12)}Fﬀ`);
  }
  commands.push('sif flat flags 0x40080000', 'sif tree flags 0x40081000');
  // a fixed seed, so that names are at the same places every time
  const encoding = `-E hash_seed=8d2f6a10-93c4-4be7-a1f0-5c7e39d2b486,encoding=utf8${strict ? ',encoding_flags=strict' : ''}`;
  return makeImage({
    size: '2M',
    options: `-t ext4 -b 1024 -O casefold,^has_journal,${options} ${encoding}`,
    commands,
    settle: true,
  });
}

/** `/both`: an indexed directory of pipes that is encrypted and casefolded, so its entries have hashes. */
export function sealedImage(): TestImage {
  const pipes = 32;
  const commands = ['mkdir both', ...Array<string>(8).fill('expand_dir both')];
  for (let i = 0; i < pipes; i++) commands.push(`mknod pipe-${i} p`);
  const image = makeImage({
    size: '2M',
    options: '-t ext4 -b 1024 -I 256 -O casefold,encrypt,^has_journal,^metadata_csum -E encoding=utf8',
    commands,
  });
  const directory = TestDirectory.at(image, '/both');
  const root = new TestDirectory(image, 2);
  const targets = Array.from({ length: pipes }, (_, i) => inodeOf(image, `/pipe-${i}`));
  for (let i = 0; i < pipes; i++) root.remove(`pipe-${i}`);
  // leaves of eight names each, in the order of their hashes
  const size = 100;
  const record = direntSize(size) + direntHashSize;
  const used = pipes / 8;
  for (let leaf = 1; leaf < directory.logicals.length; leaf++) {
    const start = directory.blockAt(leaf);
    image.fill(start, 1024);
    image.poke(dirent.rec_len, start, 1024);
    for (let i = 0; leaf <= used && i < 8; i++) {
      const at = start + i * record;
      const number = (leaf - 1) * 8 + i;
      image.poke(dirent.inode, at, targets[number]!).poke(dirent.rec_len, at, i < 7 ? record : 1024 - 7 * record);
      image.poke(dirent.name_len, at, size).poke(dirent.file_type, at, 5);
      for (let byte = 0; byte < size; byte++) image.bytes[at + 8 + byte] = number * 7 + byte * 13;
      image.view.setUint32(at + direntSize(size), (number + 1) * 0x1000000, true);
    }
  }
  // the index: a root with an entry for each leaf, those without names last
  const start = directory.blockAt();
  image.fill(start + 24, 1000);
  image.poke(dirent.rec_len, start + 12, 1012);
  image.bytes.set([6, 8, 0, 0], start + 28);
  const leaves = directory.logicals.length - 1;
  for (let i = 0; i < leaves; i++) {
    const hash = i < used ? (i * 8 + 1) * 0x1000000 : 0x40000000 + i * 2;
    image.view.setUint32(start + 32 + i * 8, i === 0 ? 124 + leaves * 65536 : hash, true);
    image.view.setUint32(start + 36 + i * 8, i + 1, true);
  }
  encryptInode(image, directory.ino, 2, 3);
  return addFlags(image, directory.ino, inodeFlags.CASEFOLD | inodeFlags.INDEX);
}
