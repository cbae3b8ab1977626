/** Assembles the report: paths of findings, affected paths, required files, evidence and verdict. */

import type { LostEntries } from '../checks/directories/scan';
import { problems as readProblems } from '../checks/reads';
import { reportRequired } from '../checks/required';
import { problems as backupProblems } from '../checks/superblock/backups';
import type { ScanFacts } from '../facts/scan';
import type { Collector } from '../problem/collector';
import type { Finding } from '../problem/finding';
import type { BaseOptions } from '../problem/options';
import {
  type Affected,
  type CheckReport,
  type ContentFacts,
  type FlippedBit,
  type JournalFacts,
  type NotChecked,
  type RequiredResult,
  verdictOf,
} from '../problem/report';
import type { StartFacts } from '../problem/start';
import type { Opening, OpenResult } from '../volume/open';
import type { ReadFault } from '../volume/volume';
import { affectedPaths } from './affected';
import { notCheckedParts, parts } from './coverage';
import { describe } from './describe';
import { metadataOnly } from './metadata-only';
import { type BeforeReplay, mountable } from './mountable';
import { Paths } from './paths';

/** Maximum number of groups in the evidence. */
const maxGroups = 100;

/** Results of extensions in addition to findings. */
export interface Extended {
  affected: readonly Affected[];
  skipped: readonly NotChecked[];
  checked: readonly string[];
  content: ContentFacts | undefined;
}

/** Results of the passes, from which the report is made. */
export interface Checked {
  opening: Opening;
  facts: ScanFacts;
  lostEntries: LostEntries;
  journal: JournalFacts;
  /** Whether the image is marked for a journal replay, even if it was replayed. */
  needsRecovery: boolean;
  /** Number of blocks in the superblock before the journal was replayed. */
  blocksBeforeReplay: number | undefined;
  /** What a mount finds before it replays the journal; undefined if there was no replay. */
  beforeReplay: BeforeReplay | undefined;
  /** What was written over the start of the file system, if that is known. */
  start: StartFacts | null;
  /** Results of extensions; null if there are none. */
  extended: Extended | null;
}

function base(collector: Collector, notChecked: NotChecked[], options: BaseOptions): CheckReport {
  return {
    schemaVersion: 2,
    ...(options.image === undefined ? {} : { image: options.image }),
    ...(options.partition && { partition: options.partition }),
    verdict: verdictOf(collector.severityCounts, notChecked),
    filesystem: null,
    journal: null,
    checked: [],
    notChecked,
    causes: [],
    steps: [],
    affected: [],
    affectedCount: 0,
    required: (options.require ?? []).map((path) => ({ path, state: 'unreadable', stoppedAt: '/' })),
    findings: collector.findings,
    counts: Object.fromEntries(collector.counts),
    severityCounts: { ...collector.severityCounts },
    io: { bytesRead: 0, reads: 0 },
  };
}

function reportFaults(faults: readonly ReadFault[], { report }: Collector): void {
  for (const { at, length, message } of faults)
    report(readProblems['image-read-failed'], { bytes: { at, length } }, { message });
}

/** The report for an image in which no file system could be opened. */
export function emptyReport(
  opened: OpenResult,
  collector: Collector,
  options: BaseOptions,
  journal: JournalFacts | null,
): CheckReport {
  const { start } = opened;
  const why = opened.unreadable
    ? 'the block of the superblock cannot be read'
    : start === null
      ? 'no usable superblock was found'
      : `this is ${start.what}`;
  reportFaults(opened.faults, collector);
  return { ...base(collector, [{ what: 'everything', why }], options), journal, ...(start && { foundAtStart: start }) };
}

const subjectOf = (finding: Finding): number => (finding.path === undefined ? (finding.inode ?? 0) : 0);

function addPaths(findings: readonly Finding[], paths: Paths): void {
  for (const finding of findings) {
    if (finding.inode === undefined || finding.path !== undefined) continue;
    const name = finding.data?.['name'];
    const aboutEntry =
      finding.directory !== undefined && finding.directory === finding.inode && typeof name === 'string';
    const path = aboutEntry ? paths.inDirectory(finding.inode, name) : paths.of(finding.inode);
    if (path !== null) finding.path = path;
  }
}

async function requiredResults(opening: Opening, paths: readonly string[]): Promise<RequiredResult[]> {
  const { checkRequired } = await import('../view/required');
  return checkRequired(opening, paths);
}

/** Findings of checksums for which a flipped bit is searched. */
const checksumIds = ['inode-checksum-wrong', 'directory-checksum-wrong', 'extent-node-checksum-wrong'];

/** Bits that explain all wrong checksums; most images have none of these. */
async function bitsOf(opening: Opening, collector: Collector): Promise<FlippedBit[]> {
  if (!checksumIds.some((id) => collector.counts.has(id))) return [];
  const { flippedBits } = await import('./flipped-bits');
  return flippedBits(opening, collector, checksumIds);
}

export async function assemble(
  checked: Checked,
  collector: Collector,
  options: BaseOptions,
  maxFindings: number,
): Promise<CheckReport> {
  const { opening, facts } = checked;
  const { volume } = opening;
  const required = options.require?.length ? await requiredResults(opening, options.require) : [];
  reportFaults(volume.faults, collector);
  const dataless = await metadataOnly(opening, facts, collector);
  if (dataless > 0) collector.report(backupProblems['image-without-data'], {}, { files: dataless });
  const paths = new Paths(volume, opening.groups, facts);
  const subjects = [...collector.findings.map(subjectOf), ...facts.harmed.keys()].filter((ino) => ino > 0);
  await paths.prepare(
    subjects,
    checked.lostEntries.kept.map(({ directory }) => directory),
  );
  addPaths(collector.findings, paths);
  const { extended } = checked;
  const flipped = await bitsOf(opening, collector);
  const { affected, count } = affectedPaths(facts, checked.lostEntries, extended?.affected ?? [], paths, maxFindings);
  const gaps = [...notCheckedParts(volume, facts, checked), ...(extended?.skipped ?? [])];
  // after the paths: these findings have theirs
  reportRequired(required, collector.report);
  const report = base(collector, gaps, options);
  return {
    ...report,
    filesystem: describe(volume.geometry, opening.superBlock, checked.needsRecovery),
    journal: checked.journal,
    mountable: mountable(collector.findings, affected, {
      geometry: volume.geometry,
      needsRecovery: checked.needsRecovery,
      fastCommits: checked.journal?.fastCommits ?? 0,
      beforeReplay: checked.beforeReplay,
    }),
    ...(checked.start && { foundAtStart: checked.start }),
    checked: [...parts, ...(extended?.checked ?? [])],
    evidence: {
      zeroBlocks: facts.zeroBlocks,
      zeroTableGroups: [...facts.zeroTableGroups].sort((a, b) => a - b).slice(0, maxGroups),
      omittedFiles: dataless,
      ...(checked.blocksBeforeReplay !== undefined && { blocksBeforeReplay: checked.blocksBeforeReplay }),
      ...(flipped.length > 0 && { flippedBits: flipped }),
    },
    affected,
    affectedCount: count,
    required,
    ...(extended?.content && { content: extended.content }),
    io: { ...volume.readCounts },
  };
}
