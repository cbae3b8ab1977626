/** Inode 1: the list of blocks that are broken on the medium and must not be used. */
import { inode, inodeFlags } from '../../layout/inode';
import { define } from '../../problem/define';
import { groupHead, groupOfBlock } from '../../volume/geometry';
import { walkMapping } from '../../volume/mapping';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { FixedPlaces } from './fixed-places';

interface BlockData {
  block: number;
}

export const problems = define({
  'bad-blocks-inode-invalid': {
    severity: 'warning',
    e2fsck: [0x010065],
    title: 'Bad-blocks inode is not as it should be',
    explain:
      'Inode 1 only lists broken blocks: it has no mode, owner or links. Here it has, or its checksum is wrong, so its inode-table block was damaged. Files read right unless their inodes share that block.',
    say: (_: object) => 'the bad-blocks inode has a mode, owner, links, attributes or a wrong checksum',
  },
  'bad-blocks-out-of-range': {
    severity: 'warning',
    e2fsck: [0x010012],
    title: 'Bad-blocks list names a block that does not exist',
    explain:
      'The list of broken blocks holds a number outside the file system. The list was overwritten. Files read right, since the kernel does not look at it; e2fsck drops such numbers.',
    say: (d: BlockData) => `the bad-blocks list names block ${d.block}, which does not exist`,
  },
  'bad-blocks-own-block': {
    severity: 'warning',
    e2fsck: [0x010015, 0x01004d],
    title: 'Bad-blocks list uses blocks that have another use',
    explain:
      'A block that the list of broken blocks needs for itself is used by something else as well. The list cannot be trusted; e2fsck stops here. Files read right, since the kernel does not look at it.',
    say: (d: BlockData) => `the bad-blocks list keeps itself in block ${d.block}, which has another use`,
  },
  'bad-blocks-list-stops': {
    severity: 'warning',
    e2fsck: [0x010016],
    title: 'Bad-blocks list cannot be used',
    explain:
      'The list of broken blocks contradicts itself, and e2fsck refuses to go on with it. The list was overwritten; files read right, since the kernel does not look at it.',
    say: (_: object) => 'the bad-blocks list contradicts itself',
  },
  'bad-blocks-lists-itself': {
    severity: 'warning',
    e2fsck: [0x01007b],
    title: 'Bad-blocks list names the block it is kept in',
    explain:
      'The list of broken blocks names the inode-table block that holds its own inode, and with it the root directory. None of these inodes is read. The list is garbage. The kernel does not look at it; e2fsck -L with an empty list drops it.',
    say: (d: BlockData) => `the bad-blocks list names block ${d.block}, where its own inode lies`,
  },
  'bad-blocks-superblock': {
    severity: 'warning',
    e2fsck: [0x010019, 0x01001b],
    title: 'A superblock lies on a block listed as broken',
    explain:
      'A superblock copy lies on a block that is listed as broken on the medium. An image has no broken blocks: the list came with a copy from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds a superblock`,
  },
  'bad-blocks-descriptors': {
    severity: 'warning',
    e2fsck: [0x01001a, 0x01001c],
    title: 'Group descriptors lie on a block listed as broken',
    explain:
      'Group descriptors lie on a block that is listed as broken on the medium. An image has no broken blocks: the list came with a copy from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds group descriptors`,
  },
  'bad-blocks-bitmap': {
    severity: 'warning',
    e2fsck: [0x01000a, 0x01000b],
    title: 'A bitmap lies on a block listed as broken',
    explain:
      'A bitmap lies on a block that is listed as broken on the medium. An image has no broken blocks: the list came with a copy from a failing disk, or is garbage.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and holds a bitmap`,
  },
  'bad-blocks-in-use': {
    severity: 'warning',
    e2fsck: [0x01001d],
    title: 'A block listed as broken is in use',
    explain:
      'A block is listed as broken on the medium and has another use at the same time. The list is out of date, or what lies in that block cannot be relied on.',
    say: (d: BlockData) => `block ${d.block} is listed as broken and in use`,
  },
});

function isInvalid(n: CurrentInode): boolean {
  const { view, at } = n;
  const owners = inode.i_uid(view, at) | inode.i_gid(view, at);
  return (
    !n.checksumGood ||
    n.mode !== 0 ||
    owners !== 0 ||
    n.links !== 0 ||
    inode.i_file_acl_lo(view, at) !== 0 ||
    n.has(inodeFlags.INLINE_DATA)
  );
}

/** A listed block that something else had claimed before: says what that is. */
function reportUsed(scan: InodeScan, block: number, places: FixedPlaces): void {
  const { geometry, report } = scan;
  const group = groupOfBlock(geometry, block);
  const head = groupHead(geometry, group);
  const where = { inode: 1, group, block };
  if (block === head.superBlock)
    return report(problems['bad-blocks-superblock'], where, { block }, group === 0 ? 0x010019 : 0x01001b);
  const inDescriptors =
    head.descriptors >= 0 && block >= head.descriptors && block < head.descriptors + geometry.descBlocks;
  if (inDescriptors || block === head.metaDescriptor)
    return report(problems['bad-blocks-descriptors'], where, { block }, group === 0 ? 0x01001a : 0x01001c);
  const place = places.of(block);
  if (place?.what === 'inode table') return;
  if (place !== null) {
    const code = place.what === 'block bitmap' ? 0x01000a : 0x01000b;
    return report(problems['bad-blocks-bitmap'], { ...where, group: place.group }, { block }, code);
  }
  report(problems['bad-blocks-in-use'], where, { block });
}

export function reportListedItself(scan: InodeScan, block: number): void {
  scan.report(problems['bad-blocks-lists-itself'], { inode: 1, block }, { block });
}

/** Checks inode 1 and claims what it lists. Most file systems list nothing. */
export async function checkBadBlocks(n: CurrentInode, scan: InodeScan): Promise<void> {
  const { report, facts } = scan;
  if (isInvalid(n)) report(problems['bad-blocks-inode-invalid'], n.where(), {});
  const own = new Set<number>();
  let stops = false;
  let places: FixedPlaces | null = null;
  const claim = (block: number) => {
    if (facts.blocks.isClaimed(block)) {
      places ??= new FixedPlaces(scan.geometry, scan.groups);
      reportUsed(scan, block, places);
    } else facts.blocks.claim(block);
  };
  await walkMapping(scan.volume, n.view, n.at, {
    run: (_logical, physical, count) => {
      for (let i = 0; i < count; i++) claim(physical + i);
    },
    node: (block) => {
      if (facts.blocks.metadata.test(block)) {
        stops = true;
        report(problems['bad-blocks-own-block'], { inode: 1, block }, { block }, 0x01004d);
      } else if (own.has(block) || facts.blocks.isClaimed(block)) {
        stops = true;
        report(problems['bad-blocks-own-block'], { inode: 1, block }, { block });
      }
      own.add(block);
      facts.blocks.claim(block);
    },
    defect: (kind, block) => {
      if (kind === 'repeated') {
        stops = true;
        report(problems['bad-blocks-own-block'], { inode: 1, block }, { block });
      }
      if (kind === 'out-of-range') report(problems['bad-blocks-out-of-range'], { inode: 1, block }, { block });
    },
  });
  if (stops) report(problems['bad-blocks-list-stops'], { inode: 1 }, {});
}
