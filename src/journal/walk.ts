/** Goes along a log from its start, transaction by transaction, and says where and why it ended. */
import { journalBlock, journalHeader, journalMagic } from '../layout/journal';
import { following, notBefore } from './format';
import { type Log, missing } from './log';

/**
 * Why a walk ended: `known` where it was to end; `magic`, `sequence` and `type` at a block that is no part of the log any
 * more; `stale` at one left over from an older use of the space; `unreadable`; `circular` when it went all the way
 * around; `refused` when a visitor would not go on.
 */
export type End = 'known' | 'magic' | 'sequence' | 'type' | 'stale' | 'unreadable' | 'circular' | 'refused';

/** What to do with the blocks of a log; each may end the walk. */
export interface Visitor {
  /** Returns how many blocks of data follow. */
  descriptor(view: DataView, step: Step): Promise<number | End> | number | End;
  revoke(view: DataView, step: Step): End | null;
  /** `next` goes on with the next transaction, `same` looks for more of this one. */
  commit(view: DataView, step: Step): 'next' | 'same' | End;
}

/** Where a walk is. */
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
  /** Blocks of that transaction were seen. */
  begun: boolean;
}

/** The block of the ring `count` blocks behind `at`. */
export function advance({ format: { first, last } }: Log, at: number, count: number): number {
  const next = at + count;
  return next < last ? next : first + ((next - first) % (last - first));
}

/**
 * Walks up to transaction `until`, or to where the log ends. Ends for every log: no block of the ring is passed twice,
 * and never more blocks than `budget`, since a hostile mapping can put one block in many places.
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
  // one more than there are, since a full ring ends where it began
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
