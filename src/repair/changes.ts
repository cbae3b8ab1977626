/** What a repair does to the files of an image: the vocabulary, and the list that is kept of it. */
import type { FileType } from '../view/stat';

/**
 * - `gone`: the name and the file are no longer there; `moved`: e2fsck put it elsewhere, mostly into lost+found;
 * - `truncated`: shorter than before; `content`: other bytes than before; `type`: it is something else now;
 * - `cloned`: reads as before, but its blocks were copied because something else claimed them as well;
 * - `appeared`: a name that was not there before.
 */
export const changeKinds = ['gone', 'moved', 'type', 'truncated', 'content', 'cloned', 'appeared'] as const;
/** What a repair can do to a path. */
export type ChangeKind = (typeof changeKinds)[number];

/** One path and what becomes of it. */
export interface TreeChange {
  kind: ChangeKind;
  /** Absolute inside the image, printable. */
  path: string;
  type: FileType;
  /** Where it is now, for `moved`. */
  to?: string;
  /** Bytes before and after, for `truncated` and `content`. */
  size?: { before: number; after: number };
  /** Of the content before and after; null where it cannot be read. */
  sha256?: { before: string | null; after: string | null };
}

/** The difference of two trees. */
export interface TreeChanges {
  /** How many paths there are of each kind, complete. */
  counts: Record<ChangeKind, number>;
  /** The paths; at most `maxChanges` of each kind. */
  changes: TreeChange[];
  /** Names whose file was lost before the repair, and that it takes away. */
  namesOfLostFiles: number;
  /** Files whose contents were compared, and bytes read for that. */
  compared: { files: number; bytes: number };
  /** What could not be compared, as sentences. */
  notCompared: string[];
}

/** Whether anything that could be read before cannot be any more, or reads otherwise. */
export const losesAnything = ({ counts }: TreeChanges): boolean =>
  counts.gone + counts.moved + counts.type + counts.truncated + counts.content > 0;

/** Takes changes, counts all, keeps the first of each kind. */
export class ChangeList {
  private readonly counts: Record<ChangeKind, number> = {
    gone: 0,
    moved: 0,
    type: 0,
    truncated: 0,
    content: 0,
    cloned: 0,
    appeared: 0,
  };
  private readonly kept: TreeChange[] = [];
  private readonly reasons = new Set<string>();
  namesOfLostFiles = 0;
  readonly compared = { files: 0, bytes: 0 };

  constructor(private readonly max: number) {}

  add(change: TreeChange): void {
    if (this.counts[change.kind]++ < this.max) this.kept.push(change);
  }

  /** Says once that something could not be compared. */
  missed(sentence: string): void {
    if (this.reasons.size < 20) this.reasons.add(sentence);
  }

  result(): TreeChanges {
    const order = (a: TreeChange, b: TreeChange) =>
      changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
    return {
      counts: this.counts,
      changes: this.kept.sort(order),
      namesOfLostFiles: this.namesOfLostFiles,
      compared: this.compared,
      notCompared: [...this.reasons],
    };
  }
}
