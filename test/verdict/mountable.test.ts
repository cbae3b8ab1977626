import { describe, expect, test } from 'vitest';
import { checkImage } from '../../src/check';
import { compat, incompat, roCompat } from '../../src/layout/features';
import { journalSuperblock } from '../../src/layout/journal';
import type { Mountable } from '../../src/problem/report';
import { blocksOf } from '../support/directory';
import { fixtureNow } from '../support/fixtures';
import { TestImage } from '../support/image';

const works = { works: true };

async function mountableOf(image: TestImage): Promise<Mountable | undefined> {
  return (await checkImage(image.source(), { now: fixtureNow })).mountable;
}

const withRoCompat = (name: string, bits: number): TestImage => {
  const image = TestImage.load(name);
  return image.setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat | bits });
};

describe('a writable mount fails and a read-only one works', () => {
  test.each<[string, () => TestImage, string]>([
    [
      'shared blocks',
      () => withRoCompat('ext2-1k', roCompat.shared_blocks),
      'Linux does not write to a file system with shared_blocks',
    ],
    [
      'bigalloc without extents',
      () => withRoCompat('ext2-1k', roCompat.bigalloc),
      'Linux does not write to a file system with bigalloc without extent',
    ],
    [
      'bigalloc that starts at block 1',
      () => withRoCompat('ext4-1k-csum-tree', roCompat.bigalloc),
      'Linux does not write to a file system with bigalloc that starts at block 1',
    ],
    [
      'a descriptor with a wrong checksum',
      () => {
        const image = TestImage.load('ext4-uninit-bg');
        image.bytes[image.groupAt(0) + 0x1e]! ^= 1;
        return image;
      },
      'group-descriptor-checksum',
    ],
    [
      'no block for multi-mount protection',
      () => {
        const image = TestImage.load('ext2-1k');
        return image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.mmp });
      },
      'mmp-block-location',
    ],
  ])('%s', async (_, image, why) => {
    expect(await mountableOf(image())).toEqual({
      readWrite: { works: false, why },
      readOnly: works,
      readOnlyDevice: works,
    });
  });
});

test('the read-only feature makes a writable mount read-only, whatever else the file system has', async () => {
  const image = withRoCompat('ext2-1k', roCompat.shared_blocks | roCompat['read-only']);
  expect((await mountableOf(image))?.readWrite).toEqual(works);
});

test('an unused bit that Linux ignores', async () => {
  expect((await mountableOf(withRoCompat('ext2-1k', 0x4)))?.readWrite).toEqual(works);
});

test.each<[string, keyof typeof journalSuperblock, string]>([
  ['an error in the journal', 's_errno', 'journal-error-recorded'],
  ['a log that is not marked for replay', 's_start', 'journal-holds-transactions'],
])('%s needs a device that can be written', async (_, field, why) => {
  const image = TestImage.load('ext3-1k-htree');
  const [first] = blocksOf(image, 8).values();
  image.poke(journalSuperblock[field] as typeof journalSuperblock.s_errno, image.blockAt(first!), 1);
  expect(await mountableOf(image)).toEqual({
    readWrite: works,
    readOnly: works,
    readOnlyDevice: { works: false, why },
  });
});

test('without the feature of a journal there is nothing to replay', async () => {
  const image = TestImage.load('ext3-1k-htree');
  const { s_feature_compat, s_feature_incompat } = image.made.sb;
  image.setSuper({
    s_feature_compat: s_feature_compat & ~compat.has_journal,
    s_feature_incompat: s_feature_incompat | incompat.needs_recovery,
  });
  expect((await mountableOf(image))?.readOnlyDevice).toEqual(works);
});

test('an encrypted root directory without a policy cannot be listed', async () => {
  const why = 'encryption-policy-missing';
  const image = TestImage.load('ext2-1k').setInode(2, { i_flags: 0x800 });
  expect((await mountableOf(image))?.readOnly).toEqual({ works: false, why });
});

test('a root directory in the block of the descriptors cannot be listed', async () => {
  const image = TestImage.load('ext2-1k');
  image.setBlockWord(2, 0, image.geometry.firstDataBlock + 1);
  expect((await mountableOf(image))?.readOnly).toEqual({ works: false, why: 'file-shares-metadata' });
});

test('a root directory without its first block cannot be listed, whatever holes are allowed in directories', async () => {
  const image = TestImage.load('ext4-1k-csum-tree');
  const { s_feature_incompat } = image.made.sb;
  image.setSuper({ s_feature_incompat: s_feature_incompat | incompat.large_dir }).restampSuper();
  // the first extent of the mapping then starts at block 1
  image.setBlockWord(2, 3, 1);
  expect((await mountableOf(image))?.readOnly).toEqual({ works: false, why: 'directory-extent-gap' });
});
