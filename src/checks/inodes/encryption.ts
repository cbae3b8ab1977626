/** Encrypted files and directories carry their policy in an extended attribute. */
import { inode, inodeFlags, oldInodeSize } from '../../layout/inode';
import {
  xattrBodyHeaderSize,
  xattrEntry,
  xattrEntrySize,
  xattrHeaderSize,
  xattrIndex,
  xattrMagic,
} from '../../layout/xattr';
import { define } from '../../problem/define';
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

/** Looks for the attribute "c" of the encryption name space among the entries from `start` to `end`. */
function findPolicy(view: DataView, start: number, end: number, valueBase: number): Value | null {
  for (let at = start; at + xattrEntrySize <= end && view.getUint32(at, true) !== 0; ) {
    const length = xattrEntry.e_name_len(view, at);
    const name = at + xattrEntrySize;
    if (name + length > end) return null;
    if (xattrEntry.e_name_index(view, at) === xattrIndex.ENCRYPTION && length === 1 && view.getUint8(name) === 0x63) {
      const value = {
        view,
        at: valueBase + xattrEntry.e_value_offs(view, at),
        size: xattrEntry.e_value_size(view, at),
      };
      return value.at + value.size <= end ? value : null;
    }
    at = name + ((length + 3) & ~3);
  }
  return null;
}

function bodyPolicy(n: CurrentInode): Value | null {
  const { inodeSize } = n.geometry;
  if (inodeSize === oldInodeSize) return null;
  const area = n.at + oldInodeSize + inode.i_extra_isize(n.view, n.at);
  const end = n.at + inodeSize;
  if (area + xattrBodyHeaderSize > end || n.view.getUint32(area, true) !== xattrMagic) return null;
  const start = area + xattrBodyHeaderSize;
  return findPolicy(n.view, start, end, start);
}

/** Checks the policy of an encrypted inode; `block` is its attribute block, if there is one to read. */
export function checkEncryption(n: CurrentInode, scan: InodeScan, block: DataView | null): void {
  if (!n.has(inodeFlags.ENCRYPT) || n.links === 0 || n.ino < n.geometry.firstIno) return;
  const policy = bodyPolicy(n) ?? (block ? findPolicy(block, xattrHeaderSize, block.byteLength, 0) : null);
  if (policy === null) {
    scan.report(problems['encryption-policy-missing'], n.where(inode.i_flags), {});
    return;
  }
  const version = policy.size > 0 ? policy.view.getUint8(policy.at) : 0;
  const expected = policySize[version];
  if (version === 0 || (expected !== undefined && policy.size !== expected))
    scan.report(problems['encryption-policy-corrupt'], n.where(inode.i_flags), { size: policy.size });
}
