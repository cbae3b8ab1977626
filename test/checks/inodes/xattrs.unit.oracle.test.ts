import { expect } from 'vitest';
import type { Field } from '../../../src/bytes/field';
import { problems } from '../../../src/checks/inodes/xattr/problems';
import { inode } from '../../../src/layout/inode';
import { xattrEntry, xattrEntrySize, xattrHeader } from '../../../src/layout/xattr';
import { checkWhole, testWithWholeCheck } from '../../support/check-damages';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { unitTest } from '../../support/project-tests';
import { restampXattrBlock, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');

/** Changes a field of the only attribute in the body of /etc/passwd. */
const setBody = (image: TestImage, field: Field, value: number): TestImage =>
  image.poke(field, image.inodeAt(tree.passwd) + 128 + 32 + 4, value).restampInode(tree.passwd);

const attributeBlock = (image: TestImage): number => inode.i_file_acl_lo(image.view, image.inodeAt(tree.cos));
/** Changes a field of the header of the attribute block of /etc/cos, or of its only entry. */
const setHeader = (image: TestImage, field: Field, value: number): TestImage => {
  const block = attributeBlock(image);
  return restampXattrBlock(image.poke(field, image.blockAt(block), value), block);
};
const setEntry = (image: TestImage, field: Field, value: number): TestImage => {
  const block = attributeBlock(image);
  return restampXattrBlock(image.poke(field, image.blockAt(block) + 32, value), block);
};

const two = () =>
  makeImage({
    size: '1M',
    options: '-t ext2 -b 1024 -I 128 -N 16',
    commands: ['write /dev/null a', 'ea_set a user.aa 1', 'ea_set a user.bb 2'],
    settle: true,
  });

/** Provoked in value-inodes.test.ts. */
const valueFindings = [
  'xattr-inode-without-feature',
  'xattr-value-inode-invalid 0x010083',
  'xattr-value-inode-flag-missing 0x010086',
  'xattr-value-inode-flag-missing 0x010085',
  'xattr-value-inode-hash-wrong 0x010054',
  'xattr-value-inode-size-wrong',
];

testWithWholeCheck(
  problems,
  [
    {
      name: 'a NUL in the name of an attribute in an inode',
      image: ext4,
      damage: (image) => {
        const at = image.inodeAt(tree.passwd) + 128 + 32 + 4;
        image.bytes[at + xattrEntrySize] = 0;
        return setBody(image, xattrEntry.e_hash, 0);
      },
      findings: ['xattr-refused'],
    },
    {
      name: 'a NUL in the name of an attribute in a block',
      image: ext2,
      damage: (image) => {
        const at = image.blockAt(attributeBlock(image)) + 32;
        image.bytes[at + xattrEntrySize] = 0;
        return setEntry(image, xattrEntry.e_name_index, 1);
      },
      findings: ['xattr-hash-wrong 0x010054', 'xattr-refused'],
    },
    {
      name: 'extra fields of an odd size',
      image: ext2,
      damage: (image) => image.setInode(tree.fstab, { i_extra_isize: 30 }),
      findings: ['inode-extra-size-wrong 0x01004f'],
    },
    {
      name: 'extra fields larger than the inode',
      image: ext4,
      damage: (image) => image.setInode(tree.fstab, { i_extra_isize: 132 }),
      findings: ['inode-extra-size-wrong 0x01004f'],
    },
    {
      name: 'extra fields that fill the inode',
      image: ext2,
      damage: (image) => image.setInode(tree.fstab, { i_extra_isize: 128 }),
      findings: [],
    },
    {
      name: 'a value on top of its entry',
      image: ext4,
      damage: (image) => setBody(image, xattrEntry.e_value_offs, 4),
      findings: ['xattr-body-collision 0x010069'],
    },
    {
      name: 'a value that leaves the inode',
      image: ext2,
      damage: (image) => setBody(image, xattrEntry.e_value_offs, 200),
      findings: ['xattr-body-collision 0x010069'],
    },
    {
      name: 'a name that leaves the inode',
      image: ext2,
      damage: (image) => setBody(image, xattrEntry.e_name_len, 200),
      findings: ['xattr-body-collision 0x010069'],
    },
    {
      name: 'a name that fills the inode',
      image: ext2,
      damage: (image) => setBody(image, xattrEntry.e_name_len, 76),
      findings: ['xattr-value-size 0x010053'],
    },
    {
      name: 'attributes that leave no room for their end',
      image: ext2,
      damage: (image) => {
        // names of 4 and 12 bytes from the start on, and a value of 41 bytes up to the end
        const at = image.inodeAt(tree.passwd) + 128 + 32;
        image.fill(at + 4, 92);
        image.poke(xattrEntry.e_name_len, at + 4, 4).poke(xattrEntry.e_name_index, at + 4, 1);
        image.poke(xattrEntry.e_value_offs, at + 4, 48).poke(xattrEntry.e_value_size, at + 4, 41);
        image.poke(xattrEntry.e_name_len, at + 24, 12).poke(xattrEntry.e_name_index, at + 24, 1);
        return image;
      },
      findings: ['xattr-body-collision 0x010069'],
    },
    {
      name: 'a value longer than the room that is left',
      image: ext4,
      damage: (image) => setBody(image, xattrEntry.e_value_size, 100),
      findings: ['xattr-value-size 0x010053'],
    },
    {
      name: 'a hash in the inode that does not fit',
      image: ext2,
      damage: (image) => setBody(image, xattrEntry.e_hash, 5),
      findings: ['xattr-hash-wrong 0x010054'],
    },
    {
      name: 'an attribute block behind the end of the image',
      image: ext2,
      damage: (image) => {
        const last = image.made.blocksCount - 1;
        return image.setInode(tree.cos, { i_file_acl_lo: last }).resized(image.blockAt(last));
      },
      e2fsckDiffers: 'it goes on to judge the buffer that it could not fill',
      findings: [
        'image-truncated 0x000005',
        'xattr-block-unreadable 0x010039',
        'block-marked-unused 0x050004',
        'block-used-marked-free 0x050005',
      ],
    },
    {
      name: 'an attribute block of zeros',
      image: ext2,
      damage: (image) => image.fill(image.blockAt(attributeBlock(image)), 1024),
      findings: [
        'xattr-block-zero',
        'xattr-block-magic 0x01003a',
        'xattr-block-count 0x01003e',
        'xattr-refcount-wrong 0x01003c',
      ],
    },
    {
      name: 'an attribute block without its magic number',
      image: ext4,
      damage: (image) => setHeader(image, xattrHeader.h_magic, 0xea010000),
      findings: ['xattr-block-magic 0x01003a'],
    },
    {
      name: 'an attribute block that is two',
      image: ext4,
      damage: (image) => setHeader(image, xattrHeader.h_blocks, 2),
      findings: ['xattr-block-count 0x01003e'],
    },
    {
      name: 'a value on top of the entries of a block',
      image: ext2,
      damage: (image) => setEntry(image, xattrEntry.e_value_offs, 32),
      findings: ['xattr-block-collision 0x010040', 'xattr-hash-wrong 0x010054'],
    },
    {
      name: 'an attribute without a name space',
      image: ext4,
      damage: (image) => setEntry(image, xattrEntry.e_name_index, 0),
      findings: ['xattr-block-bad-name 0x010041', 'xattr-block-collision 0x010040'],
    },
    {
      name: 'a value that leaves its block',
      image: ext2,
      damage: (image) => setEntry(image, xattrEntry.e_value_offs, 1020),
      findings: ['xattr-block-bad-value 0x010042', 'xattr-block-collision 0x010040'],
    },
    {
      name: 'a value of half the address space',
      image: ext4,
      damage: (image) => setEntry(image, xattrEntry.e_value_size, 0x80000000),
      findings: ['xattr-block-bad-value 0x010042', 'xattr-block-collision 0x010040'],
    },
    {
      name: 'a hash in a block that does not fit',
      image: ext4,
      damage: (image) => setEntry(image, xattrEntry.e_hash, 5),
      findings: ['xattr-hash-wrong 0x010054'],
    },
    {
      name: 'a value that changed',
      image: ext4,
      damage: (image) => {
        const block = attributeBlock(image);
        return restampXattrBlock(image.fill(image.blockAt(block) + 4090, 1, 0x7e), block);
      },
      findings: ['xattr-hash-wrong 0x010054'],
    },
    {
      name: 'an attribute block with a wrong checksum',
      image: ext4,
      damage: (image) => image.poke(xattrHeader.h_checksum, image.blockAt(attributeBlock(image)), 5),
      findings: ['xattr-block-checksum-wrong 0x01006c'],
    },
    {
      name: 'attributes of a block out of order',
      native: true,
      image: two,
      damage: (image) => {
        // both entries have 20 bytes, and each keeps its own value
        const first = image.blockAt(inode.i_file_acl_lo(image.view, image.inodeAt(12))) + 32;
        const entries = image.bytes.slice(first, first + 40);
        image.bytes.set(entries.subarray(20), first);
        image.bytes.set(entries.subarray(0, 20), first + 20);
        return image;
      },
      findings: ['xattr-block-unsorted'],
    },
  ],
  { elsewhere: valueFindings },
);

unitTest('inodes of 128 bytes have no room for attributes, not even the last one of a table', async () => {
  const image = TestImage.load('ext2-128-inode');
  image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | 0x400 });
  image.setInode(image.made.inodesCount, { i_mode: 0o100644, i_links_count: 1 });
  expect((await checkWhole(image)).findings.map(({ id }) => id)).toEqual([
    'inode-unattached-empty',
    'inode-unattached',
    'inode-used-marked-free',
  ]);
});
