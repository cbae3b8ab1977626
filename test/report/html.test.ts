/** The HTML report: its structure, what hostile names can do to it, and its size. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { allProblems } from '../../src/all-problems';
import { sha256Base64 } from '../../src/bytes/sha256-text';
import type { Finding } from '../../src/problem/finding';
import type { Affected, CheckReport } from '../../src/problem/report';
import { type HtmlOptions, renderHtml as render } from '../../src/report/html/page';
import { fixtureBytes } from '../support/fixtures';
import { all, elements, parseHtml, textIn, withClass } from '../support/html';
import { reportWithLayout } from '../support/layout';
import { lostWritesCheck, reportOf, stubCatalogue, unusedInode } from '../support/reports';

const renderHtml = (reports: readonly CheckReport[], options: HtmlOptions = { catalogue: stubCatalogue }): string =>
  render(reports, options, sha256Base64);

const page = (...reports: CheckReport[]) => parseHtml(renderHtml(reports));

const hostile = [
  '<script>alert(1)</script>',
  ']]>--><!--',
  '"onmouseover="alert(1)" x="',
  "'><img src=x onerror=alert(1)>",
  '\u202egnp.exe',
  '`$&lt;&#60;&amp;`',
  '\u0000\u0007\u001b[31m\ud800',
  Array.from({ length: 255 }, (_, i) => String.fromCharCode(i)).join(''),
  '</style></script></svg></title>',
];

describe('the document', () => {
  test('has its sections in order', () => {
    const root = page(lostWritesCheck());
    expect(all(root, 'h3').map(textIn)).toEqual([
      'What to do',
      'Lost and damaged paths',
      'Block map',
      'Findings',
      'Containers',
      'The file system',
      'What was checked',
    ]);
    expect(textIn(all(root, 'h2')[0]!)).toContain('DO NOT BOOT FROM active.img');
    expect(textIn(withClass(root, 'verdict')[0]!)).toContain('Writes were lost while the image was made.');
  });

  test('loads nothing, and allows only its own style and script', () => {
    const root = page(lostWritesCheck());
    const policy = all(root, 'meta')
      .find(({ attributes }) => attributes.has('http-equiv'))!
      .attributes.get('content')!;
    const hash = (tag: string) =>
      createHash('sha256')
        .update(textIn(all(root, tag)[0]!))
        .digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash('style')}'; script-src 'sha256-${hash('script')}'; base-uri 'none'; form-action 'none'`,
    );
    expect([all(root, 'style').length, all(root, 'script').length]).toEqual([1, 1]);
    for (const { tag, attributes } of elements(root)) {
      expect(['a', 'abbr'].includes(tag) || !attributes.has('href')).toBe(true);
      for (const [name, value] of attributes) {
        expect(name).not.toMatch(/^(on|style$|src$|srcset$|action$|data$|background$|poster$)/);
        if (name === 'href') expect(value).toMatch(/^#r\d/);
      }
    }
    expect(renderHtml([lostWritesCheck()])).not.toMatch(/url\((?!#)|@import|https?:/);
  });

  test('every link leads to an id, and no id is there twice', async () => {
    const damaged = await reportWithLayout(fixtureBytes('damaged/crosslinked'));
    const root = page(damaged, lostWritesCheck(), damaged);
    const ids = [...elements(root)].flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of elements(root)) {
      const link = attributes.get('href')?.slice(1);
      if (link !== undefined) expect(ids).toContain(link);
      for (const id of attributes.get('aria-labelledby')?.split(' ') ?? []) expect(ids).toContain(id);
    }
  });

  test('of several images starts with a list of them', () => {
    const root = page(lostWritesCheck(), reportOf());
    const [list] = all(root, 'nav');
    expect(all(list!, 'a').map(textIn)).toEqual([
      expect.stringContaining('DO NOT BOOT FROM active.img'),
      'active.img is clean',
    ]);
    expect(withClass(root, 'report').length).toBe(2);
  });

  test('of no image is a document too', () => {
    expect(withClass(page(), 'report')).toEqual([]);
  });

  test('has the commands of the steps', () => {
    const report = reportOf([], {
      steps: [
        { text: 'Copy it:', commands: ["cp 'a <b>.img' /safe"], changes: 'copy' },
        { text: 'Wait.', commands: [], changes: 'nothing' },
      ],
    });
    const root = page(report);
    expect(all(root, 'pre').map(textIn)).toEqual(["cp 'a <b>.img' /safe"]);
    expect(textIn(withClass(root, 'steps')[0]!)).toContain('writes a copy');
  });

  test('shows all findings without its script, and no form', () => {
    const root = page(lostWritesCheck());
    const items = withClass(root, 'problem').flatMap((problem) => all(problem, 'li'));
    expect(items.length).toBe(26);
    expect(items.some(({ attributes }) => attributes.has('hidden'))).toBe(false);
    expect(all(root, 'form').every(({ attributes }) => attributes.has('hidden'))).toBe(true);
    expect(textIn(withClass(root, 'problem')[0]!)).toContain('The name is still there, the file behind it is not.');
  });

  test('names the containers, and what was not checked', () => {
    const root = page(
      reportOf([], {
        container: [
          { format: 'qcow2', details: 'version 3', size: 1024, notes: [{ kind: 'suspect', text: 'not closed' }] },
          {
            format: 'GPT',
            details: '',
            size: 4096,
            notes: [],
            part: { name: 'partition 3 "<b>"', size: 512, offset: 7 },
          },
        ],
        notChecked: [{ what: 'names', why: 'a reason <i>' }],
      }),
    );
    const text = textIn(root);
    for (const part of ['qcow2 (version 3)', 'not closed.', 'partition 3 "<b>"', 'a reason <i>'])
      expect(text).toContain(part);
  });

  test('of an image without a file system is complete', async () => {
    const root = page(await reportWithLayout(fixtureBytes('damaged/not-ext')));
    expect(all(root, 'h3').length).toBe(7);
  });
});

describe('names of an image', () => {
  test.each(hostile)('%j stays text', (name) => {
    const finding: Finding = { ...unusedInode(name, 12), data: { name, target: 12 } };
    const report = reportOf([finding], {
      image: name,
      affected: [{ path: `/a/${name}/b`, how: 'missing' }],
      required: [{ path: `/${name}`, state: 'missing', stoppedAt: '/' }],
      causes: [
        {
          id: name,
          kind: 'damage',
          severity: 'error',
          certainty: 'likely',
          headline: name,
          text: name,
          nothingLost: false,
        },
      ],
      steps: [{ text: name, commands: [name], changes: 'nothing' }],
      checked: [name],
      notChecked: [{ what: name, why: name }],
      container: [{ format: name, details: name, size: 1, notes: [{ kind: 'damaged', text: name }] }],
    });
    const text = renderHtml([report], {});
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    const root = parseHtml(text);
    expect([all(root, 'script').length, all(root, 'img').length, all(root, 'style').length]).toEqual([1, 0, 1]);
  });
});

const many = (count: number): Finding[] =>
  Array.from({ length: count }, (_, i) => ({
    id: i % 2 ? 'entry-inode-unused' : 'inode-checksum-wrong',
    severity: 'error',
    inode: 100 + i,
    path: `/usr/lib/modules/6.4.0-${i % 40}/kernel/drivers/net/ethernet/vendor/module-${i}.ko.zst`,
    bytes: { at: i * 256, length: 256 },
    data: { name: 'x'.repeat(200), target: 4 },
  }));

describe('size', () => {
  test.each([
    [15_000, false],
    [25_000, true],
  ])('%i findings take less than 5 MB; the rest is counted: %s', (count, isCounted) => {
    const text = renderHtml([reportOf(many(count))], { catalogue: allProblems });
    expect(text.length).toBeLessThan(5_000_000);
    const listed = text.match(/<li><span class="path">/g)!.length;
    const rests = [...text.matchAll(/\u2026 ([\d,]+) more that are not listed here/g)].map(([, rest]) =>
      Number(rest!.replaceAll(',', '')),
    );
    expect(rests.reduce((sum, rest) => sum + rest, listed)).toBe(count);
    // no problem takes the room of the other one
    expect(rests.length).toBe(isCounted ? 2 : 0);
  });

  test('10,000 paths are a tree that is closed below the second level', () => {
    const affected: Affected[] = Array.from({ length: 10_000 }, (_, i) => ({
      path: `/usr/d${i % 7}/e${i % 90}/f${i}`,
      how: i % 3 ? 'missing' : 'damaged',
    }));
    const root = page(reportOf([], { affected }));
    const [tree] = withClass(root, 'tree');
    const items = all(tree!, 'li').filter((item) => all(item, 'details').length === 0);
    expect(items.length).toBe(10_000);
    for (const details of all(tree!, 'details')) {
      let level = 1;
      for (let at = details.parent; at !== null && at !== tree; at = at.parent) if (at.tag === 'details') level++;
      expect(details.attributes.has('open')).toBe(level < 2);
    }
    expect(textIn(all(tree!, 'summary')[0]!)).toContain('/usr 10,000 paths: 3,334 damaged, 6,666 missing');
    expect(renderHtml([reportOf([], { affected })]).length).toBeLessThan(2_000_000);
  });

  test('15,000 findings and paths of characters that have to be escaped take less than 5 MB', () => {
    const odd = (i: number) => `/${i}/${'<\u202e&"'.repeat(60)}`;
    const findings = many(15_000).map((finding, i) => ({ ...finding, path: odd(i) }));
    const affected: Affected[] = findings.map(({ path }) => ({ path, how: 'damaged' }));
    const text = renderHtml([reportOf(findings, { affected })], { catalogue: allProblems });
    expect(text.length).toBeLessThan(5_000_000);
  });

  test('a path of thousands of directories does not nest as deep', () => {
    const affected: Affected[] = Array.from({ length: 2000 }, (_, i) => ({
      path: `${'/a'.repeat(i + 1)}`,
      how: 'missing',
    }));
    const text = renderHtml([reportOf([], { affected })]);
    expect(text.length).toBeLessThan(5_000_000);
    parseHtml(text);
  });
});
