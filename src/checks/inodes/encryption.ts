/** Encrypted files and directories carry their policy in an extended attribute. */
import { inode, inodeFlags } from '../../layout/inode';
import { xattrEntry, xattrHeaderSize, xattrIndex } from '../../layout/xattr';
import { define } from '../../problem/define';
import { bodyXattrs, findXattr, type XattrArea } from '../../volume/xattr-entries';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';

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

interface Value {
  view: DataView;
  at: number;
  size: number;
}

/** The value of the attribute "c" of the encryption name space, when it lies in the area. */
function findPolicy(area: XattrArea | null): Value | null {
  const entry = area ? findXattr(area, xattrIndex.ENCRYPTION, 'c') : -1;
  if (!area || entry < 0) return null;
  const { view, end, valueBase } = area;
  const value = {
    view,
    at: valueBase + xattrEntry.e_value_offs(view, entry),
    size: xattrEntry.e_value_size(view, entry),
  };
  return value.at + value.size <= end ? value : null;
}

const blockXattrs = (view: DataView): XattrArea => ({
  view,
  start: xattrHeaderSize,
  end: view.byteLength,
  valueBase: 0,
});

/** Checks the policy of an encrypted inode; `block` is its attribute block, if there is one to read. */
export function checkEncryption(n: CurrentInode, scan: InodeScan, block: DataView | null): void {
  if (!n.has(inodeFlags.ENCRYPT) || n.links === 0 || n.ino < n.geometry.firstIno) return;
  const policy = findPolicy(bodyXattrs(n.geometry, n.view, n.at)) ?? findPolicy(block ? blockXattrs(block) : null);
  if (policy === null) {
    scan.report(problems['encryption-policy-missing'], n.where(inode.i_flags), {});
    return;
  }
  const version = policy.size > 0 ? policy.view.getUint8(policy.at) : 0;
  const expected = policySize[version];
  if (version === 0 || (expected !== undefined && policy.size !== expected))
    scan.report(problems['encryption-policy-corrupt'], n.where(inode.i_flags), { size: policy.size });
}
