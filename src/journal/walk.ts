/** Walks a log from its start, transaction by transaction, and reports where and why it ended. */
import { journalBlock, journalHeader, journalMagic } from '../layout/journal';
import { following, notBefore } from './format';
import { type Log, missing } from './log';

/**
 * Why a walk ended: `known` at the requested end; `magic`, `sequence` and `type` at a block that does not belong to the
 * log; `stale` at a block from an older use of the space; `unreadable`; `circular` after the whole ring; `refused` when
 * a visitor ended it.
 */
export type End = 'known' | 'magic' | 'sequence' | 'type' | 'stale' | 'unreadable' | 'circular' | 'refused';

/** What to do with the blocks of a log; each callback may end the walk. */
export interface Visitor {
  /** Returns how many data blocks follow. */
  descriptor(view: DataView, step: Step): Promise<number | End> | number | End;
  revoke(view: DataView, step: Step): End | null;
  /** `next` continues with the next transaction, `same` with more of this one. */
  commit(view: DataView, step: Step): 'next' | 'same' | End;
}

export interface Step {
  /** Block of the journal. */
  at: number;
  sequence: number;
}

export interface Walked {
  end: End;
  /** Block of the journal where it ended. */
  at: number;
  /** The transaction that was not completed. */
  sequence: number;
  /** Whether blocks of that transaction were found. */
  begun: boolean;
}

/** The block `count` blocks after `at` in the ring. */
export function advance({ format: { first, last } }: Log, at: number, count: number): number {
  const next = at + count;
  return next < last ? next : first + ((next - first) % (last - first));
}

/**
 * Walks up to transaction `until`, or to the end of the log. Always ends: no block of the ring is visited twice, and
 * never more blocks than `budget`, because a hostile mapping can use one block in many places.
 */
export async function walk(
  log: Log,
  read: (place: number) => Promise<DataView | null>,
  until: number | null,
  budget: number,
  visitor: Visitor,
): Promise<Walked> {
  const { format } = log;
  const step: Step = { at: format.start, sequence: format.sequence };
  let begun = false;
  // one more than the ring has: a full ring ends where it started
  let left = Math.min(budget, format.last - format.first) + 1;
  const ended = (end: End): Walked => ({ end, at: step.at, sequence: step.sequence, begun });
  for (;;) {
    if (until !== null && notBefore(step.sequence, until)) return ended('known');
    if (left <= 0) return ended('circular');
    const place = log.placeOf(step.at);
    const view = place === missing ? null : await read(place);
    if (view === null) return ended('unreadable');
    if (journalHeader.h_magic(view, 0) !== journalMagic) return ended('magic');
    if (journalHeader.h_sequence(view, 0) !== step.sequence) return ended('sequence');
    let passed = 1;
    switch (journalHeader.h_blocktype(view, 0)) {
      case journalBlock.DESCRIPTOR: {
        const count = await visitor.descriptor(view, step);
        if (typeof count !== 'number') return ended(count);
        passed += count;
        begun = true;
        break;
      }
      case journalBlock.REVOKE: {
        const end = visitor.revoke(view, step);
        if (end !== null) return ended(end);
        begun = true;
        break;
      }
      case journalBlock.COMMIT: {
        const answer = visitor.commit(view, step);
        if (answer !== 'next' && answer !== 'same') return ended(answer);
        if (answer === 'next') {
          step.sequence = following(step.sequence);
          begun = false;
        }
        break;
      }
      case journalBlock.FAST_COMMIT:
        break;
      default:
        return ended('type');
    }
    step.at = advance(log, step.at, passed);
    left -= passed;
  }
}
