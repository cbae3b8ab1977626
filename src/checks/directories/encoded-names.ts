/** Names that are ciphertext or text of one encoding, and the policies of the files that encrypted directories name. */

import { isUtf8Name } from '../../bytes/casefold';
import { printableName } from '../../bytes/names';
import { noPolicy } from '../../facts/encryption';
import { inodeState } from '../../facts/inodes';
import { dirent, direntHeaderSize } from '../../layout/dirent';
import { define, type Problem } from '../../problem/define';
import type { EntryPlace } from './entry-place';
import type { DirectoryScan } from './scan';

interface EntryData {
  name: string;
  target: number;
}

const entry = (d: EntryData): string => `entry "${d.name}" (inode ${d.target})`;

export const problems = define({
  'entry-name-too-short': {
    severity: 'error',
    e2fsck: [0x020050],
    title: 'Name in an encrypted directory is too short',
    explain:
      'Names in an encrypted directory are ciphertext of at least 16 bytes. A shorter one cannot be decrypted, so what it names cannot be opened even with the key. The entry was written by something that ignored the encryption, or the block was overwritten.',
    say: (d: EntryData) => `${entry(d)} has a name too short to be decrypted`,
  },
  'entry-not-encrypted': {
    severity: 'error',
    e2fsck: [0x020051],
    title: 'Unencrypted file in an encrypted directory',
    explain:
      'Files, directories and symlinks in an encrypted directory must be encrypted as well, and this one has no usable policy. With the key present the kernel refuses to open it. Either its inode lost flag or policy, or the entry names the wrong inode.',
    say: (d: EntryData) => `${entry(d)} is not encrypted, and its directory is`,
  },
  'entry-policy-differs': {
    severity: 'error',
    e2fsck: [0x020052],
    title: 'File has another encryption policy than its directory',
    explain:
      'A file in an encrypted directory must have the same key and modes as the directory. This one has others, so the kernel refuses to open it. The entry probably names the wrong inode, or the attribute with the policy is a stale one.',
    say: (d: EntryData) => `${entry(d)} has another encryption policy than its directory`,
  },
  'entry-name-not-utf8': {
    severity: 'error',
    e2fsck: [0x020053],
    title: 'Name is not valid UTF-8',
    explain:
      'The file system demands valid UTF-8 of every name in its case-insensitive directories (s_encoding_flags), and this name is something else. The kernel refuses to look it up, so what it names cannot be opened. The block was damaged, or strict mode was set later.',
    say: (d: EntryData) => `${entry(d)} has a name that is not valid UTF-8`,
  },
});

/** Bytes of the shortest ciphertext. */
const shortestName = 16;
const regularType = 1;
const directoryType = 2;
const symlinkType = 7;

function tell(scan: DirectoryScan, e: EntryPlace, problem: Problem<EntryData>, target: number): void {
  const start = e.at + direntHeaderSize;
  const name = printableName(e.bytes, start, start + dirent.name_len(e.view, e.at));
  scan.report(problem, { inode: e.ino, directory: e.ino, block: e.block }, { name, target });
  scan.lostEntries.add(e.ino, name, 'unreadable');
}

/** Only what has content or names of its own must be encrypted. */
function mustBeEncrypted(scan: DirectoryScan, e: EntryPlace, target: number): boolean {
  const type = dirent.file_type(e.view, e.at) || scan.facts.inodes.state[target]! & inodeState.TYPE;
  return type === regularType || type === directoryType || type === symlinkType;
}

/** Checks an entry of a directory whose policy is `policy`. */
export function checkEncryptedEntry(scan: DirectoryScan, e: EntryPlace, policy: number, target: number): void {
  if (dirent.name_len(e.view, e.at) < shortestName) tell(scan, e, problems['entry-name-too-short'], target);
  const own = scan.facts.encryption.of(target);
  if (own === policy) return;
  if (own !== noPolicy) tell(scan, e, problems['entry-policy-differs'], target);
  else if (mustBeEncrypted(scan, e, target)) tell(scan, e, problems['entry-not-encrypted'], target);
}

/** Checks the name of an entry where the file system insists on the encoding. */
export function checkEncoding(scan: DirectoryScan, e: EntryPlace, target: number): void {
  const start = e.at + direntHeaderSize;
  if (!isUtf8Name(e.bytes, start, start + dirent.name_len(e.view, e.at)))
    tell(scan, e, problems['entry-name-not-utf8'], target);
}
