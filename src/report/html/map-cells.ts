/** Reduces the layout of a file system to rows of cells: what most of each cell is, and the worst damage in it. */
import { type LayoutFacts, type LayoutMark, layoutMarkKinds } from '../../problem/layout';

/** Most rows: larger file systems have several groups in each. */
const maxRows = 512;
/** Cells of a row at first, and most rectangles of a picture: where there are more, cells become larger. */
const mostCells = 1000;
const leastCells = 16;
const maxRectangles = 20_000;

/** A rectangle of cells with one role. */
export interface RoleRun {
  row: number;
  cell: number;
  cells: number;
  role: number;
}

/** A rectangle of cells with one kind of damage; `mark` is the first mark in it. */
export interface MarkRun {
  row: number;
  cell: number;
  cells: number;
  mark: LayoutMark;
  /** Number of marks in it. */
  marks: number;
}

export interface MapCells {
  groups: number;
  groupsPerRow: number;
  rows: number;
  /** Cells of a row, and blocks of a cell. */
  cells: number;
  blocksPerCell: number;
  roles: RoleRun[];
  marks: MarkRun[];
}

interface Grid {
  first: number;
  rowBlocks: number;
  rows: number;
  cells: number;
  perCell: number;
}

/** The role that has most of each cell, for all rows one after the other; 255 after the end of the file system. */
function dominantRoles({ runs, roles, blocks, firstBlock }: LayoutFacts, grid: Grid): Uint8Array {
  const { cells, rows, perCell, rowBlocks } = grid;
  const found = new Uint8Array(rows * cells).fill(255);
  const share = new Float64Array(cells * roles.length);
  const end = blocks - firstBlock;
  let i = 0;
  let runStart = 0;
  for (let row = 0; row < rows; row++) {
    share.fill(0);
    const from = row * rowBlocks;
    const to = Math.min(from + rowBlocks, end);
    while (i < runs.count.length && runStart < to) {
      const runEnd = runStart + runs.count[i]!;
      const start = Math.max(runStart, from) - from;
      const stop = Math.min(runEnd, to) - from;
      for (let cell = Math.floor(start / perCell); cell * perCell < stop && cell < cells; cell++) {
        const part = Math.min(stop, (cell + 1) * perCell) - Math.max(start, cell * perCell);
        share[cell * roles.length + runs.role[i]!]! += part;
      }
      // the rest of it belongs to the next row
      if (runEnd > to) break;
      runStart = runEnd;
      i++;
    }
    for (let cell = 0; cell < cells; cell++) {
      let most = 0;
      for (let role = 0; role < roles.length; role++) {
        const part = share[cell * roles.length + role]!;
        if (part <= most) continue;
        most = part;
        found[row * cells + cell] = role;
      }
    }
  }
  return found;
}

function roleRuns(found: Uint8Array, { rows, cells }: Grid): RoleRun[] {
  const list: RoleRun[] = [];
  for (let row = 0; row < rows; row++) {
    for (let cell = 0; cell < cells; ) {
      const role = found[row * cells + cell]!;
      const start = cell;
      while (cell < cells && found[row * cells + cell] === role) cell++;
      if (role !== 255) list.push({ row, cell: start, cells: cell - start, role });
    }
  }
  return list;
}

/** The worst mark of each cell, as its place in the list or -1; and the number of marks of each cell. */
function markCells({ marks }: LayoutFacts, { first, rowBlocks, rows, cells, perCell }: Grid): [Int32Array, Int32Array] {
  const rank = new Map(layoutMarkKinds.map((kind, i) => [kind as string, i]));
  const rankOf = (mark: LayoutMark) => rank.get(mark.kind) ?? layoutMarkKinds.length;
  const size = rows * cells;
  const worst = new Int32Array(size).fill(-1);
  const count = new Int32Array(size + 1);
  const placeOf = (block: number) => {
    const row = Math.floor((block - first) / rowBlocks);
    return row * cells + Math.min(cells - 1, Math.floor((block - first - row * rowBlocks) / perCell));
  };
  // the next cell without a mark: thousands of marks on the same cells must not paint each of them again
  const next = Uint32Array.from({ length: size + 1 }, (_, i) => i);
  const unmarked = (cell: number): number => {
    let at = cell;
    while (next[at] !== at) {
      next[at] = next[next[at]!]!;
      at = next[at]!;
    }
    return at;
  };
  const order = marks.map((_, i) => i).sort((a, b) => rankOf(marks[a]!) - rankOf(marks[b]!) || a - b);
  for (const i of order) {
    const { block, count: blocks } = marks[i]!;
    const from = Math.max(0, placeOf(block));
    const to = Math.min(size - 1, placeOf(block + blocks - 1));
    if (to < from) continue;
    count[from]!++;
    count[to + 1]!--;
    for (let at = unmarked(from); at <= to; at = unmarked(at)) {
      worst[at] = i;
      next[at] = at + 1;
    }
  }
  for (let at = 1; at < size; at++) count[at]! += count[at - 1]!;
  return [worst, count];
}

/** Neighbouring cells of a row with the same kind of damage. */
function markRuns(layout: LayoutFacts, grid: Grid): MarkRun[] {
  const { marks } = layout;
  const { rows, cells } = grid;
  const [worst, count] = markCells(layout, grid);
  const list: MarkRun[] = [];
  for (let row = 0; row < rows; row++) {
    for (let cell = 0; cell < cells; ) {
      const start = cell;
      const mark = marks[worst[row * cells + cell]!];
      let most = 0;
      while (cell < cells && marks[worst[row * cells + cell]!]?.kind === mark?.kind) {
        most = Math.max(most, count[row * cells + cell]!);
        cell++;
      }
      if (mark !== undefined) list.push({ row, cell: start, cells: cell - start, mark, marks: most });
    }
  }
  return list;
}

/** The cells of a layout, as many as fit into the bound on rectangles. */
export function mapCells(layout: LayoutFacts): MapCells {
  const { blocks, firstBlock, blocksPerGroup } = layout;
  const groups = Math.max(1, Math.ceil((blocks - firstBlock) / blocksPerGroup));
  const groupsPerRow = Math.ceil(groups / maxRows);
  const rows = Math.ceil(groups / groupsPerRow);
  // a file system of one small group fills the width too
  const rowBlocks = Math.min(groupsPerRow * blocksPerGroup, Math.max(1, blocks - firstBlock));
  for (let cells = Math.min(mostCells, rowBlocks); ; cells = Math.ceil(cells / 2)) {
    const grid: Grid = { first: firstBlock, rowBlocks, rows, cells, perCell: rowBlocks / cells };
    const roles = roleRuns(dominantRoles(layout, grid), grid);
    const marks = markRuns(layout, grid);
    if (roles.length + marks.length > maxRectangles && cells > leastCells) continue;
    return { groups, groupsPerRow, rows, cells, blocksPerCell: grid.perCell, roles, marks };
  }
}
