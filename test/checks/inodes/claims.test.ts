import { problems } from '../../../src/checks/inodes/claims';
import { extentLeaf } from '../../../src/layout/extent';
import { makeImage } from '../../support/e2fsprogs';
import { setRoot } from '../../support/tree';
import { testWhole } from '../../support/whole';

const clusters = () =>
  makeImage({
    size: '8M',
    options: '-t ext4 -b 1024 -C 4096 -O bigalloc,^has_journal,^resize_inode',
    commands: ['mkdir d'],
    settle: true,
  });
const made = 12;

testWhole(problems, [
  {
    name: 'a block at the wrong place in its cluster',
    native: true,
    image: clusters,
    damage: (image) => {
      const at = image.inodeAt(made) + 40 + 12;
      return setRoot(image, made, 1, extentLeaf.ee_start_lo, extentLeaf.ee_start_lo(image.view, at) + 1);
    },
    findings: [
      'cluster-misaligned 0x010074',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'directory-block-zero',
      'directory-entry-corrupt 0x020013',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
    ],
  },
]);
