/**
 * What the kernel refuses before it replays the journal: it judges the superblock and the places in the descriptors as they
 * are on the disk, so that the mount fails however good the state after replay is.
 */
import type { ReportFinding } from '../problem/collector';
import { define } from '../problem/define';
import type { Finding, Where } from '../problem/finding';
import type { PartitionFacts } from '../problem/start';
import type { ByteSource } from '../source/source';
import { groupOfInode } from '../volume/geometry';
import { readInode } from '../volume/inode-at';
import { inodeChecksumGood } from '../volume/inode-checksum';
import type { Opening, OpenResult } from '../volume/open';
import { checkDescriptors } from './groups/descriptors';
import { CurrentInode } from './inodes/current';
import { problems as inodeProblems, refusal } from './inodes/refused';
import { checkJournal } from './journal/journal';
import { checkSuperblockFields } from './superblock/fields';
import { reportOpening } from './superblock/opening';
import { checkPassedOver } from './superblock/values';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'refused-before-replay': { severity: 'fatal', e2fsck: [] },
});

/** Number of blocks reserved for root, which only e2fsck limits. */
const onlyE2fsck = 's_r_blocks_count_lo';

/** Notes why the kernel does not read the journal, although it was replayed here: from a copy of its inode, for example. */
async function noteJournal({ volume, groups, backup }: Opening, note: ReportFinding): Promise<void> {
  await checkJournal(volume, groups, backup, note);
  const { geometry } = volume;
  const ino = geometry.sb.s_journal_inum;
  const view = await readInode(volume, groups, ino);
  if (view === null) return;
  const n = new CurrentInode(geometry);
  const checksumGood = !geometry.features.metadata_csum || inodeChecksumGood(geometry, view, 0, ino);
  n.load(view, 0, ino, groupOfInode(geometry, ino), 0, checksumGood);
  const reason = refusal(n);
  if (reason !== null) note(inodeProblems['journal-inode-refused'], { inode: ino }, { reason });
}

/** What was found before the replay: the data of the first finding of each problem. */
export type FoundBefore = ReadonlyMap<string, Finding['data']>;

/**
 * Reports the fatal problems before the replay, all in one finding, and returns everything that was found. `now` is in seconds
 * since 1970.
 */
export async function reportBeforeReplay(
  before: OpenResult,
  source: ByteSource,
  report: ReportFinding,
  now: number,
  partition: PartitionFacts | undefined,
): Promise<FoundBefore> {
  const seen = new Map<string, Where>();
  const found = new Map<string, Finding['data']>();
  const note: ReportFinding = ({ id, severity }, where, data) => {
    if (!found.has(id)) found.set(id, data as Finding['data']);
    if (severity === 'fatal' && (data as { field?: string }).field !== onlyE2fsck && !seen.has(id)) seen.set(id, where);
  };
  reportOpening(before, source, note);
  checkPassedOver(before, note);
  if (before.opening !== null) {
    checkSuperblockFields(before.opening, source, note, now, partition);
    checkDescriptors(before.opening, note);
    await noteJournal(before.opening, note);
  }
  const [first] = seen.values();
  if (first !== undefined) report(problems['refused-before-replay'], first, { problems: [...seen.keys()] });
  return found;
}
