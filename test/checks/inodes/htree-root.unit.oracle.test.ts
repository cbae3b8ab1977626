import { problems } from '../../../src/checks/inodes/htree-root';
import { compat, incompat } from '../../../src/layout/features';
import { dxRootInfo, dxRootInfoOffset } from '../../../src/layout/htree';
import { inodeFlags } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestImage } from '../../support/image';
import { addFlags, blockWord, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const setInfo = (image: TestImage, field: typeof dxRootInfo.hash_version, value: number): TestImage =>
  image.poke(field, image.blockAt(blockWord(image, tree.many, 0)) + dxRootInfoOffset, value);
const addIncompat = (image: TestImage, bits: number): TestImage =>
  image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | bits });

testWithWholeCheck(problems, [
  {
    name: 'an index without the feature',
    image: ext2,
    damage: (image) => image.setSuper({ s_feature_compat: image.made.sb.s_feature_compat & ~compat.dir_index }),
    findings: ['htree-without-feature 0x010047'],
  },
  {
    name: 'an index flag on a file',
    image: ext2,
    damage: (image) => addFlags(image, tree.fstab, inodeFlags.INDEX),
    findings: [
      'htree-not-directory 0x010048',
      'htree-root-invalid 0x010049',
      'htree-hash-unknown 0x01004a',
      'htree-too-deep 0x01004c',
      'superblock-large-dir-missing 0x020039',
    ],
  },
  {
    name: 'an index flag on a directory without one',
    image: ext2,
    damage: (image) => addFlags(image, tree.home, inodeFlags.INDEX),
    findings: ['htree-root-invalid 0x010049', 'htree-root-bad 0x02003c', 'htree-limit-wrong 0x02003d'],
  },
  {
    name: 'an indexed directory without a first block',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.many, 0, 0),
    findings: [
      'htree-root-invalid 0x010049',
      'inode-blocks-wrong 0x01000d',
      'directory-hole 0x020015',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'an indexed directory whose first block does not exist',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.many, 0, 5000),
    findings: [
      'block-out-of-range 0x01000e',
      'htree-root-invalid 0x010049',
      'inode-blocks-wrong 0x01000d',
      'directory-hole 0x020015',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-depth-uneven 0x020040',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a reserved word in the root that is not zero',
    image: ext2,
    damage: (image) => setInfo(image, dxRootInfo.reserved_zero, 1),
    findings: ['htree-root-invalid 0x010049', 'htree-root-bad 0x02003c'],
  },
  {
    name: 'a short root',
    image: ext2,
    damage: (image) => setInfo(image, dxRootInfo.info_length, 7),
    findings: [
      'htree-root-invalid 0x010049',
      'htree-root-bad 0x02003c',
      'htree-limit-wrong 0x02003d',
      'htree-count-wrong 0x02003e',
      ...times(5, 'htree-block-missing 0x02003a'),
      'htree-hash-order 0x02003f',
      'htree-block-referenced-twice 0x020035',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
    ],
  },
  {
    name: 'an unknown hash',
    image: ext2,
    damage: (image) => setInfo(image, dxRootInfo.hash_version, 3),
    findings: [
      'htree-hash-unknown 0x01004a',
      'htree-max-hash 0x020037',
      'htree-min-hash 0x020036',
      'htree-max-hash 0x020037',
      'htree-min-hash 0x020036',
      'htree-max-hash 0x020037',
      'htree-min-hash 0x020036',
      'htree-min-hash 0x020036',
    ],
  },
  {
    name: 'an unknown flag',
    image: ext2,
    damage: (image) => setInfo(image, dxRootInfo.unused_flags, 1),
    findings: ['htree-flags-unknown 0x01004b'],
  },
  {
    name: 'three levels',
    image: ext2,
    damage: (image) => setInfo(image, dxRootInfo.indirect_levels, 3),
    findings: [
      'htree-too-deep 0x01004c',
      'superblock-large-dir-missing 0x020039',
      'htree-root-bad 0x02003c',
      ...times(5, 'htree-depth-uneven 0x020040'),
    ],
  },
  {
    name: 'four levels',
    image: ext2,
    damage: (image) => setInfo(image, dxRootInfo.indirect_levels, 4),
    findings: [
      'htree-too-deep 0x01004c',
      'superblock-large-dir-missing 0x020039',
      'htree-root-bad 0x02003c',
      ...times(5, 'htree-depth-uneven 0x020040'),
    ],
  },
  {
    name: 'an encrypted and casefolded directory that is not hashed by siphash',
    image: ext2,
    damage: (image) =>
      addFlags(
        addIncompat(image, incompat.encrypt | incompat.casefold),
        tree.many,
        inodeFlags.ENCRYPT | inodeFlags.CASEFOLD,
      ),
    findings: [
      'superblock-encoding-unknown',
      'superblock-backup-differs',
      'superblock-backup-differs',
      'htree-needs-siphash 0x01008d',
      'encryption-policy-missing 0x01008a',
    ],
  },
  {
    name: 'siphash in an ordinary directory',
    image: ext2,
    damage: (image) => setInfo(image, dxRootInfo.hash_version, 6),
    findings: ['htree-cannot-siphash 0x01008e', ...times(4, 'htree-min-hash 0x020036')],
  },
]);
