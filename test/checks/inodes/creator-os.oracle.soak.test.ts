/**
 * What the creator operating system changes: e2fsck and we must read the system-dependent parts of an inode alike. A file
 * and a directory take turns; in soak both have every damage.
 */
import { describe, test } from 'vitest';
import { hurdFragmentOffset, inodeFlags } from '../../../src/layout/inode';
import { checkWhole } from '../../support/check-damages';
import { expectSameCodes } from '../../support/compare-codes';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import { inShort, TestImage } from '../../support/image';
import { project } from '../../support/project';
import { addFlags, tree } from '../../support/tree';

/** Linux, Hurd, Masix, FreeBSD, Lites, and a number that no system has. */
const systems = [0, 1, 2, 3, 4, 7];
const images = ['ext2-1k', 'ext4-nojournal', 'ext4-4k-csum'];

/** One field that depends on the system, or a bad one that makes e2fsck look at the others. */
const damages: [string, (image: TestImage, ino: number) => TestImage][] = [
  ['high half of the block count', (image, ino) => image.setInode(ino, { i_blocks_high: 1 })],
  ['high half of the attribute block', (image, ino) => image.setInode(ino, { i_file_acl_high: 1 })],
  ['fragment address', (image, ino) => image.setInode(ino, { i_faddr: 5 })],
  ['fragment number', (image, ino) => image.fill(image.inodeAt(ino) + hurdFragmentOffset, 1, 3).restampInode(ino)],
  ['fragment size', (image, ino) => image.fill(image.inodeAt(ino) + hurdFragmentOffset + 1, 1, 3).restampInode(ino)],
  ['translator', (image, ino) => image.setInode(ino, { i_version: 77 })],
  ['translator out of range', (image, ino) => image.setInode(ino, { i_version: 0x7fffffff })],
  ['high halves of the owner', (image, ino) => image.setInode(ino, { i_uid_high: 9, i_gid_high: 9 })],
  ['the unused half word', (image, ino) => image.setInode(ino, { i_reserved: 9 })],
  ['block count', (image, ino) => image.setInode(ino, { i_blocks_lo: 6000 })],
  ['block count in blocks', (image, ino) => addFlags(image, ino, inodeFlags.HUGE_FILE)],
  [
    'all at once',
    (image, ino) => image.setInode(ino, { i_blocks_high: 0x0303, i_file_acl_high: 1, i_faddr: 5, i_version: 7 }),
  ],
];

const inodes = [tree.fstab, tree.etc];
const both = project === 'soak';

describe.skipIf(!hasE2fsprogs).each(images)('%s', (name) => {
  test.each(systems)('system %d: e2fsck agrees', async (system) => {
    for (const [index, [what, damage]] of damages.entries())
      for (const ino of both ? inodes : [inodes[(index + system) % 2]!]) {
        const image = damage(TestImage.load(name).setSuper({ s_creator_os: system }), ino);
        const { findings } = await checkWhole(image);
        try {
          expectSameCodes(image, inShort(findings));
        } catch (error) {
          throw new Error(`${what} of inode ${ino}`, { cause: error });
        }
      }
  });
});
