/** The first two entries of a directory: '.' for itself and '..' for its parent. */
import { dirent } from '../../layout/dirent';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';

export const problems = define({
  'directory-dot-missing': {
    severity: 'error',
    e2fsck: [0x020009],
    title: 'Entry "." is missing',
    explain:
      'The first entry of a directory is empty where "." should be. The block was overwritten or never written. Names behind it may be lost as well; restore the directory.',
    say: (_: object) => 'the entry "." is missing',
  },
  'directory-dot-not-first': {
    severity: 'error',
    e2fsck: [0x02000b],
    title: 'First entry is not "."',
    explain:
      'The first entry of a directory has another name than ".". The block belongs to something else or was overwritten. Names behind it may belong elsewhere; restore the directory.',
    say: (_: object) => 'the first entry is not "."',
  },
  'directory-dot-not-terminated': {
    severity: 'info',
    e2fsck: [0x020016],
    title: 'Entry "." is not followed by a NUL',
    explain: 'Old tools expect a NUL byte behind the name ".". Everything works without it.',
    say: (_: object) => 'the name "." is not followed by a NUL byte',
  },
  'directory-dot-inode-wrong': {
    severity: 'error',
    e2fsck: [0x020001],
    title: 'Entry "." names another inode',
    explain:
      'The entry "." of a directory must name the directory itself. Here it does not: the block belongs to another directory, a stale or misplaced write. The names in it may be those of the other directory; restore this one.',
    say: (d: { stored: number; expected: number }) =>
      `the entry "." names inode ${d.stored}, should name ${d.expected}`,
  },
  'directory-dot-long': {
    severity: 'info',
    e2fsck: [0x020024],
    title: 'Record of "." is too long',
    explain:
      'The record of "." reaches further than it needs to. Names that once were behind it are hidden; nothing that is in use is lost.',
    say: (d: { stored: number }) => `the record of "." is ${d.stored} bytes long, should be 12`,
  },
  'directory-dotdot-missing': {
    severity: 'error',
    e2fsck: [0x02000a],
    title: 'Entry ".." is missing',
    explain:
      'The second entry of a directory is empty where ".." should be. The block was overwritten or never written. Names behind it may be lost as well; restore the directory.',
    say: (_: object) => 'the entry ".." is missing',
  },
  'directory-dotdot-not-second': {
    severity: 'error',
    e2fsck: [0x02000c],
    title: 'Second entry is not ".."',
    explain:
      'The second entry of a directory has another name than "..". The block belongs to something else or was overwritten. Names behind it may belong elsewhere; restore the directory.',
    say: (_: object) => 'the second entry is not ".."',
  },
  'directory-dotdot-not-terminated': {
    severity: 'info',
    e2fsck: [0x020017],
    title: 'Entry ".." is not followed by a NUL',
    explain: 'Old tools expect a NUL byte behind the name "..". Everything works without it.',
    say: (_: object) => 'the name ".." is not followed by a NUL byte',
  },
});

const dot = 0x2e;
const nameStart = 8;

/** Checks the first entry of logical block 0 of directory `ino`. */
export function checkDot(view: DataView, at: number, ino: number, recLen: number, report: Report): void {
  const where = { inode: ino };
  const target = dirent.inode(view, at);
  if (target === 0) report(problems['directory-dot-missing'], where, {});
  else if (dirent.name_len(view, at) !== 1 || view.getUint8(at + nameStart) !== dot)
    report(problems['directory-dot-not-first'], where, {});
  else if (view.getUint8(at + nameStart + 1) !== 0) report(problems['directory-dot-not-terminated'], where, {});
  if (target !== ino) report(problems['directory-dot-inode-wrong'], where, { stored: target, expected: ino });
  if (recLen > 24) report(problems['directory-dot-long'], where, { stored: recLen });
}

/** Checks the second entry; returns the inode that '..' names, 0 when it cannot be used. */
export function checkDotdot(view: DataView, at: number, ino: number, report: Report): number {
  const where = { inode: ino };
  const target = dirent.inode(view, at);
  if (target === 0) report(problems['directory-dotdot-missing'], where, {});
  else if (dirent.name_len(view, at) !== 2 || view.getUint16(at + nameStart, true) !== 0x2e2e)
    report(problems['directory-dotdot-not-second'], where, {});
  else if (view.getUint8(at + nameStart + 2) !== 0) report(problems['directory-dotdot-not-terminated'], where, {});
  else return target;
  return 0;
}
