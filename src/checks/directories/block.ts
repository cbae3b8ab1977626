/** Directory blocks as such: present, readable, chained to their end, and with the right checksum. */

import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'directory-block-zero': { severity: 'error', e2fsck: [] },
  'directory-hole': { severity: 'error', e2fsck: [0x020015] },
  'directory-block-unreadable': { severity: 'error', e2fsck: [0x020020] },
  'directory-entry-corrupt': { severity: 'error', e2fsck: [0x020013] },
  'directory-checksum-missing': { severity: 'error', e2fsck: [0x02004c] },
  'directory-checksum-wrong': { severity: 'error', e2fsck: [0x02004d] },
  'directory-unregistered': { severity: 'error', e2fsck: [0x02001c] },
  'directory-inline-size': { severity: 'error', e2fsck: [0x02004e] },
  'directory-too-many-blocks': { severity: 'error', e2fsck: [] },
});

export type BlockProblem =
  | 'directory-block-zero'
  | 'directory-hole'
  | 'directory-block-unreadable'
  | 'directory-checksum-missing'
  | 'directory-checksum-wrong';

export function reportBlock(
  report: ReportFinding,
  id: BlockProblem,
  ino: number,
  logical: number,
  block: number,
): void {
  report(problems[id], block > 0 ? { inode: ino, block } : { inode: ino }, { logical });
}
