import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Affected, CheckReport, JournalFacts } from '../../src/problem/report';
import { failedReport } from '../../src/report/failure';
import { fold } from '../../src/report/paths';
import { renderText } from '../../src/report/text';
import { columns, wrap } from '../../src/report/wrap';
import {
  causeOf,
  lostWritesCheck,
  reportOf,
  stubCatalogue,
  unusedInode,
  wrongBitmap,
  wrongCount,
} from '../support/reports';

const catalogue = stubCatalogue;
const render = (report: CheckReport, options = {}) => renderText(report, { catalogue, ...options });

test('a damaged image, whole page', async () => {
  await expect(render(lostWritesCheck())).toMatchFileSnapshot('pages/lost-writes.txt');
});

test('a clean image, whole page', async () => {
  await expect(render(reportOf())).toMatchFileSnapshot('pages/clean.txt');
});

test('a warning and a count, verbose', async () => {
  await expect(render(reportOf([wrongBitmap, wrongCount]), { verbose: true })).toMatchFileSnapshot('pages/verbose.txt');
});

test('an image without an ext file system, whole page', async () => {
  const report = reportOf([{ id: 'superblock-missing', severity: 'fatal' }], { filesystem: null, checked: [] });
  await expect(render(report)).toMatchFileSnapshot('pages/not-ext.txt');
});

test('verdict first, then cause, paths, required, findings, image, coverage, steps', () => {
  const text = render(lostWritesCheck());
  const order = ['DO NOT BOOT', '14 blocks in use', 'Lost or damaged: 72', 'Required paths: 2 of 3', '24 errors'];
  order.push('1 warning\n', '1 note', 'The image\n', 'Checked\n', 'What to do\n');
  const places = order.map((word) => text.indexOf(word));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('boot-critical paths stay on top, a crowded directory is folded, and the sum is complete', () => {
  const text = render(lostWritesCheck());
  expect(text).toContain('Lost or damaged: 72 paths\n  unreadable   /boot/vmlinuz\n  damaged      /usr/bin/bash\n');
  expect(text).toContain('  55 paths     /usr/lib/systemd/…  (missing)\n');
  expect(text.match(/^ {2}missing .*unit-\d+\.service$/gm)).toHaveLength(5);
});

test('long lists of findings are folded with a hint how to see the rest', () => {
  const text = render(lostWritesCheck());
  expect(text).toContain('(23 times)');
  expect(text).toContain('… and 18 more (--verbose or --format json shows all)');
  const verbose = render(lostWritesCheck(), { verbose: true });
  expect(verbose).not.toContain('more (');
  expect(verbose.match(/names inode \d+, which/g)).toHaveLength(23);
  expect(verbose.match(/unit-\d+\.service\n/g)).toHaveLength(60);
  expect(verbose.replace(/\s+/g, ' ')).toContain(
    'e2fsck 0x020002; 16 bytes at 12345; name usr/lib/systemd/unit-3.service, target 1003',
  );
});

test('a list cut by the library says which option keeps more', () => {
  const finding = unusedInode('a', 5);
  const report = reportOf([finding], {
    counts: { [finding.id]: 12000 },
    severityCounts: { info: 0, warning: 0, error: 12000, fatal: 0 },
    affected: [{ path: '/a', how: 'missing' }],
    affectedCount: 300,
  });
  const text = render(report);
  expect(text).toContain('… and 11,999 more (--max-findings N keeps more)');
  expect(text).toContain('… and 299 more (--max-findings N keeps more)');
});

test('quiet is one line', () => {
  expect(render(lostWritesCheck(), { quiet: true }).match(/\n/g)).toHaveLength(1);
  expect(render(reportOf(), { quiet: true })).toBe('active.img is clean\n');
});

test('colours come only when asked for, and change nothing else', () => {
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');
  const plain = render(lostWritesCheck());
  const colored = render(lostWritesCheck(), { color: true });
  expect(plain).not.toMatch(escapes);
  expect(colored).toMatch(escapes);
  expect(colored.replace(escapes, '')).toBe(plain);
});

test('unchecked parts are listed with the reason', () => {
  const notChecked = [{ what: 'fast commits', why: 'not understood yet' }];
  const text = render(reportOf([], { notChecked, verdict: 'incomplete' }));
  expect(text).toContain('NOT checked\n  fast commits: not understood yet\n');
  expect(text).toContain('e2fsck -fn active.img');
});

test('e2fsck is not advised for contents, which it never looks at', () => {
  const notChecked = [{ what: 'packages in /var/lib/dpkg', why: 'it is too large' }];
  const text = render(reportOf([], { notChecked, verdict: 'incomplete' }));
  expect(text.replace(/\s+/g, ' ')).toContain('Verify by other means, such as the tool that made them: packages in');
  expect(text).not.toContain('e2fsck');
});

test('commands fit the image: offset kept, gzip unpacked, odd names quoted', () => {
  const report = (image: string) => reportOf([wrongBitmap], { image });
  const offset = render(report('disk.img?offset=1048576'));
  expect(offset).toContain("e2fsck -fn 'disk.img?offset=1048576'");
  expect(offset).toContain(
    "cp --sparse=always disk.img copy.img\n     extcheck repair --dry-run 'copy.img?offset=1048576'",
  );
  expect(render(report('a b.img'))).toContain("e2fsck -fn 'a b.img'");
  expect(render(report('x.img.gz'))).toContain('gzip -dc x.img.gz > copy.img\n     e2fsck -fn copy.img');
});

test('an intact file system without a required file gets no advice to run e2fsck', () => {
  const text = render(reportOf([], { required: [{ path: '/init', state: 'missing', stoppedAt: '/init' }] }));
  expect(text).toMatch(/^active.img FAILS: \/init is missing; the file system itself is sound\n/);
  expect(text).toContain('Required paths: 1 of 1 failed\n  missing      /init\n');
  expect(text.replace(/\s+/g, ' ')).toContain('made from the right tree');
  expect(text).not.toContain('e2fsck');
});

test('a backup superblock and a pending journal are reported', () => {
  const facts = { ...reportOf().filesystem!, superblockAt: 32768, journalNeedsRecovery: true, unmountedCleanly: false };
  const journal = {
    state: 'not-replayed',
    transactions: 0,
    blocks: 0,
    revoked: 0,
    fastCommits: 0,
    fastCommitsSkipped: null,
    lastCommit: null,
  } as const;
  const text = render(reportOf([], { filesystem: facts, journal })).replace(/\s+/g, ' ');
  expect(text).toContain('backup superblock in block 32,768');
  expect(text).toContain('journal holds changes that are not in the file system yet');
});

test('a replayed journal is described', () => {
  const facts = { ...reportOf().filesystem!, journalNeedsRecovery: true };
  const journalLine = (parts: Partial<JournalFacts>, needsRecovery = true) => {
    const journal: JournalFacts = {
      state: 'replayed',
      transactions: 3,
      blocks: 1234,
      revoked: 0,
      fastCommits: 0,
      fastCommitsSkipped: null,
      lastCommit: null,
      ...parts,
    };
    const filesystem = { ...facts, journalNeedsRecovery: needsRecovery };
    return /^ {2}journal {6}(.*?)\n\n/ms.exec(render(reportOf([], { filesystem, journal })))?.[1]?.replace(/\s+/g, ' ');
  };
  expect(journalLine({})).toBe(
    '3 transactions with 1,234 blocks were replayed from it in memory: the check covers the state that a mount would show',
  );
  expect(journalLine({ transactions: 1, blocks: 1, revoked: 2, lastCommit: '2024-06-11T10:56:09Z' })).toBe(
    '1 transaction with 1 block was replayed from it in memory: the check covers the state that a mount would show; 2 older copies in it were skipped; last written 2024-06-11 10:56:09 UTC',
  );
  expect(journalLine({ state: 'partly-replayed' })).toContain('but not all that it should hold');
  expect(journalLine({ fastCommits: 7 })).toContain(
    'a mount would show; 7 changes of its fast commits were replayed as well',
  );
  expect(journalLine({ fastCommits: 1, fastCommitsSkipped: 'x' })).toBe(
    '3 transactions with 1,234 blocks were replayed from it in memory; 1 change of its fast commits was not replayed',
  );
  expect(journalLine({ transactions: 0, blocks: 0 })).toBe('should be replayed, but has no complete transaction');
  expect(journalLine({ state: 'unusable' })).toContain('cannot be used');
  expect(journalLine({ state: 'external' }, false)).toMatch(/^on another device, and not needed/);
  expect(journalLine({ state: 'external' })).toContain('with changes');
  expect(journalLine({ state: 'clean' }, false)).toBeUndefined();
});

test('what was not unmounted is said, and that a read-only device refuses it', () => {
  const stateLine = (unmountedCleanly: boolean, journalNeedsRecovery: boolean, state: JournalFacts['state']) => {
    const filesystem = { ...reportOf().filesystem!, unmountedCleanly, journalNeedsRecovery };
    const journal: JournalFacts = {
      state,
      transactions: 0,
      blocks: 0,
      revoked: 0,
      fastCommits: 0,
      fastCommitsSkipped: null,
      lastCommit: null,
    };
    return /^ {2}state {8}(.*?)\n(?: {2}\S|\n)/ms
      .exec(render(reportOf([], { filesystem, journal })))?.[1]
      ?.replace(/\s+/g, ' ');
  };
  expect(stateLine(true, false, 'clean')).toBe('marked as cleanly unmounted');
  expect(stateLine(false, false, 'none')).toBe('not marked as cleanly unmounted');
  for (const state of ['replayed', 'not-replayed'] as const)
    expect(stateLine(false, true, state)).toMatch(/^not unmounted, .* on a read-only device .* the kernel refuses it/);
  for (const state of ['unusable', 'partly-replayed', 'external'] as const)
    expect(stateLine(false, true, state)).toBe('not unmounted');
});

test('nothing from the image reaches the terminal as a control character', () => {
  const evil = '\u001b[2J\u009b31m\u202e\n';
  const facts = { ...reportOf().filesystem!, label: evil, uuid: evil, lastMountedOn: evil, creatorOs: evil };
  const report = reportOf([unusedInode(evil, 3)], {
    image: evil,
    filesystem: { ...facts, features: [evil] },
    checked: [evil],
    notChecked: [{ what: evil, why: evil }],
    causes: [{ ...causeOf(evil), headline: evil }],
    steps: [{ text: evil, commands: [], changes: 'nothing' }],
    affected: [{ path: `/${evil}`, how: 'missing' }],
    required: [{ path: `/${evil}`, state: 'missing', stoppedAt: `/${evil}x` }],
  });
  for (const verbose of [false, true]) expect(render(report, { verbose })).not.toMatch(/[^\P{C}\n]/u);
  expect(render(failedReport(evil, evil))).not.toMatch(/[^\P{C}\n]/u);
});

test('no line is wider than asked for, unless one word or a command is', () => {
  const word = fc.stringMatching(/^[a-z]{1,30}$/);
  const path = fc.array(word, { minLength: 1, maxLength: 2 }).map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(
      fc.array(path, { maxLength: 60 }),
      fc.integer({ min: 70, max: 120 }),
      fc.boolean(),
      (paths, width, verbose) => {
        const report = reportOf(
          paths.map((one, i) => unusedInode(one.slice(1), i)),
          { affected: paths.map((one) => ({ path: one, how: 'missing' })), causes: [causeOf(paths.join(' '))] },
        );
        const lines = render(report, { width, verbose }).split('\n');
        const wide = lines.filter(
          (line) => columns(line) > width && !/^ {5}\S/.test(line) && line.trim().includes(' '),
        );
        expect(wide.filter((line) => !/^ {2}(missing|\d+ paths?) +\/\S+( {2}\(missing\))?$/.test(line))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('wrap keeps every word in order and respects the width', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^\S{1,20}$/)), fc.integer({ min: 10, max: 100 }), (words, width) => {
      const lines = wrap(words.join(' '), width, '> ', '  ');
      expect(lines.map((line) => line.slice(2)).join(' ')).toBe(words.join(' '));
      for (const line of lines) expect(columns(line) <= width || !line.slice(2).includes(' ')).toBe(true);
    }),
  );
});

test('folding counts every path once and gives few enough directories', () => {
  const part = fc.constantFrom('a', 'b', 'c', 'dd', 'ee');
  const affected = fc.array(
    fc.record({
      path: fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
      how: fc.constantFrom('missing', 'damaged') as fc.Arbitrary<Affected['how']>,
    }),
  );
  fc.assert(
    fc.property(affected, fc.integer({ min: 1, max: 20 }), (paths, most) => {
      const folded = fold(paths, most);
      expect(folded.reduce((sum, group) => sum + group.count, 0)).toBe(paths.length);
      expect(folded.length).toBeLessThanOrEqual(most);
      for (const group of folded) {
        const below = group.path === '/' ? '/' : `${group.path}/`;
        const inside = paths.filter(({ path }) => path.startsWith(below) || path === group.path);
        expect(inside.length).toBeGreaterThanOrEqual(group.count);
      }
    }),
  );
});
