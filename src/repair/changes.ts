/** The changes that a repair makes to the files of an image: their kinds, and the list of them. */
import type { FileType } from '../view/stat';

/**
 * - `missing`: the name and the file no longer exist; `moved`: e2fsck moved it, usually to lost+found;
 * - `type-changed`: it has another type; `truncated`: it is shorter; `content-changed`: its bytes differ;
 * - `unshared`: its content is the same, but e2fsck copied its blocks because another file claimed them too;
 * - `new`: the name did not exist before.
 */
export const changeKinds = [
  'missing',
  'moved',
  'type-changed',
  'truncated',
  'content-changed',
  'unshared',
  'new',
] as const;
/** What a repair can do to a path. */
export type ChangeKind = (typeof changeKinds)[number];

/** One path that changes. */
export interface TreeChange {
  kind: ChangeKind;
  /** Absolute path in the image, printable. */
  path: string;
  type: FileType;
  /** The new path, for `moved`. */
  to?: string;
  /** Bytes before and after, for `truncated` and `content-changed`. */
  size?: { before: number; after: number };
  /** Hash of the content before and after; null if it cannot be read. */
  sha256?: { before: string | null; after: string | null };
}

/** The differences between two trees. */
export interface TreeChanges {
  /** Number of paths of each kind, complete. */
  counts: Record<ChangeKind, number>;
  /** The paths; at most `maxChanges` of each kind. */
  changes: TreeChange[];
  /** Number of missing paths that the check before the repair did not report as lost, nor a directory above them. */
  unreported: number;
  /** Whether none of the names in the root directory is left in it, so that every path is lost or moved. */
  rootLost: boolean;
  /** Number of names that the repair removes because their files were lost before. */
  danglingNames: number;
  /** Files whose contents were compared, and bytes read for that. */
  compared: { files: number; bytes: number };
  /** Whether the root directory before the repair can be read; if not, nothing is known about what the repair loses. */
  comparable: boolean;
  /** What could not be compared, as sentences. */
  notCompared: string[];
}

/** Collects changes: counts all, keeps the first of each kind. */
export class ChangeList {
  private readonly counts = Object.fromEntries(changeKinds.map((kind) => [kind, 0])) as Record<ChangeKind, number>;
  private readonly kept: TreeChange[] = [];
  private readonly reasons = new Set<string>();
  unreported = 0;
  rootLost = false;
  danglingNames = 0;
  comparable = true;
  readonly compared = { files: 0, bytes: 0 };

  constructor(private readonly max: number) {}

  add(change: TreeChange): void {
    if (this.counts[change.kind]++ < this.max) this.kept.push(change);
  }

  /** Notes once that something could not be compared. */
  skip(sentence: string): void {
    if (this.reasons.size < 20) this.reasons.add(sentence);
  }

  result(): TreeChanges {
    const order = (a: TreeChange, b: TreeChange) =>
      changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
    return {
      counts: this.counts,
      changes: this.kept.sort(order),
      unreported: this.unreported,
      rootLost: this.rootLost,
      danglingNames: this.danglingNames,
      compared: this.compared,
      comparable: this.comparable,
      notCompared: [...this.reasons],
    };
  }
}
