/** Images of each cause, made by the project: at least three of each, for the tests and for docs/causes.md. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { bootCheck, readersCheck } from '../../src/boot/extensions';
import { checkImage } from '../../src/check';
import { containerCheck } from '../../src/container/check';
import { dmVerityCheck } from '../../src/container/verity/check';
import { bmapCheck } from '../../src/content/bmap/check';
import { manifestCheck } from '../../src/content/manifest/check';
import { parseManifest } from '../../src/content/manifest/parse';
import { policyCheck } from '../../src/content/policy/check';
import { parsePolicy } from '../../src/content/policy/parse';
import type { Extension } from '../../src/extension';
import { superblock, superblockOffset } from '../../src/layout/superblock';
import type { ContainerNote } from '../../src/problem/container';
import type { CheckReport } from '../../src/problem/report';
import { memorySource } from '../../src/source/memory';
import { groupHasSuper } from '../../src/volume/geometry';
import { bitmapAt } from '../support/bitmaps';
import { TestDirectory } from '../support/directory';
import { checkPartition, gptDisk, logicalDisk, mbrDisk, mebibyte } from '../support/disk';
import { verityTree } from '../support/dm-verity';
import { fakeNow } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { tree } from '../support/tree';

export interface Example {
  /** What was done, for the title of a test. */
  made: string;
  image(): TestImage;
  extensions?: readonly Extension[];
  require?: readonly string[];
  /** The byte of a disk at which the partition with the file system starts. */
  partitionAt?: number;
}

const clean = (name: string): TestImage => TestImage.load(name);
const damaged = (name: string): TestImage =>
  TestImage.unpack(new URL(`../../fixtures/damaged/${name}.img.gz`, import.meta.url));
const recovery = (name: string): TestImage =>
  TestImage.unpack(new URL(`../../fixtures/recovery/${name}.img.gz`, import.meta.url));

const block = (image: TestImage, number: number, value: number | ((i: number) => number) = 0): TestImage => {
  const at = image.blockAt(number);
  for (let i = 0; i < image.made.blockSize; i++)
    image.bytes[at + i] = typeof value === 'number' ? value : value(i) & 0xff;
  return image;
};
const tableBlock = (image: TestImage, ino: number): number => Math.floor(image.inodeAt(ino) / image.made.blockSize);
const directory = (image: TestImage, path: string): number => TestDirectory.at(image, path).block();
/** What another program might have written. */
const foreign = (i: number): number => 'Lorem ipsum dolor sit amet, '.charCodeAt(i % 28) + ((i * 7) >> 5);

const newUuid = (name: string): TestImage => {
  const image = clean(name);
  image.bytes.set(
    Array.from({ length: 16 }, (_, i) => 0xa0 + i),
    superblockOffset + superblock.s_uuid.offset,
  );
  return image.restampSuper();
};

const shorter = (name: string, blocks: number): TestImage => {
  const image = clean(name);
  return image.resized(image.bytes.length - blocks * image.made.blockSize);
};

const staleChecksum = (name: string): TestImage =>
  clean(name).poke(superblock.s_mtime, superblockOffset, 1_600_000_000);

const policy = (rules: object): Extension[] => [policyCheck(parsePolicy({ version: 1, ...rules }))];
const manifest = (text: string): Extension[] => [manifestCheck(parseManifest(text))];
const mtree = (...lines: string[]): Extension[] => manifest(`#mtree\n${lines.join('\n')}\n`);
/** A block map of an image of `blocks` blocks whose first block contains only zeros. */
function bmap(blocks: number): Extension[] {
  const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');
  const zeros = '0'.repeat(64);
  const text = `<?xml version="1.0" ?>
<bmap version="2.0">
<ImageSize> ${blocks * 4096} </ImageSize> <BlockSize> 4096 </BlockSize> <BlocksCount> ${blocks} </BlocksCount>
<MappedBlocksCount> 1 </MappedBlocksCount> <ChecksumType> sha256 </ChecksumType>
<BmapFileChecksum> ${zeros} </BmapFileChecksum>
<BlockMap> <Range chksum="${sha256(new Uint8Array(4096))}"> 0 </Range> </BlockMap>
</bmap>
`;
  return [bmapCheck(text.replace(zeros, sha256(text)), { digest: createHash })];
}

const disk = (bytes: Buffer) => (): TestImage => new TestImage(Uint8Array.from(bytes));
/** A partition of a clean image that lacks its last 8 sectors; it starts at sector 2048. */
const inPartition = (name: string, missing = 8) => {
  const holds = clean(name).bytes;
  return { start: 2048, count: holds.length / 512 - missing, holds };
};
const unusable = (name: string, field: 's_feature_incompat' | 's_rev_level', value: number) => () =>
  clean(name).setSuper({ [field]: value });
/** A clean image with something else in the superblock of its journal, which is found by its magic number and type. */
function journalSuperblock(name: string, value: number | ((i: number) => number)): TestImage {
  const image = clean(name);
  const at = Buffer.from(image.bytes).indexOf(Buffer.from('c03b399800000004', 'hex'));
  return block(image, at / image.made.blockSize, value);
}
/** The image with one bit flipped, and no checksum renewed. */
function flip(image: TestImage, at: (image: TestImage) => number, bit: number): TestImage {
  image.bytes[at(image)]! ^= 1 << bit;
  return image;
}
/** A clean image whose backups were never written. */
function withoutBackups(name: string): TestImage {
  const image = clean(name);
  const { groupCount, blocksPerGroup, firstDataBlock } = image.made;
  for (let group = 1; group < groupCount; group++)
    if (groupHasSuper(image.made, group))
      for (const next of [0, 1]) block(image, firstDataBlock + group * blocksPerGroup + next);
  return image;
}

/** The images of each cause, by its id. */
/** The hash tree of an image in which one byte was changed, or a root hash that is not that of the tree. */
function verity(name: string, { data, rootHash }: { data?: number; rootHash?: string }): Extension[] {
  const bytes = Buffer.from(clean(name).bytes);
  if (data !== undefined) bytes[data * 4096]! ^= 1;
  const tree = verityTree(bytes);
  return [dmVerityCheck({ rootHash: rootHash ?? tree.rootHash, tree: memorySource(tree.bytes) })];
}

const inContainer = (kind: ContainerNote['kind'], text: string): Extension[] => [
  containerCheck([{ format: 'qcow2', details: 'version 3', size: 2 ** 20, notes: [{ kind, text }] }]),
];

export const examples: Readonly<Record<string, readonly Example[]>> = {
  'superblock-checksum': ['ext4-4k-csum', 'ext4-1k-csum-tree', 'ext4-nojournal'].map((name) => ({
    made: `${name}, a time in the superblock changed without its checksum`,
    image: () => staleChecksum(name),
  })),
  'start-overwritten': [
    { made: 'the first blocks are zeros', image: () => damaged('primary-superblock-destroyed') },
    {
      made: 'text in the superblock',
      image: () => block(damaged('primary-superblock-destroyed'), 1, foreign),
    },
    {
      made: 'ones in the superblock',
      image: () => block(damaged('primary-superblock-destroyed'), 1, 0xff),
    },
  ],
  'image-truncated': [
    { made: 'ext2-1k without its last block', image: () => shorter('ext2-1k', 1) },
    { made: 'ext4-4k-csum without its last four blocks', image: () => shorter('ext4-4k-csum', 4) },
    { made: 'ext2-4k truncated at 60 %', image: () => damaged('truncated') },
  ],
  'uuid-changed': ['ext4-4k-csum', 'ext4-1k-csum-tree', 'ext4-nojournal'].map((name) => ({
    made: `${name} with another UUID`,
    image: () => newUuid(name),
  })),
  'lost-writes': [
    { made: 'a real image', image: () => damaged('harvester-lost-writes') },
    {
      made: 'zeros in a block of the inode table',
      image: () => block(clean('ext2-1k'), tableBlock(clean('ext2-1k'), tree.fstab)),
    },
    {
      made: 'zeros in a directory',
      image: () => block(clean('ext4-4k-csum'), directory(clean('ext4-4k-csum'), '/usr/sbin')),
    },
  ],
  'stale-directories': [
    {
      made: 'a file deleted, its name kept',
      image: () => clean('ext2-1k').setInode(tree.fstab, { i_links_count: 0, i_dtime: 1 }),
    },
    {
      made: 'the same in ext4',
      image: () => clean('ext4-4k-csum').setInode(tree.passwd, { i_links_count: 0, i_dtime: 1 }),
    },
    {
      made: 'a directory deleted, its name kept',
      image: () => clean('ext2-4k').setInode(tree.home, { i_links_count: 0 }),
    },
  ],
  overwritten: [
    {
      made: 'text over an inode table and a directory',
      image: () =>
        block(
          block(clean('ext4-4k-csum'), tableBlock(clean('ext4-4k-csum'), 18), foreign),
          directory(clean('ext4-4k-csum'), '/usr/sbin'),
          foreign,
        ),
    },
    {
      made: 'text over a bitmap and a directory',
      image: () => {
        const image = clean('ext4-1k-csum-tree');
        image.bytes.fill(0x41, bitmapAt(image, 'inode', 0), bitmapAt(image, 'inode', 0) + 32);
        return block(image, directory(image, '/usr/sbin'), foreign);
      },
    },
    {
      made: 'text over the inode tables',
      image: () => {
        const image = clean('ext4-4k-csum');
        const first = tableBlock(image, 18);
        return block(block(image, first, foreign), first + 1, foreign);
      },
    },
  ],
  'shared-blocks': [
    { made: 'two files with one block', image: () => damaged('crosslinked') },
    {
      made: 'a file with the block of a directory',
      image: () => clean('ext2-1k').setBlockWord(tree.fstab, 0, directory(clean('ext2-1k'), '/')),
    },
    {
      made: 'the same in 4 KiB blocks',
      image: () => clean('ext2-4k').setBlockWord(tree.fstab, 0, directory(clean('ext2-4k'), '/etc')),
    },
  ],
  'directories-destroyed': [
    {
      made: 'text in a directory',
      image: () => block(clean('ext2-1k'), directory(clean('ext2-1k'), '/usr/sbin'), foreign),
    },
    {
      made: 'ones in a directory',
      image: () => block(clean('ext2-4k'), directory(clean('ext2-4k'), '/usr/sbin'), 0xff),
    },
    {
      made: 'text in another',
      image: () => block(clean('ext3-1k-htree'), directory(clean('ext3-1k-htree'), '/usr/sbin'), foreign),
    },
  ],
  'bits-flipped': [
    { made: 'a time of a file', image: () => flip(clean('ext4-4k-csum'), (i) => i.inodeAt(tree.passwd) + 17, 3) },
    { made: 'a mode', image: () => flip(clean('ext4-1k-csum-tree'), (i) => i.inodeAt(tree.fstab) + 1, 5) },
    {
      made: 'a letter of a name in a directory',
      image: () => flip(clean('ext4-nojournal'), (i) => i.blockAt(directory(i, '/etc')) + 12 + 12 + 9, 1),
    },
  ],
  'bit-differs': [
    { made: 'a link count', image: () => clean('ext2-1k').setInode(tree.fstab, { i_links_count: 5 }) },
    { made: 'the same in ext4', image: () => clean('ext4-4k-csum').setInode(tree.passwd, { i_links_count: 17 }) },
    {
      made: 'a count of directories',
      image: () => clean('ext4-nojournal').setInode(tree.fstab, { i_links_count: 65 }),
    },
  ],
  damaged: [
    { made: 'a mode of an unknown type', image: () => clean('ext2-1k').setInode(tree.fstab, { i_mode: 0o170644 }) },
    { made: 'the same in ext4', image: () => clean('ext4-4k-csum').setInode(tree.passwd, { i_mode: 0o170644 }) },
    { made: 'a mapping beyond the end', image: () => clean('ext2-4k').setBlockWord(tree.fstab, 0, 0x7fffffff) },
  ],
  inconsistent: [
    {
      made: 'a bitmap of zeros in part',
      image: () => clean('ext2-1k').fill(bitmapAt(clean('ext2-1k'), 'block', 0), 20),
    },
    { made: 'a link count', image: () => clean('ext2-1k').setInode(tree.fstab, { i_links_count: 8 }) },
    { made: 'an inode bitmap', image: () => clean('ext2-4k').fill(bitmapAt(clean('ext2-4k'), 'inode', 0), 4) },
  ],
  'journal-refused': [
    { made: 'text in the superblock of the journal', image: () => journalSuperblock('ext3-1k-htree', foreign) },
    { made: 'ones in it', image: () => journalSuperblock('ext4-4k-csum', 0xff) },
    { made: 'zeros in it', image: () => journalSuperblock('ext4-1k-csum-tree', 0) },
  ],
  'fast-commits-pending': [0, 1, 2].map((label) => ({
    made: `fast commits, label ${label}`,
    image: () => recovery('fast-commits').setSuper({ s_mnt_count: label }),
  })),
  'journal-waits': ['ext3-1k-htree', 'ext4-4k-csum', 'ext4-1k-csum-tree'].map((name) => ({
    made: `${name}, marked for recovery`,
    image: () => clean(name).setSuper({ s_feature_incompat: clean(name).made.sb.s_feature_incompat | 4 }),
  })),
  bookkeeping: [
    { made: 'copied while mounted', image: () => damaged('unclean-counts') },
    { made: 'a free count', image: () => clean('ext2-1k').setSuper({ s_free_blocks_count_lo: 1 }) },
    { made: 'the same in ext4', image: () => clean('ext4-4k-csum').setSuper({ s_free_inodes_count: 1 }) },
  ],
  'required-path-fails': ['ext2-1k', 'ext4-4k-csum', 'ext2-rev0'].map((name) => ({
    made: `a path that ${name} does not have`,
    image: () => clean(name),
    require: ['/etc/passwd', '/usr/bin/no-such-program'],
  })),
  'reader-lacks-feature': [
    { made: 'a kernel', image: () => clean('ext4-4k-csum'), extensions: [readersCheck({ kernel: '3.2' })] },
    {
      made: 'a boot loader',
      image: () => clean('ext4-4k-csum'),
      extensions: [readersCheck({ bootLoader: 'u-boot@2013.01' })],
    },
    { made: 'an e2fsck', image: () => clean('ext4-4k-csum'), extensions: [readersCheck({ e2fsck: '1.42' })] },
  ],
  'boot-path-fails': ['ext2-1k', 'ext4-4k-csum', 'ext2-4k'].map((name) => ({
    made: `${name}, which has no boot loader`,
    image: () => clean(name),
    extensions: [bootCheck({ profile: 'generic-linux' })],
  })),
  'manifest-differs': [
    { made: 'a missing file', image: () => clean('ext2-1k'), extensions: mtree('./no-such-file type=file size=1') },
    { made: 'a size', image: () => clean('ext2-1k'), extensions: mtree('./etc/passwd type=file size=1') },
    { made: 'a type', image: () => clean('ext4-4k-csum'), extensions: mtree('./etc type=file') },
  ],
  'policy-differs': [
    { made: 'a missing path', image: () => clean('ext2-1k'), extensions: policy({ paths: ['/no-such-file'] }) },
    {
      made: 'a forbidden path',
      image: () => clean('ext4-4k-csum'),
      extensions: policy({ forbidden: ['/etc/passwd'] }),
    },
    { made: 'a label', image: () => clean('ext2-4k'), extensions: policy({ filesystem: { label: 'OTHER' } }) },
  ],
  'block-map-differs': [
    { made: 'another size', image: () => clean('ext2-1k'), extensions: bmap(1) },
    { made: 'a longer one', image: () => clean('ext2-4k'), extensions: bmap(2 ** 20) },
    { made: 'another in ext4', image: () => clean('ext4-4k-csum'), extensions: bmap(3) },
  ],
  'dm-verity-differs': [
    {
      made: 'a root hash',
      image: () => clean('ext2-1k'),
      extensions: verity('ext2-1k', { rootHash: '00'.repeat(32) }),
    },
    { made: 'a block', image: () => clean('ext2-4k'), extensions: verity('ext2-4k', { data: 5 }) },
    { made: 'another block', image: () => clean('ext4-4k-csum'), extensions: verity('ext4-4k-csum', { data: 900 }) },
  ],
  'container-damaged': ['its xz data is truncated', 'it is marked as corrupt', 'the part super_1.img is missing'].map(
    (text) => ({ made: text, image: () => clean('ext2-1k'), extensions: inContainer('damaged', text) }),
  ),
  'container-suspect': [
    'it was not closed',
    'the checksum of its header is wrong',
    'its log was replayed in memory',
  ].map((text) => ({ made: text, image: () => clean('ext4-4k-csum'), extensions: inContainer('suspect', text) })),
  'backups-never-written': ['ext2-1k', 'ext4-flex-bg-meta-bg', 'ext4-uninit-bg'].map((name) => ({
    made: `${name} without backups`,
    image: () => withoutBackups(name),
  })),
  'deletion-time-one': ['ext2-1k', 'ext4-4k-csum', 'ext4-nojournal'].map((name) => ({
    made: name,
    image: () => clean(name).setInode(tree.passwd, { i_dtime: 1 }),
  })),
  'error-flag-alone': ['ext2-1k', 'ext3-1k-htree', 'ext4-4k-csum'].map((name) => ({
    made: name,
    image: () => clean(name).setSuper({ s_state: 2 }),
  })),
  'file-system-larger-than-partition': [
    { made: 'MBR', image: disk(mbrDisk(32 * mebibyte, [inPartition('ext4-4k-csum')])), partitionAt: mebibyte },
    { made: 'GPT', image: disk(gptDisk(32 * mebibyte, [inPartition('ext2-4k')])), partitionAt: mebibyte },
    {
      made: 'a logical partition',
      image: disk(logicalDisk(32 * mebibyte, 1024, [inPartition('ext2-1k', 2)])),
      partitionAt: mebibyte,
    },
  ],
  'partitioned-disk': [
    { made: 'MBR', image: disk(mbrDisk(32 * mebibyte, [inPartition('ext4-4k-csum', 0)])) },
    { made: 'GPT', image: disk(gptDisk(32 * mebibyte, [inPartition('ext2-4k', 0)])) },
    {
      made: 'MBR over an older file system',
      image: disk(mbrDisk(32 * mebibyte, [inPartition('ext2-1k', 0)], clean('ext4-4k-csum').bytes)),
    },
  ],
  'superblock-unusable': [
    { made: 'an unknown feature', image: unusable('ext4-4k-csum', 's_feature_incompat', 0x80002c2) },
    { made: 'the same in ext2', image: unusable('ext2-1k', 's_feature_incompat', 0x4000002) },
    { made: 'an unknown revision', image: unusable('ext2-4k', 's_rev_level', 7) },
  ],
  'cut-off': [
    { made: 'a part of the superblock', image: () => clean('ext2-1k').resized(1500) },
    { made: 'only the superblock', image: () => clean('ext2-1k').resized(2048) },
    { made: 'the first block of 4 KiB', image: () => clean('ext4-4k-csum').resized(4096) },
  ],
  'journal-device': ['ext2-1k', 'ext2-4k', 'ext4-4k-csum'].map((name) => ({
    made: `the feature journal_dev in ${name}`,
    image: () => clean(name).setSuper({ s_feature_incompat: clean(name).made.sb.s_feature_incompat | 8 }),
  })),
  'not-a-file-system': [
    { made: 'text', image: () => damaged('not-ext') },
    { made: 'zeros', image: () => new TestImage(new Uint8Array(1 << 20)) },
    {
      made: 'a compressed image',
      image: () => new TestImage(Uint8Array.from(gzipSync(clean('ext2-1k').bytes))),
    },
  ],
};

/** The report of an example; the image is called `active.img`. */
export function reportOf({ image, extensions = [], require = [], partitionAt }: Example): Promise<CheckReport> {
  const options = { image: 'active.img', now: new Date(fakeNow * 1000), extensions, require: [...require] };
  if (partitionAt === undefined) return checkImage(image().source(), options);
  return checkPartition(image().bytes, partitionAt, { ...options, image: `active.img?offset=${partitionAt}` });
}
