/** References of attributes to value inodes: judged with the attribute, counted for later. */
import { inodeFlags } from '../../../layout/inode';
import { xattrEntry } from '../../../layout/xattr';
import type { VersionedCode } from '../../../problem/e2fsck-version';
import type { Where } from '../../../problem/finding';
import type { Geometry } from '../../../volume/geometry';
import { isLustreValue, type ValueInodes } from '../../../volume/value-inodes';
import { hasEntry, nextEntry, type XattrArea } from '../../../volume/xattr-entries';
import { valueInodeHashGood } from '../../../volume/xattr-hash';
import type { InodeScan } from '../context';
import { problems } from './problems';

/** The quota that an inode is charged for values in other inodes. */
export interface ValueCharge {
  clusters: number;
  inodes: number;
  /** Clusters of values of another size than their attribute says, which e2fsck charged until 1.47.3. */
  misfits: number;
}

export const noCharge: ValueCharge = { clusters: 0, inodes: 0, misfits: 0 };

export interface Owner {
  ino: number;
  generation: number;
}

/** Whether the walk continues after a reference, whether its size is right, and its charge. */
interface Judged {
  good: boolean;
  fits: boolean;
  clusters: number;
}

/** Since 1.47.4, e2fsck tests the size first, and nothing else where that is wrong. */
const sizeFirst = (code: number, sizeGood: boolean): number | readonly VersionedCode[] =>
  sizeGood
    ? code
    : [
        { code, until: '1.47.3' },
        { code: 0x010053, since: '1.47.4' },
      ];

/** Clusters that a value in another inode is charged with. */
const valueClusters = (geometry: Geometry, size: number): number =>
  Math.ceil(size / (geometry.blockSize * geometry.clusterRatio));

/** Judges the entry at `at`, whose value is in another inode. */
export function checkReference(
  scan: InodeScan,
  where: Where,
  view: DataView,
  at: number,
  values: ValueInodes,
  owner: Owner,
): Judged {
  const { geometry, report } = scan;
  const valueInode = xattrEntry.e_value_inum(view, at);
  const stored = xattrEntry.e_hash(view, at);
  const size = xattrEntry.e_value_size(view, at);
  if (!geometry.features.ea_inode) report(problems['xattr-inode-without-feature'], where, { valueInode });
  const value = valueInode >= geometry.firstIno ? (values.get(valueInode) ?? null) : null;
  if (value === null) {
    report(problems['xattr-value-inode-invalid'], where, { valueInode });
    return { good: false, fits: true, clusters: 0 };
  }
  const flagged = (value.flags & inodeFlags.EA_INODE) !== 0;
  const sizeGood = size !== 0 && value.size === size;
  const hashGood = valueInodeHashGood(view, at, value.hash);
  if (!hashGood && !isLustreValue(value, owner.ino, owner.generation)) {
    if (flagged)
      report(problems['xattr-value-inode-hash-wrong'], where, { valueInode, stored }, sizeFirst(0x010054, sizeGood));
    else report(problems['xattr-value-inode-invalid'], where, { valueInode }, sizeFirst(0x010083, sizeGood));
    return { good: false, fits: sizeGood, clusters: 0 };
  }
  if (!sizeGood)
    report(problems['xattr-value-inode-size-wrong'], where, { valueInode, stored: size, found: value.size });
  if (!flagged) {
    const until = sizeGood ? undefined : '1.47.3';
    for (const code of [0x010086, 0x010085])
      report(problems['xattr-value-inode-flag-missing'], where, { valueInode }, [{ code, until }]);
  }
  return { good: flagged, fits: sizeGood, clusters: hashGood ? valueClusters(geometry, size) : 0 };
}

/** Counts all references of an area, right or wrong, up to an entry without room for the end of the list. */
export function countReferences(scan: InodeScan, area: XattrArea): void {
  const { valueReferences } = scan;
  for (let at = area.start; hasEntry(area, at) && nextEntry(area, at) < area.end; at = nextEntry(area, at)) {
    const ino = xattrEntry.e_value_inum(area.view, at);
    if (ino >= 1 && ino <= scan.geometry.inodesCount) valueReferences.set(ino, (valueReferences.get(ino) ?? 0) + 1);
  }
}
