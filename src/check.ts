/** The pipeline from a source to a report. Each step verifies what the next one relies on; see docs/architecture.md. */
import type { FoundBefore } from './checks/before-replay';
import { checkBitmaps } from './checks/bitmaps/pass';
import { checkConnectivity } from './checks/connectivity/pass';
import { scanDirectories } from './checks/directories/pass';
import { checkRepeatedNames } from './checks/directories/repeated-names';
import { type DirectoryScan, LostEntries, newDirectoryScan } from './checks/directories/scan';
import { checkDescriptors } from './checks/groups/descriptors';
import { type HelperThread, type StartHelperThread, withHelperThread } from './checks/helper-thread';
import { scanInodes } from './checks/inodes/pass';
import { reportJournalDevice } from './checks/journal/device';
import { journalFacts } from './checks/journal/facts';
import { checkJournal } from './checks/journal/journal';
import { reportBadFields } from './checks/links/bad-fields';
import { checkLinks } from './checks/links/pass';
import { reportNamedValues } from './checks/links/value-inodes';
import { checkOrphanFile } from './checks/orphans/orphan-file';
import { checkOrphanMount } from './checks/orphans/orphan-mount';
import { findPending, knowing, type Pending } from './checks/orphans/pending';
import { checkUnchanged } from './checks/reads';
import { openSubject, type Subject } from './checks/subject';
import { checkBackups } from './checks/superblock/backups';
import { checkSuperblockFields } from './checks/superblock/fields';
import { checkMmp } from './checks/superblock/mmp';
import { reportOpening } from './checks/superblock/opening';
import { checkResizeInode } from './checks/superblock/resize-inode';
import { checkPassedOver } from './checks/superblock/values';
import type { Extension } from './extension';
import type { DiskBitmaps } from './facts/scan';
import type { Digests } from './platform/digests';
import { Collector, type ReportFinding } from './problem/collector';
import type { Finding } from './problem/finding';
import type { BaseOptions, Progress } from './problem/options';
import type { CheckReport } from './problem/report';
import { guardedSource } from './source/guarded';
import type { ByteSource } from './source/source';
import { assemble, type Checked, type Extended, emptyReport } from './verdict/assemble';
import { writesWereLost } from './verdict/writes-lost';
import { readBitmaps } from './volume/bitmaps';
import type { Opening, OpenResult } from './volume/open';

/** The options of a check. */
export interface CheckOptions<Id extends string = string> extends BaseOptions<Id> {
  /** Additional checks, such as `lostWritesCheck()`, in this order. */
  extensions?: readonly Extension[];
}

/** What the platform provides for a check. */
export interface MachineOptions {
  /** Computes digests; default: the package's own implementations. */
  digests?: Digests;
  /** Starts a second thread for a part of the inode tables and directories of large images. */
  startHelper?: StartHelperThread;
  /** Minimum number of used inodes for that. Default: automatic. */
  helperFrom?: number;
}

/** Default for `maxFindings`. */
const defaultMaxFindings = 10_000;

/** Checks the fixed structures and the files that only the file system itself uses. */
async function checkFixedStructures(
  opening: Opening,
  source: ByteSource,
  report: ReportFinding,
  now: Date,
  options: CheckOptions,
): Promise<{ journalUsable: boolean }> {
  const { volume, groups, superBlock, backup } = opening;
  checkSuperblockFields(opening, source, report, now.getTime() / 1000, options.partition);
  checkDescriptors(opening, report);
  await checkBackups(volume, superBlock, report);
  await checkMmp(volume, report);
  const journal = await checkJournal(volume, groups, backup, report);
  await checkResizeInode(volume, groups, report);
  return { journalUsable: !journal.stopped };
}

/** What the kernel refuses before it replays the journal, although the replay corrects it. */
async function reportBefore(
  before: OpenResult,
  source: ByteSource,
  collector: Collector,
  now: Date,
  { partition }: CheckOptions,
): Promise<FoundBefore> {
  const { reportBeforeReplay } = await import('./checks/before-replay');
  return reportBeforeReplay(before, source, collector.report, now.getTime() / 1000, partition);
}

/** Totals that a mount counts again after fast commits, so that their values before are irrelevant. */
const totals = new Set(['superblock-free-blocks-wrong', 'superblock-free-inodes-wrong']);

function withoutTotals(report: ReportFinding): ReportFinding {
  return (problem, where, data, code) => {
    if (!totals.has(problem.id)) report(problem, where, data, code);
  };
}

/** Passes 1 and 2, in which a helper thread may take part. */
async function scanTree(
  { volume, groups }: Opening,
  disk: DiskBitmaps,
  pending: Pending,
  report: ReportFinding,
  helper: HelperThread | null,
  lostEntries: LostEntries,
  progress: (phase: Progress['phase']) => (done: number, total: number) => void,
): Promise<DirectoryScan> {
  const { geometry } = volume;
  const share = helper?.shareDirectories(geometry) ?? null;
  const facts = await scanInodes(volume, groups, disk, knowing(pending, report), {
    helper,
    onHelperFree: (facts) => share?.send(facts, facts.dirBlocks.order(geometry.features.dir_index)),
    onProgress: progress('inodes'),
  });
  if (facts.blocks.anyShared) {
    const { checkDuplicates } = await import('./checks/duplicates/pass');
    await checkDuplicates(volume, groups, facts, report);
  }
  const scan = newDirectoryScan(volume, groups, facts, report, lostEntries);
  await scanDirectories(scan, share, progress('directories'));
  await helper?.stop();
  return scan;
}

/** The five passes, in e2fsck's order. */
async function runPasses(
  opening: Opening,
  { replayed, journal }: Subject,
  { report, counts }: Collector,
  helper: HelperThread | null,
  options: CheckOptions & MachineOptions,
  maxFindings: number,
): Promise<Pick<Checked, 'opening' | 'facts' | 'lostEntries' | 'extended'>> {
  const { volume, groups } = opening;
  const { geometry } = volume;
  const progress = (phase: Progress['phase']) => (done: number, total: number) =>
    options.onProgress?.({ phase, done, total });
  const disk = await readBitmaps(volume, groups);
  const counted = journal?.fastCommitsSkipped ? withoutTotals(report) : report;
  const pending = await findPending(volume, groups, replayed, report);
  const lostEntries = new LostEntries(maxFindings);
  const scan = await scanTree(opening, disk, pending, report, helper, lostEntries, progress);
  const { facts } = scan;
  for (const [ino, directory] of scan.badNamed)
    if (!(await reportBadFields(volume, groups, ino, directory, report))) facts.harm(ino, 'unreadable');
  reportNamedValues(facts, scan.namedValues, report);
  checkConnectivity(facts, report);
  await checkRepeatedNames(scan);
  await checkLinks(volume, groups, facts, report);
  checkBitmaps({ geometry, groups, facts, disk, report: counted, ...(pending.settled && { pending }) });
  if (!(await checkOrphanFile(volume, groups, report, pending)))
    await checkOrphanMount(volume, groups, disk.inodes, pending, report);
  if (geometry.features.quota) {
    const { checkQuotas } = await import('./checks/quota/quota');
    await checkQuotas(volume, groups, facts.quota, report);
  }
  if (facts.verity.inodes.length > 0) {
    const { checkVerity } = await import('./checks/verity/pass');
    await checkVerity(volume, groups, facts, report, progress('verity'));
  }
  const extended = options.extensions?.length
    ? await extend(opening, report, writesWereLost(opening, facts, counts), options.extensions, options)
    : null;
  await checkUnchanged(volume, opening.superBlock, report);
  return { opening, facts, lostEntries, extended };
}

/** Runs the extensions, on the files as a mount would show them. */
async function extend(
  opening: Opening,
  report: ReportFinding,
  writesLost: boolean,
  extensions: readonly Extension[],
  { onProgress, signal, digests }: CheckOptions & MachineOptions,
): Promise<Extended> {
  const { runExtensions } = await import('./run-extensions');
  return runExtensions(extensions, opening, {
    report,
    writesLost,
    onProgress: (step) => onProgress?.(step),
    signal,
    digests,
  });
}

/**
 * Checks the whole file system in `image` and returns a report. Never writes, and never throws because of content: an image
 * that cannot be checked gives a report with the reason. If a journal replay is pending, it is done in memory, unless
 * `options.replay` is false. Memory is bounded by the geometry; see docs/limits.md.
 *
 * @throws the reason of `options.signal` when it is aborted, and errors of the source other than SourceError.
 */
export async function checkImage(image: ByteSource, options: CheckOptions & MachineOptions = {}): Promise<CheckReport> {
  const source = guardedSource(image, options.signal);
  const report = await checkFileSystem(source, options);
  return withWhatToDo(await finished(report, source, options));
}

/** The report after every extension has seen it whole. */
async function finished(report: CheckReport, source: ByteSource, options: CheckOptions): Promise<CheckReport> {
  const { extensions = [], signal } = options;
  if (!extensions.some(({ finish }) => finish !== undefined)) return report;
  const { finishReport } = await import('./run-extensions');
  const finished = await finishReport(report, extensions, { source, signal });
  const deliver = delivery(options);
  if (deliver === undefined) return finished;
  const delivered = new Set(report.findings);
  for (const finding of finished.findings) if (!delivered.has(finding)) deliver(finding);
  signal?.throwIfAborted();
  return finished;
}

/** Passes a finding to `onFinding`; ends the check instead if the signal is aborted. */
function delivery({ onFinding, signal }: CheckOptions): ((finding: Finding) => void) | undefined {
  if (onFinding === undefined) return undefined;
  return (finding) => {
    signal?.throwIfAborted();
    onFinding(finding);
  };
}

/** Causes and steps; a clean report has none. */
async function withWhatToDo(report: CheckReport): Promise<CheckReport> {
  if (report.verdict === 'clean' && report.required.every(({ state }) => state === 'ok')) {
    if (report.filesystem?.journalNeedsRecovery !== true) return report;
  }
  const { withCauses } = await import('./causes/diagnose');
  return withCauses(report);
}

async function checkFileSystem(source: ByteSource, options: CheckOptions & MachineOptions): Promise<CheckReport> {
  const maxFindings = options.maxFindings ?? defaultMaxFindings;
  const collector = new Collector(maxFindings, delivery(options), options.e2fsck);
  const subject = await openSubject(source, options, collector.report);
  const { opened, needsRecovery } = subject;
  reportOpening(opened, subject.source, collector.report);
  checkPassedOver(opened, collector.report);
  if (opened.opening === null) await reportJournalDevice(opened, subject.source, collector.report);
  const { opening } = opened;
  if (opening === null) {
    const report = emptyReport(opened, collector, options, subject.journal);
    options.signal?.throwIfAborted();
    return report;
  }
  const now = options.now ?? new Date();
  const before = subject.before && (await reportBefore(subject.before, source, collector, now, options));
  const start = options.jobs === 1 ? undefined : options.startHelper;
  const checked = await withHelperThread(opening.volume, start, options.helperFrom, async (helper) => {
    const { journalUsable } = await checkFixedStructures(opening, subject.source, collector.report, now, options);
    const journal = subject.journal ?? journalFacts(opening, journalUsable);
    return { journal, ...(await runPasses(opening, subject, collector, helper, options, maxFindings)) };
  });
  const { blocksBeforeReplay } = subject;
  const geometryBefore = subject.before?.opening?.volume.geometry;
  const beforeReplay = before && geometryBefore && { found: before, geometry: geometryBefore };
  const parts = { ...checked, needsRecovery, blocksBeforeReplay, beforeReplay, start: opened.start };
  const report = await assemble(parts, collector, options, maxFindings);
  // the signal may have been aborted during the last read
  options.signal?.throwIfAborted();
  const { bytesRead, reads } = report.io;
  return {
    ...report,
    io: { bytesRead: bytesRead + subject.readCounts.bytesRead, reads: reads + subject.readCounts.reads },
  };
}
