/** Encrypted files and directories carry their policy in an extended attribute. */
import { inode, inodeFlags, oldInodeSize, reservedInode } from '../../layout/inode';
import { xattrBodyHeaderSize, xattrHeader, xattrHeaderSize, xattrIndex, xattrMagic } from '../../layout/xattr';
import { define } from '../../problem/define';
import type { Geometry } from '../../volume/geometry';
import { bodyXattrs, type XattrArea } from '../../volume/xattr-entries';
import { xattrBlockChecksumGood } from '../../volume/xattr-hash';
import { readXattr, type XattrValue } from '../../volume/xattr-value';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { isQuotaInode, isQuotaInUse } from './reserved';

export const problems = define({
  'encryption-policy-missing': {
    severity: 'error',
    e2fsck: [0x01008a],
    title: 'Encrypted file has no policy',
    explain:
      'The inode is flagged as encrypted, but the attribute that says with which key and how is missing or unreadable. Its content, or the names in the directory, cannot be decrypted any more.',
    say: (_: object) => 'the encrypt flag is set, but there is no encryption policy',
  },
  'encryption-policy-corrupt': {
    severity: 'error',
    e2fsck: [0x01008b],
    title: 'Encryption policy is destroyed',
    explain:
      'The attribute with the encryption policy has a size or version that none has. The content of the file, or the names in the directory, cannot be decrypted any more.',
    say: (d: { size: number }) => `the encryption policy has ${d.size} bytes, which fits no version`,
  },
});

/** Bytes of a policy by version; version 0 does not exist, unknown versions are let pass. */
const policySize: Readonly<Record<number, number>> = { 1: 28, 2: 40 };
/** The last of them are a number used once, which differs from inode to inode. */
const nonceSize = 16;

const name = 'c';

/** The attribute with the policy, or null when it is not there or cannot be read. */
function findPolicy(n: CurrentInode, scan: InodeScan, block: DataView | null): XattrValue | null {
  const { geometry, volume } = scan;
  if (!n.checksumGood) return null;
  const body = readableBody(n, geometry);
  const inBody = body && body !== 'damaged' ? readXattr(geometry, body, xattrIndex.ENCRYPTION, name) : body;
  if (inBody === 'damaged' || n.xattrBlock === 0) return inBody === 'damaged' ? null : inBody;
  if (block === null || !volume.inRange(n.xattrBlock)) return null;
  if (xattrHeader.h_magic(block, 0) !== xattrMagic || xattrHeader.h_blocks(block, 0) !== 1) return null;
  if (!xattrBlockChecksumGood(geometry, block, n.xattrBlock)) return null;
  const area = { view: block, start: xattrHeaderSize, end: block.byteLength, valueBase: 0 };
  const inBlock = readXattr(geometry, area, xattrIndex.ENCRYPTION, name);
  return inBlock === 'damaged' ? null : (inBody ?? inBlock);
}

function readableBody(n: CurrentInode, geometry: Geometry): XattrArea | 'damaged' | null {
  const extra = geometry.inodeSize > oldInodeSize ? inode.i_extra_isize(n.view, n.at) : 0;
  if (extra < 2 || geometry.inodeSize <= oldInodeSize + extra + xattrBodyHeaderSize) return null;
  return (extra & 3) !== 0 ? 'damaged' : bodyXattrs(geometry, n.view, n.at);
}

/** Whether a reserved inode is looked at like any other: the root, and those that do not hold what they are meant for. */
function isOrdinary({ ino, geometry }: CurrentInode): boolean {
  if (ino === reservedInode.JOURNAL) return geometry.sb.s_journal_inum !== ino;
  return ino === reservedInode.ROOT || (isQuotaInode(geometry, ino) && !isQuotaInUse(geometry, ino));
}

/** Checks the policy of an encrypted inode; `block` is its attribute block, if there is one to read. */
export function checkEncryption(n: CurrentInode, scan: InodeScan, block: DataView | null): void {
  if (!n.has(inodeFlags.ENCRYPT) || n.links === 0) return;
  if (n.ino < n.geometry.firstIno && !isOrdinary(n)) return;
  const policy = findPolicy(n, scan, block);
  if (policy === null) {
    scan.report(problems['encryption-policy-missing'], n.where(inode.i_flags), {});
    return;
  }
  const version = policy.size > 0 ? policy.view.getUint8(policy.at) : 0;
  const expected = policySize[version];
  if (version === 0 || (expected !== undefined && policy.size !== expected)) {
    scan.report(problems['encryption-policy-corrupt'], n.where(inode.i_flags), { size: policy.size });
    return;
  }
  const { view, at, size } = policy;
  const known = expected === undefined ? null : new Uint8Array(view.buffer, view.byteOffset + at, size - nonceSize);
  scan.facts.encryption.set(n.ino, known);
}
