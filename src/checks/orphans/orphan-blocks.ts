/** Where the blocks of the orphan file lie, and what an empty one must look like. */
import { isAllZero } from '../../bytes/bitmap';
import { crc32c } from '../../bytes/crc32c';
import { inode, inodeFlags } from '../../layout/inode';
import { orphanMagic, orphanTail, orphanTailSize } from '../../layout/orphan';
import { walkMapping } from '../../volume/mapping';
import { bytesOf, type Volume } from '../../volume/volume';

interface Run {
  logical: number;
  physical: number;
  count: number;
}

export interface OrphanMapping {
  runs: Run[];
  /** The file's block behind the last run. */
  end: number;
  /** A block of the mapping cannot be used, so what lies behind it is unknown. */
  broken: boolean;
  /** The root of the extents makes no sense; e2fsck then looks at no block and finds nothing wrong. */
  rootless: boolean;
}

/** The blocks of the file whose inode is in `view`, as far as e2fsck would look at them. */
export async function mappingOf(volume: Volume, view: DataView): Promise<OrphanMapping> {
  const extents = (inode.i_flags(view, 0) & inodeFlags.EXTENTS) !== 0;
  const mapping: OrphanMapping = { runs: [], end: 0, broken: false, rootless: false };
  // without a root there are no extents, which is a hole; with a bad one nothing is known
  const noRoot = isAllZero(inode.i_block(view, 0));
  await walkMapping(volume, view, 0, {
    run(logical, physical, count) {
      // a hole ends a block map, as e2fsck sees it, but goes unnoticed between extents
      if (mapping.broken || (logical > mapping.end && !extents)) return false;
      mapping.runs.push({ logical, physical, count });
      mapping.end = logical + count;
      return true;
    },
    defect(kind, block, logical) {
      if (kind === 'bad-header' && block === 0) mapping.rootless = !noRoot;
      else mapping.broken = true;
      // a place outside the file system is one that cannot be read
      if (logical >= 0) mapping.runs.push({ logical, physical: block, count: 1 });
    },
  });
  return mapping;
}

const blockNumber = new Uint8Array(8);
const blockNumberView = new DataView(blockNumber.buffer);

/** Why the block is not an empty orphan block; null when it is. `seed` is the inode's, `block` where it lies. */
export function dirt(volume: Volume, view: DataView, seed: number, block: number): string | null {
  const bytes = bytesOf(view);
  const tail = bytes.length - orphanTailSize;
  const magic = orphanTail.ob_magic(view, tail);
  if (magic !== orphanMagic) return `carries 0x${magic.toString(16)}, should carry 0x${orphanMagic.toString(16)}`;
  if (!isAllZero(bytes, 0, tail)) {
    let entries = 0;
    for (let at = 0; at < tail; at += 4) if (view.getUint32(at, true) !== 0) entries++;
    return `lists ${entries} inodes, should list none`;
  }
  let expected = 0;
  if (volume.geometry.features.metadata_csum) {
    blockNumberView.setUint32(0, block, true);
    blockNumberView.setUint32(4, Math.floor(block / 2 ** 32), true);
    expected = crc32c(crc32c(seed, blockNumber), bytes, 0, tail);
  }
  const stored = orphanTail.ob_checksum(view, tail);
  return stored === expected ? null : `has checksum ${stored}, should have ${expected}`;
}
