/** Names that are ciphertext or encoded text, and the policies of the files in encrypted directories. */

import { isUtf8Name } from '../../bytes/casefold';
import { printableName } from '../../bytes/names';
import { noPolicy } from '../../facts/encryption';
import { inodeState } from '../../facts/inodes';
import { directoryEntry, dirent, direntHeaderSize, regularEntry, symlinkEntry } from '../../layout/dirent';
import { define, type Problem } from '../../problem/define';
import type { EntryPlace } from './entry-place';
import type { DirectoryScan } from './scan';
import type { EntryData, texts } from './texts';

export const problems = define<typeof texts>()({
  'entry-name-too-short': { severity: 'error', e2fsck: [0x020050] },
  'entry-not-encrypted': { severity: 'error', e2fsck: [0x020051] },
  'entry-policy-differs': { severity: 'error', e2fsck: [0x020052] },
  'entry-name-not-utf8': { severity: 'error', e2fsck: [0x020053] },
});

const shortestName = 16;

function tell(scan: DirectoryScan, e: EntryPlace, problem: Problem<EntryData>, target: number): void {
  const start = e.at + direntHeaderSize;
  const name = printableName(e.bytes, start, start + dirent.name_len(e.view, e.at));
  scan.report(problem, { inode: e.ino, directory: e.ino, block: e.block }, { name, target });
  scan.lostEntries.add(e.ino, name, 'unreadable');
}

/** Only files with content or names must be encrypted. */
function mustBeEncrypted(scan: DirectoryScan, e: EntryPlace, target: number): boolean {
  const type = dirent.file_type(e.view, e.at) || scan.facts.inodes.state[target]! & inodeState.TYPE;
  return type === regularEntry || type === directoryEntry || type === symlinkEntry;
}

/** Checks an entry of a directory with encryption policy `policy`. */
export function checkEncryptedEntry(scan: DirectoryScan, e: EntryPlace, policy: number, target: number): void {
  if (dirent.name_len(e.view, e.at) < shortestName) tell(scan, e, problems['entry-name-too-short'], target);
  const own = scan.facts.encryption.of(target);
  if (own === policy) return;
  if (own !== noPolicy) tell(scan, e, problems['entry-policy-differs'], target);
  else if (mustBeEncrypted(scan, e, target)) tell(scan, e, problems['entry-not-encrypted'], target);
}

/** Checks the name of an entry if the file system requires the encoding. */
export function checkEncoding(scan: DirectoryScan, e: EntryPlace, target: number): void {
  const start = e.at + direntHeaderSize;
  if (!isUtf8Name(e.bytes, start, start + dirent.name_len(e.view, e.at)))
    tell(scan, e, problems['entry-name-not-utf8'], target);
}
