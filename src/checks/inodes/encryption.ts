/** Checks the policy of encrypted files and directories, which is an extended attribute. */
import { inode, inodeFlags, oldInodeSize, reservedInode } from '../../layout/inode';
import { xattrBodyHeaderSize, xattrEntry, xattrHeader, xattrIndex, xattrMagic } from '../../layout/xattr';
import { define } from '../../problem/define';
import type { Geometry } from '../../volume/geometry';
import { loadValueInodes, readShortValue, type ValueInode, type ValueInodes } from '../../volume/value-inodes';
import { blockXattrs, bodyXattrs, findXattr, type XattrArea } from '../../volume/xattr-entries';
import { xattrBlockChecksumGood } from '../../volume/xattr-hash';
import { placeXattr } from '../../volume/xattr-value';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { isQuotaInode, isQuotaInUse } from './reserved';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'encryption-policy-missing': { severity: 'error', e2fsck: [0x01008a] },
  'encryption-policy-corrupt': { severity: 'error', e2fsck: [0x01008b] },
});

/** Bytes of a policy by version; version 0 does not exist, unknown versions are accepted. */
const policySize: Readonly<Record<number, number>> = { 1: 28, 2: 40 };
/** The last bytes are a number that differs from inode to inode. */
const nonceSize = 16;

const name = 'c';

/** What the policy of an inode depends on besides its own bytes: the attribute block, and inodes with values. */
export interface PolicyPlaces {
  block: DataView | null;
  values: ValueInodes | null;
  /** The policy, if one of these inodes has it. */
  value: DataView | null;
}

interface Policy {
  view: DataView | null;
  at: number;
  size: number;
}

function readPolicy(n: CurrentInode, scan: InodeScan, area: XattrArea, places: PolicyPlaces) {
  const owner = { ino: n.ino, generation: inode.i_generation(n.view, n.at) };
  const place = placeXattr(scan.geometry, area, places.values, owner, xattrIndex.ENCRYPTION, name);
  if (place === undefined || place === 'damaged') return 'damaged';
  if (place === null) return null;
  return { view: place.inode === 0 ? area.view : places.value, at: place.at, size: place.size };
}

/** The areas that may hold the policy, the inode itself first; 'damaged' for one that cannot be read. */
function policyAreas(n: CurrentInode, scan: InodeScan, block: DataView | null): (XattrArea | 'damaged')[] {
  const { geometry, volume } = scan;
  const body = readableBody(n, geometry);
  const areas: (XattrArea | 'damaged')[] = body === null ? [] : [body];
  if (n.xattrBlock === 0) return areas;
  const readable =
    block !== null &&
    volume.inRange(n.xattrBlock) &&
    xattrHeader.h_magic(block, 0) === xattrMagic &&
    xattrHeader.h_blocks(block, 0) === 1 &&
    xattrBlockChecksumGood(geometry, block, n.xattrBlock);
  areas.push(readable ? blockXattrs(block) : 'damaged');
  return areas;
}

/** The attribute with the policy; null if it does not exist or cannot be read. */
function findPolicy(n: CurrentInode, scan: InodeScan, places: PolicyPlaces): Policy | null {
  if (!n.checksumGood) return null;
  let found: Policy | null = null;
  for (const area of policyAreas(n, scan, places.block)) {
    const policy = area === 'damaged' ? area : readPolicy(n, scan, area, places);
    if (policy === 'damaged') return null;
    found ??= policy;
  }
  return found;
}

/** Reads the places that the policy of an encrypted inode depends on, if values may be in other inodes. */
export async function loadPolicyPlaces(n: CurrentInode, scan: InodeScan): Promise<PolicyPlaces> {
  const { volume, groups } = scan;
  const block = n.xattrBlock !== 0 && volume.inRange(n.xattrBlock) ? await volume.block(n.xattrBlock) : null;
  const values = new Map<number, ValueInode | null>();
  const places: PolicyPlaces = { block, values, value: null };
  for (const area of policyAreas(n, scan, block)) {
    if (area === 'damaged') break;
    for (const [ino, value] of await loadValueInodes(volume, groups, area)) values.set(ino, value);
    const at = findXattr(area, xattrIndex.ENCRYPTION, name);
    const holder = at < 0 ? 0 : xattrEntry.e_value_inum(area.view, at);
    if (holder === 0 || places.value !== null) continue;
    places.value = await readShortValue(volume, groups, holder, xattrEntry.e_value_size(area.view, at));
  }
  return places;
}

function readableBody(n: CurrentInode, geometry: Geometry): XattrArea | 'damaged' | null {
  const extra = geometry.inodeSize > oldInodeSize ? inode.i_extra_isize(n.view, n.at) : 0;
  if (extra < 2 || geometry.inodeSize <= oldInodeSize + extra + xattrBodyHeaderSize) return null;
  return (extra & 3) !== 0 ? 'damaged' : bodyXattrs(geometry, n.view, n.at);
}

/** Whether an inode is checked like an ordinary one: the root, and reserved inodes without their special content. */
function isOrdinary({ ino, geometry }: CurrentInode): boolean {
  if (ino === reservedInode.JOURNAL) return geometry.sb.s_journal_inum !== ino;
  return ino === reservedInode.ROOT || (isQuotaInode(geometry, ino) && !isQuotaInUse(geometry, ino));
}

/** Whether the policy of this inode may be in another inode. */
export const mayHavePolicyElsewhere = (n: CurrentInode): boolean =>
  n.geometry.features.ea_inode && n.has(inodeFlags.ENCRYPT);

export function checkEncryption(n: CurrentInode, scan: InodeScan, places: PolicyPlaces): void {
  if (!n.has(inodeFlags.ENCRYPT) || n.links === 0) return;
  if (n.ino < n.geometry.firstIno && !isOrdinary(n)) return;
  const policy = findPolicy(n, scan, places);
  if (policy === null) {
    scan.report(problems['encryption-policy-missing'], n.where(inode.i_flags), {});
    return;
  }
  const version = policy.view !== null && policy.size > 0 ? policy.view.getUint8(policy.at) : 0;
  const expected = policySize[version];
  if (version === 0 || (expected !== undefined && policy.size !== expected)) {
    scan.report(problems['encryption-policy-corrupt'], n.where(inode.i_flags), { size: policy.size });
    return;
  }
  const { view, at, size } = policy;
  const known =
    expected === undefined || view === null
      ? null
      : new Uint8Array(view.buffer, view.byteOffset + at, size - nonceSize);
  scan.facts.encryption.set(n.ino, known);
}
