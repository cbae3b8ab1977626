/** What the layout of an image says where there is damage, and where there are too many runs. */
import { describe, expect, test } from 'vitest';
import { allProblems } from '../../../src/all-problems';
import { markedIds } from '../../../src/content/layout/marks';
import { disjoint, overlay, ownerOf, RunList, type Runs, RunWriter } from '../../../src/content/layout/runs';
import { layoutRoles } from '../../../src/problem/layout';
import { damagedNames, fixtureBytes } from '../../support/fixtures';
import { blocksOf, layoutOf, reportWithLayout } from '../../support/layout';

const runsOf = (list: readonly (readonly [first: number, count: number, owner: number])[]): Runs => {
  const writer = new RunWriter();
  for (const one of list) writer.add(...one);
  return writer.view();
};

const listOf = ({ length, first, count, owner }: Runs): number[][] =>
  Array.from({ length }, (_, i) => [first[i]!, count[i]!, owner[i]!]);

describe('runs', () => {
  test('are sorted, and the first claim of a block keeps it', () => {
    const runs = runsOf([
      [50, 10, 1],
      [10, 20, 2],
      [15, 40, 3],
      [60, 5, 1],
      [12, 3, 4],
    ]);
    expect(listOf(disjoint(runs))).toEqual([
      [10, 20, 2],
      [30, 25, 3],
      [55, 10, 1],
    ]);
  });

  test('an overlay hides what it covers', () => {
    const got: number[][] = [];
    const top = runsOf([
      [5, 5, 1],
      [20, 2, 1],
      [90, 1, 1],
    ]);
    const bottom = runsOf([
      [0, 7, 2],
      [8, 30, 3],
    ]);
    overlay(top, bottom, (...run) => got.push(run));
    expect(got).toEqual([
      [0, 5, 2],
      [5, 5, 1],
      [10, 10, 3],
      [20, 2, 1],
      [22, 16, 3],
      [90, 1, 1],
    ]);
  });

  test('a list joins files before it gives up their places', () => {
    const sums: number[] = [];
    const list = new RunList(8, (_first, count, role) => sums.push(role, count));
    for (let i = 0; i < 20; i++) list.add(i, 1, 9, 100 + i);
    expect([list.joined, list.full]).toEqual([true, false]);
    expect(listOf(list.finish())).toEqual([[0, 20, ownerOf(9, 0)]]);
    for (let i = 0; i < 20; i++) list.add(100 + 2 * i, 1, 9, 200);
    expect(list.full).toBe(true);
    list.spill();
    expect(sums.reduce((sum, value, i) => sum + (i % 2 === 1 ? value : 0), 0)).toBe(40);
  });
});

describe('the layout', () => {
  test('every problem that marks blocks exists', () => {
    expect(markedIds().filter((id) => !(id in allProblems))).toEqual([]);
    expect(new Set(markedIds()).size).toBe(markedIds().length);
  });

  test.each(
    damagedNames.filter((name) => name !== 'not-ext' && name !== 'harvester-lost-writes'),
  )('covers every block of %s once', async (name) => {
    const layout = layoutOf(await reportWithLayout(fixtureBytes(`damaged/${name}`)));
    const blocks = blocksOf(layout);
    for (const role of layoutRoles)
      expect(layout.sums[role]).toBe(blocks.filter((block, i) => i >= layout.firstBlock && block.role === role).length);
    for (const { block, count } of layout.marks) {
      expect(block).toBeGreaterThanOrEqual(layout.firstBlock);
      expect(block + count).toBeLessThanOrEqual(layout.blocks);
    }
  });

  test.each([
    ['crosslinked', 'twice'],
    ['directory-destroyed', 'zero'],
    ['zeroed-bitmap', 'zero'],
  ])('of %s has the mark %s', async (name, kind) => {
    const report = await reportWithLayout(fixtureBytes(`damaged/${name}`));
    const layout = layoutOf(report);
    const marks = layout.marks.filter((mark) => mark.kind === kind);
    expect(marks.length).toBeGreaterThan(0);
    for (const { id, block } of marks)
      expect(report.findings.some((finding) => finding.id === id && finding.block === block)).toBe(true);
  });

  test('is not made without a file system', async () => {
    expect((await reportWithLayout(fixtureBytes('damaged/not-ext'))).layout).toBeUndefined();
  });

  test('with few runs allowed it has one for each role of a section', async () => {
    const bytes = fixtureBytes('clean/ext2-1k');
    const exact = layoutOf(await reportWithLayout(bytes));
    const coarse = layoutOf(await reportWithLayout(bytes, { maxRuns: 12 }));
    expect(exact.detail).toBe('inodes');
    expect(coarse).toMatchObject({ detail: 'sums', sectionBlocks: exact.blocksPerGroup, sums: exact.sums });
    expect(coarse.runs.inode.every((inode) => inode === 0)).toBe(true);
    blocksOf(coarse);
  });
});
