/** Inode 1: the list of bad blocks of the medium, which must not be used. */
import { inode, inodeFlags } from '../../layout/inode';
import { define } from '../../problem/define';
import { groupHead, groupOfBlock } from '../../volume/geometry';
import { walkMapping } from '../../volume/mapping';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { FixedPlaces } from './fixed-places';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'bad-blocks-inode-invalid': { severity: 'warning', e2fsck: [0x010065] },
  'bad-blocks-out-of-range': { severity: 'warning', e2fsck: [0x010012] },
  'bad-blocks-own-block': { severity: 'warning', e2fsck: [0x010015, 0x01004d] },
  'bad-blocks-list-stops': { severity: 'warning', e2fsck: [0x010016] },
  'bad-blocks-lists-itself': { severity: 'warning', e2fsck: [0x01007b] },
  'bad-blocks-superblock': { severity: 'warning', e2fsck: [0x010019, 0x01001b] },
  'bad-blocks-descriptors': { severity: 'warning', e2fsck: [0x01001a, 0x01001c] },
  'bad-blocks-bitmap': { severity: 'warning', e2fsck: [0x01000a, 0x01000b] },
  'bad-blocks-in-use': { severity: 'warning', e2fsck: [0x01001d] },
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

/** Reports a listed block that was already claimed, by what it is. */
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

/** Checks inode 1 and claims the listed blocks. Most file systems list none. */
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
