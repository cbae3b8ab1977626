/** The first two entries of a directory: '.' for itself and '..' for its parent. */
import { dirent } from '../../layout/dirent';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'directory-dot-missing': { severity: 'error', e2fsck: [0x020009] },
  'directory-dot-not-first': { severity: 'error', e2fsck: [0x02000b] },
  'directory-dot-not-terminated': { severity: 'info', e2fsck: [0x020016] },
  'directory-dot-inode-wrong': { severity: 'error', e2fsck: [0x020001] },
  'directory-dot-long': { severity: 'info', e2fsck: [0x020024] },
  'directory-dotdot-missing': { severity: 'error', e2fsck: [0x02000a] },
  'directory-dotdot-not-second': { severity: 'error', e2fsck: [0x02000c] },
  'directory-dotdot-not-terminated': { severity: 'info', e2fsck: [0x020017] },
});

const dot = 0x2e;
const nameStart = 8;

/** Checks the first entry of logical block 0 of directory `ino`. */
export function checkDot(view: DataView, at: number, ino: number, recLen: number, report: ReportFinding): void {
  const where = { inode: ino };
  const target = dirent.inode(view, at);
  if (target === 0) report(problems['directory-dot-missing'], where, {});
  else if (dirent.name_len(view, at) !== 1 || view.getUint8(at + nameStart) !== dot)
    report(problems['directory-dot-not-first'], where, {});
  else if (view.getUint8(at + nameStart + 1) !== 0) report(problems['directory-dot-not-terminated'], where, {});
  if (target !== ino) report(problems['directory-dot-inode-wrong'], where, { stored: target, expected: ino });
  if (recLen > 24) report(problems['directory-dot-long'], where, { stored: recLen });
}

/** Checks the second entry; returns the inode of '..', or 0 if the entry is invalid. */
export function checkDotdot(view: DataView, at: number, ino: number, report: ReportFinding): number {
  const where = { inode: ino };
  const target = dirent.inode(view, at);
  if (target === 0) report(problems['directory-dotdot-missing'], where, {});
  else if (dirent.name_len(view, at) !== 2 || view.getUint16(at + nameStart, true) !== 0x2e2e)
    report(problems['directory-dotdot-not-second'], where, {});
  else if (view.getUint8(at + nameStart + 2) !== 0) report(problems['directory-dotdot-not-terminated'], where, {});
  else return target;
  return 0;
}
