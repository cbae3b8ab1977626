/**
 * What the kernel refuses before it replays the journal: it judges the superblock and the places in the descriptors as they
 * are on the disk, so that the mount fails however good the state after replay is.
 */
import type { ReportFinding } from '../problem/collector';
import { define } from '../problem/define';
import type { Where } from '../problem/finding';
import type { PartitionFacts } from '../problem/start';
import type { ByteSource } from '../source/source';
import type { OpenResult } from '../volume/open';
import { checkDescriptors } from './groups/descriptors';
import { checkSuperblockFields } from './superblock/fields';
import { reportOpening } from './superblock/opening';
import { checkPassedOver } from './superblock/values';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'refused-before-replay': { severity: 'fatal', e2fsck: [] },
});

/** Number of blocks reserved for root, which only e2fsck limits. */
const onlyE2fsck = 's_r_blocks_count_lo';

/** Reports the fatal problems before the replay, all in one finding. `now` is in seconds since 1970. */
export function reportBeforeReplay(
  before: OpenResult,
  source: ByteSource,
  report: ReportFinding,
  now: number,
  partition: PartitionFacts | undefined,
): void {
  const seen = new Map<string, Where>();
  const note: ReportFinding = ({ id, severity }, where, data) => {
    if (severity === 'fatal' && (data as { field?: string }).field !== onlyE2fsck && !seen.has(id)) seen.set(id, where);
  };
  reportOpening(before, source, note);
  checkPassedOver(before, note);
  if (before.opening !== null) {
    checkSuperblockFields(before.opening, source, note, now, partition);
    checkDescriptors(before.opening, note);
  }
  const [first] = seen.values();
  if (first !== undefined) report(problems['refused-before-replay'], first, { problems: [...seen.keys()] });
}
