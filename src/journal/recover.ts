/**
 * Replays a log as the kernel does: finds its end, collects revoked blocks, then determines the source of each block.
 */
import { crc32 } from '../bytes/crc32';
import { GrowableF64 } from '../bytes/growable';
import { sortIndexes } from '../bytes/radix';
import { journalCommit, journalMagic } from '../layout/journal';
import { bytesOf, type Volume } from '../volume/volume';
import { commitGood, dataChecksum, sumsBlocks, tailGood, transactionGood } from './checksums';
import { commitAfterEnd } from './commits-after-end';
import { type FastCommitFault, type FastCommits, scanFastCommits } from './fast-commit/commits';
import { following } from './format';
import { type Log, missing } from './log';
import type { Replacements } from './overlay';
import { Revokes, sortedUnique } from './revokes';
import { tagsOf } from './tags';
import { advance, type Step, type Visitor, type Walked, walk } from './walk';

/** Something wrong with a log. `at` is a block of the journal, `block` one of the file system. */
export type LogFault =
  | { kind: 'start'; at: number; first: number; last: number }
  | { kind: 'unreadable' | 'circular' | 'descriptor-checksum'; at: number; sequence: number }
  | { kind: 'commit-checksum' | 'incomplete'; at: number; sequence: number }
  | { kind: 'ends-early'; at: number; sequence: number; later: number }
  | { kind: 'revoke-checksum' | 'revoke-length'; at: number; sequence: number }
  | FastCommitFault
  | {
      kind: 'data-checksum' | 'data-unreadable' | 'outside' | 'into-journal';
      at: number;
      sequence: number;
      block: number;
    };

export interface Recovery {
  /** Complete transactions that were replayed. */
  transactions: number;
  /** Copies that were not used because the block was revoked later. */
  revoked: number;
  replacements: Replacements;
  faultCount: number;
  /** The kernel would refuse to mount after such a log; everything that could be replayed was. */
  failed: boolean;
  /** The transaction after the last one. */
  sequence: number;
  /** Block of the journal where the log ended. */
  end: number;
  /** What a mount would replay from the fast-commit area; it is not replayed here. */
  fastCommits: FastCommits;
  /** Time of the last commit, in seconds since 1970. */
  lastCommit: number;
}

class Recoverer {
  faultCount = 0;
  failed = false;
  lastCommit = 0;
  revoked = 0;
  private readonly tagged = new GrowableF64();
  private readonly blocks = new GrowableF64();
  private readonly from = new GrowableF64();
  /** For replaced blocks of the journal itself: the block that is read instead. */
  private readonly inJournal = new Map<number, number>();

  constructor(
    private readonly log: Log,
    private readonly volume: Volume,
    private readonly tell: (fault: LogFault) => void,
  ) {}

  fault(fault: LogFault, fails = true): void {
    this.faultCount++;
    this.tell(fault);
    this.failed ||= fails;
  }

  private readonly original = (place: number): Promise<DataView | null> => this.log.read(place, false);

  /** The current content at a place. A replay that writes into the journal continues with what it has written. */
  private async current(place: number, ahead: boolean): Promise<{ view: DataView | null; from: number }> {
    const from = this.inJournal.get(place) ?? place * 2;
    const view = await this.log.read(Math.floor(from / 2), ahead);
    if (view === null || from % 2 === 0) return { view, from };
    const copy = Uint8Array.from(bytesOf(view));
    new DataView(copy.buffer).setUint32(0, journalMagic, false);
    return { view: new DataView(copy.buffer), from };
  }

  private get budget(): number {
    return this.volume.readableBlocks;
  }

  /** The first pass: finds the end of the log, and the blocks that its tags contain. */
  async scan(): Promise<{ end: number; walked: Walked }> {
    const { log } = this;
    const { format } = log;
    let end: number | null = null;
    let doubt: LogFault | null = null;
    let sum = 0xffffffff;
    const doubtful = (kind: 'descriptor-checksum' | 'revoke-checksum', { at, sequence }: Step) => {
      doubt ??= { kind, at, sequence };
    };
    const visitor: Visitor = {
      descriptor: async (view, step) => {
        // the block may belong to a previous journal; the time of the commit shows it
        if (!tailGood(format, view)) doubtful('descriptor-checksum', step);
        let count = 0;
        for (const { block } of tagsOf(format, view)) {
          if (end === null && block < this.volume.geometry.blocksCount) this.tagged.push(block);
          count++;
        }
        if (format.checksums === 1 && end === null) {
          sum = crc32(sum, bytesOf(view));
          for (let i = 1; i <= count; i++) {
            const place = log.placeOf(advance(log, step.at, i));
            const data = place === missing ? null : await log.read(place, true);
            if (data === null) break;
            sum = crc32(sum, bytesOf(data));
          }
        }
        return count;
      },
      revoke: (view, step) => {
        if (!tailGood(format, view)) doubtful('revoke-checksum', step);
        return null;
      },
      commit: (view, step) => {
        const time = journalCommit.h_commit_sec(view, 0);
        if (doubt !== null) {
          if (time < this.lastCommit) return 'stale';
          this.fault(doubt);
          return 'refused';
        }
        if (end !== null && format.checksums === 1) {
          // a commit after a bad one: that one was not an unfinished write
          this.failed = true;
          return 'same';
        }
        const good = format.checksums === 1 ? transactionGood(view, sum) : commitGood(format, view);
        sum = 0xffffffff;
        if (!good) {
          if (time < this.lastCommit) return 'stale';
          end = step.sequence;
          this.fault({ kind: 'commit-checksum', at: step.at, sequence: step.sequence }, !format.asyncCommit);
          if (!format.asyncCommit) return 'same';
        } else if (end === null) this.lastCommit = time;
        return 'next';
      },
    };
    const walked = await walk(log, this.original, null, this.budget, visitor);
    return { end: end ?? walked.sequence, walked };
  }

  async gatherRevokes(until: number): Promise<Revokes> {
    const { format } = this.log;
    const revokes = new Revokes(sortedUnique(this.tagged));
    await walk(this.log, this.original, until, this.budget, {
      descriptor: (view) => {
        let count = 0;
        for (const _ of tagsOf(format, view)) count++;
        return count;
      },
      revoke: (view, { at, sequence }) => {
        if (!tailGood(format, view)) this.fault({ kind: 'revoke-checksum', at, sequence });
        else if (revokes.take(format, view, sequence) === null) this.fault({ kind: 'revoke-length', at, sequence });
        else return null;
        return 'refused';
      },
      commit: () => 'next',
    });
    return revokes;
  }

  async replay(until: number, revokes: Revokes): Promise<Walked> {
    const { log } = this;
    const { format } = log;
    const read = async (place: number) => (await this.current(place, false)).view;
    return walk(log, read, until, this.budget, {
      descriptor: async (view, step) => {
        if (!tailGood(format, view)) {
          this.fault({ kind: 'descriptor-checksum', at: step.at, sequence: step.sequence });
          return 'refused';
        }
        let count = 0;
        for (const { block, escaped, checksum } of tagsOf(format, view)) {
          const at = advance(log, step.at, ++count);
          await this.replayOne({ at, sequence: step.sequence, block }, escaped, checksum, revokes);
        }
        return count;
      },
      revoke: () => null,
      commit: () => 'next',
    });
  }

  private async replayOne(
    where: { at: number; sequence: number; block: number },
    escaped: boolean,
    checksum: number,
    revokes: Revokes,
  ): Promise<void> {
    const { log, volume } = this;
    const { block, sequence } = where;
    const place = log.placeOf(where.at);
    if (place === missing) return this.fault({ kind: 'data-unreadable', ...where });
    if (revokes.has(block, sequence)) {
      this.revoked++;
      return;
    }
    let from = this.inJournal.get(place) ?? place * 2;
    if (sumsBlocks(log.format)) {
      const { view } = await this.current(place, true);
      if (view === null) return this.fault({ kind: 'data-unreadable', ...where });
      if (dataChecksum(log.format, sequence, view) !== checksum) return this.fault({ kind: 'data-checksum', ...where });
    }
    if (block >= volume.geometry.blocksCount) return this.fault({ kind: 'outside', ...where });
    if (escaped) from = Math.floor(from / 2) * 2 + 1;
    if (log.holds(block)) {
      this.fault({ kind: 'into-journal', ...where }, false);
      this.inJournal.set(block, from);
    }
    this.blocks.push(block);
    this.from.push(from);
  }

  /** The result: of several copies of a block the last one. */
  replacements(): Replacements {
    const all = this.blocks.view();
    const order = sortIndexes(all, all.length);
    const blocks = new Float64Array(all.length);
    const from = new Float64Array(all.length);
    let count = 0;
    for (let i = 0; i < order.length; i++) {
      const block = all[order[i]!]!;
      if (i + 1 < order.length && all[order[i + 1]!] === block) continue;
      blocks[count] = block;
      from[count++] = this.from.get(order[i]!);
    }
    return { blocks: blocks.slice(0, count), from: from.slice(0, count) };
  }

  async reportEnd({ end, at, sequence, begun }: Walked): Promise<void> {
    // the bad commit is already reported, and everything after it follows from that
    if (this.faultCount > 0 && end !== 'unreadable' && end !== 'circular') return;
    if (end === 'magic' || end === 'sequence' || end === 'type') {
      const later = await commitAfterEnd(this.log, at, sequence, this.lastCommit);
      if (later >= 0) return this.fault({ kind: 'ends-early', at, sequence, later }, false);
    }
    if (end === 'unreadable' || end === 'circular') this.fault({ kind: end, at, sequence });
    else if (end !== 'refused' && end !== 'known' && begun) this.fault({ kind: 'incomplete', at, sequence }, false);
  }
}

/** Replays `log`. Nothing is written; content is only read where checksums need it. Calls `tell` with each fault. */
export async function recover(log: Log, volume: Volume, tell: (fault: LogFault) => void): Promise<Recovery> {
  const { format } = log;
  const recoverer = new Recoverer(log, volume, tell);
  const result = (end: number, at: number): Recovery => ({
    transactions: (end - format.sequence) >>> 0,
    revoked: recoverer.revoked,
    replacements: recoverer.replacements(),
    faultCount: recoverer.faultCount,
    failed: recoverer.failed,
    sequence: following(end),
    end: at,
    lastCommit: recoverer.lastCommit,
    fastCommits: { changes: 0, tags: 0 },
  });
  const { start, first, last } = format;
  // nothing was logged since the last checkpoint
  if (start === 0) return result(format.sequence, start);
  if (first < 1 || first >= last || start < first || start >= format.length) {
    recoverer.fault({ kind: 'start', at: start, first, last });
    return result(format.sequence, start);
  }
  const { end, walked } = await recoverer.scan();
  await recoverer.reportEnd(walked);
  if (walked.end === 'refused' || walked.end === 'unreadable' || walked.end === 'circular')
    return result(format.sequence, walked.at);
  // the kernel reads the fast commits before it replays anything, and replays nothing if it cannot
  const { found, fault } = await scanFastCommits(log, end, volume.geometry.inodeSize);
  if (fault !== null) {
    recoverer.fault(fault);
    return result(format.sequence, walked.at);
  }
  const before = recoverer.faultCount;
  const revokes = await recoverer.gatherRevokes(end);
  if (recoverer.faultCount > before) return result(format.sequence, walked.at);
  const replayed = await recoverer.replay(end, revokes);
  if (replayed.end !== 'known') recoverer.failed = true;
  return { ...result(end, walked.at), fastCommits: found };
}
