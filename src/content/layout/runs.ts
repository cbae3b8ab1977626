/** Lists of runs of blocks with their owners, as columns: sorted, without overlaps, and of bounded length. */
import { GrowableF64 } from '../../bytes/growable';
import { sortIndexes } from '../../bytes/radix';
import { type LayoutRole, layoutRoles } from '../../problem/layout';

/** Place of a role in the list of roles, and in an owner. */
export const roleNumber = (role: LayoutRole): number => layoutRoles.indexOf(role);

/** An owner is an inode and a role in one number. */
const perInode = 16;
export const ownerOf = (role: number, inode: number): number => inode * perInode + role;
export const roleOf = (owner: number): number => owner % perInode;
export const inodeOf = (owner: number): number => Math.floor(owner / perInode);

/** Runs that end before the next one starts. */
export interface Runs {
  readonly length: number;
  readonly first: Float64Array;
  readonly count: Float64Array;
  readonly owner: Float64Array;
}

/** Appends runs, joining those that continue the last one. */
export class RunWriter {
  private readonly first: GrowableF64;
  private readonly count: GrowableF64;
  private readonly owner: GrowableF64;
  private end = -1;
  private last = -1;

  constructor(capacity = 1024) {
    this.first = new GrowableF64(capacity);
    this.count = new GrowableF64(capacity);
    this.owner = new GrowableF64(capacity);
  }

  get length(): number {
    return this.first.length;
  }

  add(first: number, count: number, owner: number): void {
    if (count <= 0) return;
    if (first === this.end && owner === this.last) {
      const at = this.count.length - 1;
      this.count.set(at, this.count.get(at) + count);
    } else {
      this.first.push(first);
      this.count.push(count);
      this.owner.push(owner);
      this.last = owner;
    }
    this.end = first + count;
  }

  clear(): void {
    this.first.clear();
    this.count.clear();
    this.owner.clear();
    this.end = -1;
    this.last = -1;
  }

  view(): Runs {
    return { length: this.length, first: this.first.view(), count: this.count.view(), owner: this.owner.view() };
  }
}

/** The runs in ascending order; where some overlap, the one that starts first keeps the blocks. */
export function disjoint(runs: Runs): Runs {
  const order = sortIndexes(runs.first, runs.length);
  const sorted = new RunWriter(runs.length);
  let end = 0;
  for (const i of order) {
    const start = Math.max(runs.first[i]!, end);
    const after = runs.first[i]! + runs.count[i]!;
    if (after <= start) continue;
    sorted.add(start, after - start, runs.owner[i]!);
    end = after;
  }
  return sorted.view();
}

/** The runs without their inodes, so that those of neighbouring files become one. */
export function withoutInodes(runs: Runs): Runs {
  const joined = new RunWriter(runs.length);
  for (let i = 0; i < runs.length; i++) joined.add(runs.first[i]!, runs.count[i]!, roleOf(runs.owner[i]!));
  return joined.view();
}

/** Calls `emit` with the runs of `top`, and with those parts of `bottom` that none of `top` covers, in ascending order. */
export function overlay(top: Runs, bottom: Runs, emit: (first: number, count: number, owner: number) => void): void {
  let t = 0;
  let covered = 0;
  for (let b = 0; b < bottom.length; b++) {
    let at = Math.max(bottom.first[b]!, covered);
    const end = bottom.first[b]! + bottom.count[b]!;
    while (at < end) {
      // what ends before this place is finished
      while (t < top.length && top.first[t]! <= at) {
        emit(top.first[t]!, top.count[t]!, top.owner[t]!);
        covered = top.first[t]! + top.count[t]!;
        at = Math.max(at, covered);
        t++;
      }
      const stop = t < top.length ? Math.min(end, top.first[t]!) : end;
      if (stop > at) emit(at, stop - at, bottom.owner[b]!);
      at = Math.max(at, stop);
    }
  }
  for (; t < top.length; t++) emit(top.first[t]!, top.count[t]!, top.owner[t]!);
}

/** A list that takes runs in any order and never holds more than `most`. */
export class RunList {
  private readonly writer = new RunWriter();
  /** Adjacent files are joined. */
  joined = false;
  /** There are too many runs even so: those that were added are in `sums` only. */
  full = false;

  constructor(
    private readonly most: number,
    private readonly sum: (first: number, count: number, role: number) => void,
  ) {}

  add(first: number, count: number, role: number, inode: number): void {
    if (count <= 0) return;
    if (this.full) return this.sum(first, count, role);
    this.writer.add(first, count, ownerOf(role, this.joined ? 0 : inode));
    if (this.writer.length >= this.most) this.shrink();
  }

  private shrink(): void {
    let kept = disjoint(this.writer.view());
    if (kept.length > this.most / 2) {
      kept = withoutInodes(kept);
      this.joined = true;
    }
    if (kept.length > this.most / 2) {
      this.spill(kept);
      kept = { length: 0, first: kept.first, count: kept.count, owner: kept.owner };
    }
    this.writer.clear();
    for (let i = 0; i < kept.length; i++) this.writer.add(kept.first[i]!, kept.count[i]!, kept.owner[i]!);
  }

  /** Moves all runs to the sums. */
  spill(runs = disjoint(this.writer.view())): void {
    if (this.full) return;
    this.full = true;
    for (let i = 0; i < runs.length; i++) this.sum(runs.first[i]!, runs.count[i]!, roleOf(runs.owner[i]!));
    this.writer.clear();
  }

  /** All runs in ascending order without overlaps. */
  finish(): Runs {
    return disjoint(this.writer.view());
  }
}
