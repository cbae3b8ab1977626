/** Opens the file system that is checked: as a mount would show it, with its journal replayed in memory. */
import type { ReportFinding } from '../problem/collector';
import type { BaseOptions } from '../problem/options';
import type { JournalFacts } from '../problem/report';
import type { ByteSource } from '../source/source';
import { type OpenResult, openFileSystem } from '../volume/open';

/** The file system as a mount would show it. */
export interface Subject {
  source: ByteSource;
  opened: OpenResult;
  /** The superblock is marked for a journal replay. */
  needsRecovery: boolean;
  /** Whether `source` is the image after journal replay. */
  replayed: boolean;
  /** The file system as it was before replay; undefined if there was none. */
  before?: OpenResult;
  /** Number of blocks in the superblock as it was before replay; undefined if there was none. */
  blocksBeforeReplay?: number;
  /** The result of replay, if it was tried. */
  journal: JournalFacts | null;
  /** What was read before `opened`. */
  readCounts: { bytesRead: number; reads: number };
}

/** Opens the file system and, if necessary, replays its journal in memory and opens the result. */
export async function openSubject(
  source: ByteSource,
  options: Pick<BaseOptions, 'replay' | 'signal'>,
  report: ReportFinding,
): Promise<Subject> {
  const opened = await openFileSystem(source, options.signal);
  const needsRecovery = opened.opening?.volume.geometry.features.needs_recovery === true;
  const readCounts = { bytesRead: 0, reads: 0 };
  const asFound = { source, opened, needsRecovery, replayed: false, journal: null, readCounts };
  if (opened.opening === null || !needsRecovery || options.replay === false) return asFound;
  const { replayJournal } = await import('./journal/replay');
  const replayed = await replayJournal(opened.opening, source, report, options.signal);
  if (replayed === null) return asFound;
  // the volume stays in use and continues counting
  if (replayed.source === null) return { ...asFound, journal: replayed.facts };
  const reopened = await openFileSystem(replayed.source, options.signal);
  return {
    source: replayed.source,
    opened: reopened,
    needsRecovery,
    replayed: true,
    before: opened,
    blocksBeforeReplay: opened.opening.volume.geometry.blocksCount,
    journal: replayed.facts,
    readCounts: opened.opening.volume.readCounts,
  };
}
