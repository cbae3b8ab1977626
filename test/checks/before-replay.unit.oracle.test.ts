/** What the kernel refuses before it comes to the journal that would correct it. */
import { afterAll, describe, expect } from 'vitest';
import { checkWhole } from '../support/check-damages';
import { inShort, TestImage } from '../support/image';
import { LogBuilder } from '../support/journal-log';
import { detachMounts, mountResults } from '../support/kernel-mounts';
import { project } from '../support/project';
import { oracleTest, unitTest } from '../support/project-tests';
import { canMount } from '../support/repair';

afterAll(detachMounts);

/** An image whose journal restores the superblock and the first block of descriptors, as they were before `spoil`. */
async function restored(name: string, spoil: (image: TestImage) => void): Promise<TestImage> {
  const image = TestImage.load(name);
  const { firstDataBlock, blockSize } = image.made;
  const builder = await LogBuilder.on(image);
  const copy = (block: number) => ({ block, data: image.bytes.slice(block * blockSize, (block + 1) * blockSize) });
  builder.add({ blocks: [copy(firstDataBlock), copy(firstDataBlock + 1)] });
  spoil(image);
  return image;
}

const descriptors = (image: TestImage): number => image.groupAt(0);

const refused: readonly (readonly [made: string, spoil: (image: TestImage) => void])[] = [
  ['more blocks than the device has', (image) => image.setSuper({ s_blocks_count_lo: image.made.blocksCount * 2 })],
  ['another number of inodes', (image) => image.setSuper({ s_inodes_count: 5 })],
  ['a first inode that is reserved', (image) => image.setSuper({ s_first_ino: 5 })],
  ['a device for the journal besides its inode', (image) => image.setSuper({ s_journal_dev: 58 })],
  ['descriptors of zeros', (image) => image.fill(descriptors(image), 64)],
];
const bases = ['ext4-4k-csum', 'ext4-1k-csum-tree', 'ext3-1k-htree'];

describe.each(bases)('%s', (base) => {
  unitTest.each(refused)('%s', async (_made, spoil) => {
    const { findings, mountable, verdict, journal } = await checkWhole(await restored(base, spoil));
    expect(verdict).toBe('fatal');
    expect(mountable?.readWrite.works).toBe(false);
    const ids = findings.map(({ id }) => id);
    // where a backup is used, or the superblock as it is, nothing is replayed, and the fault itself is reported
    if (journal?.state === 'replayed') expect(ids).toContain('refused-before-replay');
    else
      expect(ids).toContain(ids.includes('superblock-backup-used') ? 'superblock-backup-used' : 'superblock-damaged');
  });

  unitTest('what is refused is named', async () => {
    const { findings } = await checkWhole(await restored(base, (image) => image.setSuper({ s_first_ino: 5 })));
    const [found] = findings.filter(({ id }) => id === 'refused-before-replay');
    expect(inShort([found!])).toEqual(['refused-before-replay']);
    expect(found!.data).toEqual({ problems: ['superblock-value-invalid', 'superblock-unusable'] });
  });

  unitTest('a copy of a mounted file system is not refused', async () => {
    const { findings, mountable } = await checkWhole(
      await restored(base, (image) => image.setSuper({ s_free_blocks_count_lo: 7, s_mnt_count: 3 })),
    );
    expect(findings.map(({ id }) => id)).not.toContain('refused-before-replay');
    expect(mountable).toMatchObject({
      readWrite: { works: true },
      readOnly: { works: true },
      readOnlyDevice: { works: false, why: 'the journal must be replayed first' },
    });
  });

  oracleTest.skipIf(!canMount || project === 'unit')('as the kernel of this machine (needs root)', async () => {
    for (const [, spoil] of refused)
      expect(mountResults((await restored(base, spoil)).bytes)).toEqual({
        readWrite: false,
        readOnly: false,
        readOnlyDevice: false,
      });
  });
});
