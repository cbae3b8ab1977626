import { problems as inodeProblems } from '../../../src/checks/inodes/xattr/problems';
import { problems as linkProblems } from '../../../src/checks/links/value-inodes';
import { incompat } from '../../../src/layout/features';
import { inode, inodeFlags } from '../../../src/layout/inode';
import { xattrEntry } from '../../../src/layout/xattr';
import { testWithWholeCheck } from '../../support/check-damages';
import { makeImage } from '../../support/e2fsprogs';
import type { TestImage } from '../../support/image';
import { addFlags } from '../../support/tree';
import { blockEntry, bodyEntry, flagsWithout, inBlock, inBody, recipe, values } from '../../support/value-inodes';

const refers = (name: string, valueInode: number, named: readonly string[] = []) => ({
  name,
  native: true,
  image: values,
  damage: (image: TestImage) => image.poke(xattrEntry.e_value_inum, bodyEntry(image), valueInode),
  findings: [
    'xattr-value-inode-invalid 0x010083',
    'inode-blocks-wrong 0x01000d',
    ...named,
    'xattr-inode-unreferenced',
    'inode-unattached 0x040002',
  ],
});

const {
  'xattr-value-inode-invalid': invalid,
  'xattr-value-inode-flag-missing': flagMissing,
  'xattr-value-inode-hash-wrong': hashWrong,
  'xattr-value-inode-size-wrong': sizeWrong,
  'xattr-inode-without-feature': withoutFeature,
} = inodeProblems;

testWithWholeCheck({ invalid, flagMissing, hashWrong, sizeWrong, withoutFeature, ...linkProblems }, [
  refers('a value in a reserved inode', 5),
  refers('a value in an inode that does not exist', 5000),
  refers('a value in an inode that is not in use', 20),
  refers('a value in the very inode that has the attribute', inBody.ino, ['xattr-inode-named']),
  {
    name: 'a value inode without its flag, named in an inode',
    native: true,
    image: values,
    damage: (image) =>
      image.setInode(inBody.value, { i_flags: flagsWithout(image, inBody.value, inodeFlags.EA_INODE) }),
    findings: [
      'xattr-value-inode-flag-missing 0x010086',
      'xattr-value-inode-flag-missing 0x010085',
      'inode-blocks-wrong 0x01000d',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'a value inode without its flag, named in a block',
    native: true,
    image: values,
    damage: (image) =>
      image.setInode(inBlock.value, { i_flags: flagsWithout(image, inBlock.value, inodeFlags.EA_INODE) }),
    findings: [
      'xattr-value-inode-flag-missing 0x010086',
      'xattr-value-inode-flag-missing 0x010085',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'a value of which the checksum changed',
    native: true,
    image: values,
    damage: (image) => image.setInode(inBody.value, { i_atime: 77 }),
    findings: ['xattr-value-inode-hash-wrong 0x010054', 'inode-blocks-wrong 0x01000d', 'xattr-value-changed'],
  },
  {
    name: 'an attribute in a block of which the hash changed',
    native: true,
    image: values,
    e2fsckDiffers: 'it charges the inode with whatever it finds on its stack',
    damage: (image) => image.poke(xattrEntry.e_hash, blockEntry(image), 77),
    findings: ['xattr-value-inode-hash-wrong 0x010054', 'inode-blocks-wrong 0x01000d'],
  },
  {
    name: 'a value as Lustre kept it',
    native: true,
    image: values,
    damage: (image) => {
      const generation = inode.i_generation(image.view, image.inodeAt(inBody.ino));
      const times = { i_atime: 77, i_ctime: 77, i_mtime: inBody.ino, i_generation: generation };
      return image.setInode(inBody.value, times).setInode(inBody.ino, { i_blocks_lo: 0 });
    },
    findings: [],
  },
  {
    name: 'a value shorter than its inode',
    native: true,
    image: values,
    damage: (image) => image.poke(xattrEntry.e_value_size, bodyEntry(image), 1400),
    findings: ['xattr-value-inode-size-wrong', 'inode-blocks-wrong'],
  },
  {
    name: 'a value that counts too many users',
    native: true,
    image: values,
    damage: (image) => image.setInode(inBody.value, { i_version: 5 }),
    findings: ['xattr-inode-refcount-wrong 0x040005'],
  },
  {
    name: 'a value that was overwritten',
    native: true,
    image: values,
    damage: (image) => {
      // one extent maps the two blocks of the value
      const start = image.view.getUint32(image.inodeAt(inBody.value) + inode.i_block.offset + 20, true);
      return image.fill(image.blockAt(start), 1024);
    },
    findings: ['xattr-value-changed'],
  },
  {
    name: 'a value shared by two attributes',
    native: true,
    image: values,
    damage: (image) => {
      const entry = bodyEntry(image);
      image.bytes.copyWithin(blockEntry(image) + 4, entry + 4, entry + 16);
      return image.setInode(inBody.value, { i_version: 2 }).setInode(inBlock.value, { i_version: 0 });
    },
    findings: ['xattr-inode-unreferenced', 'inode-unattached 0x040002'],
  },
  {
    name: 'a reference in a broken attribute',
    native: true,
    image: () => makeImage(recipe(['ea_set a security.s x'])),
    damage: (image) => image.poke(xattrEntry.e_name_len, bodyEntry(image), 90),
    findings: [
      'xattr-body-collision 0x010069',
      'inode-blocks-wrong 0x01000d',
      'xattr-inode-unreferenced',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'values in inodes without the feature',
    native: true,
    image: values,
    damage: (image) => image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat & ~incompat.ea_inode }),
    findings: ['xattr-inode-without-feature', 'xattr-inode-without-feature'],
  },
  {
    name: 'a named file with the flag of value inodes',
    native: true,
    image: () => makeImage(recipe(['write /dev/null c'])),
    damage: (image) => addFlags(image, 16, inodeFlags.EA_INODE),
    findings: ['xattr-inode-flag-stray'],
  },
  {
    name: 'a value inode with a name',
    native: true,
    image: values,
    damage: () => makeImage(recipe(['ln <13> value'])),
    findings: ['xattr-inode-named'],
  },
  {
    name: 'value inodes count for the owner of the file, and not for their own',
    native: true,
    image: () => makeImage(recipe([], ',quota')),
    damage: (image) => image.setInode(inBody.value, { i_uid: 7 }),
    findings: [],
  },
]);
