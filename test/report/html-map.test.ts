/** The block map of the HTML report: how runs become rectangles, and what the tables have. */
import { describe, expect, test } from 'vitest';
import { sha256Base64 } from '../../src/bytes/sha256-text';
import { type LayoutFacts, type LayoutMark, type LayoutRole, layoutRoles } from '../../src/problem/layout';
import { mapCells } from '../../src/report/html/map-cells';
import { renderHtml } from '../../src/report/html/page';
import { fixtureBytes } from '../support/fixtures';
import { all, parseHtml, textIn, withClass } from '../support/html';
import { layoutOf, reportWithLayout } from '../support/layout';
import { reportOf } from '../support/reports';

/** A layout of these runs, one after the other. */
function layoutWith(
  runs: readonly (readonly [role: LayoutRole, count: number])[],
  blocksPerGroup: number,
  marks: LayoutMark[] = [],
): LayoutFacts {
  const sums = Object.fromEntries(layoutRoles.map((role) => [role, 0])) as Record<LayoutRole, number>;
  for (const [role, count] of runs) sums[role] += count;
  return {
    blockSize: 4096,
    firstBlock: 0,
    blocks: runs.reduce((sum, [, count]) => sum + count, 0),
    blocksPerGroup,
    roles: layoutRoles,
    runs: {
      count: runs.map(([, count]) => count),
      role: runs.map(([role]) => layoutRoles.indexOf(role)),
      inode: runs.map(() => 0),
    },
    detail: 'inodes',
    complete: true,
    sums,
    marks,
    markCount: marks.length,
  };
}

const zero = (block: number, count = 1): LayoutMark => ({ block, count, kind: 'zero', id: 'inode-table-block-zero' });

describe('cells', () => {
  test('3 GiB have a row for each group', () => {
    const map = mapCells(layoutWith([['data', 24 * 32768]], 32768));
    expect(map).toMatchObject({ groups: 24, groupsPerRow: 1, rows: 24, cells: 1000 });
    expect(map.roles.length).toBe(24);
  });

  test('16 TiB have at most 512 rows', () => {
    const map = mapCells(layoutWith([['free', 2 ** 32]], 32768, [zero(2 ** 32 - 1)]));
    expect(map).toMatchObject({ groups: 131_072, groupsPerRow: 256, rows: 512 });
    expect(map.marks).toMatchObject([{ row: 511, cell: map.cells - 1, cells: 1 }]);
  });

  test('what most of a cell holds is shown, and damage always', () => {
    const layout = layoutWith(
      [
        ['data', 600],
        ['directory', 400],
        ['free', 9000],
      ],
      10_000,
      [zero(5001), { ...zero(5002), kind: 'checksum' }, { ...zero(9990, 10), kind: 'checksum' }],
    );
    const map = mapCells(layout);
    expect(map.roles.map(({ cell, cells, role }) => [cell, cells, layoutRoles[role]])).toEqual([
      [0, 60, 'data'],
      [60, 40, 'directory'],
      [100, 900, 'free'],
    ]);
    expect(map.marks.map(({ cell, cells, mark, marks }) => [cell, cells, mark.kind, marks])).toEqual([
      [500, 1, 'zero', 2],
      [999, 1, 'checksum', 1],
    ]);
  });

  test('there are at most 20,000 rectangles', () => {
    const runs = Array.from({ length: 600_000 }, (_, i) => [i % 2 ? 'data' : 'free', 1 + (i % 3)] as const);
    const marks = Array.from({ length: 10_000 }, (_, i) => zero(i * 117));
    const map = mapCells(layoutWith(runs, 4096, marks));
    expect(map.roles.length + map.marks.length).toBeLessThanOrEqual(20_000);
    expect(map.marks.length).toBeGreaterThan(0);
  });

  test('thousands of marks on all blocks paint each cell once', () => {
    const marks = Array.from({ length: 10_000 }, () => zero(0, 2 ** 30));
    const started = performance.now();
    const map = mapCells(layoutWith([['data', 2 ** 30]], 32768, marks));
    expect(map.marks.length).toBe(map.rows);
    expect(map.marks[0]).toMatchObject({ cell: 0, cells: map.cells, marks: 10_000 });
    // a visit of each cell for each mark takes half a minute
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('every block is drawn once', async () => {
    const layout = layoutOf(await reportWithLayout(fixtureBytes('clean/ext2-1k')));
    const { roles, rows, cells } = mapCells(layout);
    const drawn = new Set<number>();
    for (const run of roles)
      for (let i = 0; i < run.cells; i++) {
        const cell = run.row * cells + run.cell + i;
        expect(drawn.has(cell)).toBe(false);
        drawn.add(cell);
      }
    const lastRow = layout.blocks - layout.firstBlock - (rows - 1) * layout.blocksPerGroup;
    expect(drawn.size).toBe((rows - 1) * cells + Math.ceil((lastRow / layout.blocksPerGroup) * cells));
  });
});

describe('the section', () => {
  test('has a title for each damaged run, a legend, and tables with the same facts', async () => {
    const report = await reportWithLayout(fixtureBytes('damaged/directory-destroyed'));
    const root = parseHtml(renderHtml([report], {}, sha256Base64));
    const [map] = withClass(root, 'map');
    const titles = all(map!, 'g').map((group) => textIn(all(group, 'title')[0]!));
    const layout = layoutOf(report);
    expect(titles.length).toBeGreaterThan(0);
    expect(titles[0]).toMatch(/^blocks? [\d,]+.*: .*\/.*\(inode \d+\)/);
    const table = all(root, 'details').find((one) => textIn(one).startsWith('As a table'))!;
    const rows = all(table, 'tr').map(textIn).join('\n');
    for (const { block } of layout.marks) expect(rows).toContain(String(block).replace(/\B(?=(\d{3})+$)/g, ','));
    expect(rows).toContain('file contents');
    expect(withClass(root, 'legend').map(textIn).join('')).toContain('Z only zeros');
  });

  test('says how to get the map where there is none', () => {
    expect(renderHtml([reportOf()], {}, sha256Base64)).toContain('The owners of blocks were not gathered');
  });

  test('is small for the largest file system with much damage and odd names', () => {
    const runs = Array.from({ length: 400_000 }, (_, i) => [i % 2 ? 'data' : 'free', 10_000] as const);
    const path = `/${'<'.repeat(200)}/${'f'.repeat(200)}`;
    const marks = Array.from({ length: 10_000 }, (_, i) => ({ ...zero(i * 390_000), path, inode: 12 + i }));
    const findings = marks.map(({ id, inode }) => ({ id, inode, path, severity: 'error' as const }));
    const report = reportOf(findings, { layout: layoutWith(runs, 32768, marks), affected: [{ path, how: 'damaged' }] });
    const text = renderHtml([report], {}, sha256Base64);
    expect(text.length).toBeLessThan(5_000_000);
    parseHtml(text);
  });
});
