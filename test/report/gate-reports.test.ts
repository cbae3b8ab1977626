import { describe, expect, test } from 'vitest';
import { allProblems } from '../../src/all-problems';
import { bootCatalogue } from '../../src/boot/catalogue';
import { catalogue as coreCatalogue } from '../../src/catalogue';
import { containerCatalogue } from '../../src/container/catalogue';
import { contentCatalogue } from '../../src/content/catalogue';
import type { CheckReport } from '../../src/problem/report';
import { withBaseline } from '../../src/report/baseline';
import { failedReport } from '../../src/report/failure';
import { maxAnnotations, renderGithub } from '../../src/report/github';
import { renderJunit } from '../../src/report/junit';
import { renderMarkdown } from '../../src/report/markdown';
import { renderPrometheus } from '../../src/report/prometheus';
import { renderText } from '../../src/report/text';
import { lostWritesCheck, reportOf, stubCatalogue, unusedInode, wrongBitmap, wrongCount } from '../support/reports';

const catalogue = stubCatalogue;
const odd = 'a"b<c>&\u0007\ud800\n%:,|`*.img';

describe('JUnit', () => {
  test('a test case for each problem, green ones too', () => {
    const xml = renderJunit([reportOf([unusedInode('x', 12), wrongCount])], { catalogue });
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="extcheck" tests="6" failures="1" errors="0" skipped="0" time="0">
  <testsuite name="active.img" tests="6" failures="1" errors="0" skipped="0" time="0">
    <testcase name="superblock-missing: No superblock was found" classname="extcheck.superblock" time="0"/>
    <testcase name="dirent-inode-unused: Directory entry names an inode that is not in use" classname="extcheck.dirent" time="0">
      <failure message="error: 1 finding" type="problem">Directory entry names an inode that is not in use: entry 'x' names inode 12, which is not in use [/x (inode 12, directory inode 2)]</failure>
    </testcase>
    <testcase name="inode-zeroed: Inode in use is all zeros" classname="extcheck.inode" time="0"/>
    <testcase name="bitmap-block-differs: Block bitmap is wrong" classname="extcheck.bitmap" time="0"/>
    <testcase name="free-blocks-wrong: Free block count is wrong" classname="extcheck.free" time="0">
      <system-out>Free block count is wrong: 10 stored, should be 12</system-out>
    </testcase>
    <testcase name="throws: Its sentence fails" classname="extcheck.throws" time="0"/>
    <system-out>active.img FAILS: its structure has 1 error; no path is lost</system-out>
  </testsuite>
</testsuites>
`);
  });

  test('required paths, gaps, and checks that ran only on demand', () => {
    const demand = { ...catalogue, 'manifest-x': catalogue['throws']!, 'policy-x': catalogue['throws']! };
    const report = reportOf([], {
      required: [
        { path: '/a', state: 'ok' },
        { path: '/b', state: 'missing', stoppedAt: '/b' },
      ],
      notChecked: [{ what: 'names', why: 'encrypted' }],
      content: {
        checks: ['manifest'],
        names: 1,
        files: 0,
        bytes: 0,
        nulBytes: 0,
        holeBytes: 0,
        nulFiles: 0,
        unreadableFiles: 0,
      },
    });
    const all = renderJunit([report], { catalogue: demand });
    expect(all).toContain('<testcase name="manifest-x: Its sentence fails" classname="extcheck.manifest" time="0"/>');
    expect(all).toMatch(
      /<testcase name="policy-x: [^>]*[^/]>\n *<skipped message="the check did not run: policy"\/>\n *<\/testcase>/,
    );
    const xml = renderJunit([report], { catalogue: {} });
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('<failure message="missing at /b" type="problem">missing at /b</failure>');
    expect(xml).toContain('<skipped message="encrypted"/>');
  });

  test('an image that could not be opened is green in nothing', () => {
    const xml = renderJunit([failedReport('x.img', 'it is not there')], { catalogue });
    expect(xml).toContain('tests="7" failures="0" errors="0" skipped="7"');
  });

  test('required paths that could not be looked up are skipped', () => {
    const required = { path: '/etc/passwd', state: 'unreadable', stoppedAt: '/' } as const;
    const missing = reportOf([{ id: 'superblock-missing', severity: 'fatal' }], {
      filesystem: null,
      required: [required],
      notChecked: [{ what: 'everything', why: 'no usable superblock was found' }],
    });
    for (const report of [missing, failedReport('x.img', 'no usable superblock was found', ['/etc/passwd'])]) {
      expect(report.required).toEqual([required]);
      expect(renderJunit([report], { catalogue })).toMatch(
        /<testcase name="required: \/etc\/passwd" [^>]*[^/]>\n *<skipped message="no usable superblock was found"\/>/,
      );
      expect(renderText(report)).not.toContain('Required');
      expect(renderMarkdown([report])).not.toContain('Required');
    }
  });

  test('only problems of checks that ran are green', () => {
    const green = (report: CheckReport) =>
      [...renderJunit([report], { catalogue: allProblems }).matchAll(/<testcase name="([^":]+)[^>]*\/>/g)].map(
        ([, name]) => name!,
      );
    const ofCore = Object.keys(coreCatalogue).filter((id) => !id.startsWith('required-'));
    expect(green(reportOf()).sort()).toEqual(ofCore.sort());
    const ids = (report: CheckReport) => green(report).filter((id) => !Object.hasOwn(coreCatalogue, id));
    const checked = (...names: string[]) => reportOf([], { checked: [...reportOf().checked, ...names] });
    expect(ids(checked('boot')).sort()).toEqual(Object.keys(bootCatalogue).sort());
    expect(ids(checked('readers'))).toContain('kernel-refuses-feature');
    expect(ids(checked('readers'))).not.toContain('kernel-truncated');
    const all = checked('bmap', 'lost writes', 'manifest', 'packages', 'policy');
    expect(ids(all).sort()).toEqual(Object.keys(contentCatalogue).sort());
    expect(ids(checked('dm-verity', 'container')).sort()).toEqual(Object.keys(containerCatalogue).sort());
    const none = green({ ...checked('bmap', 'boot', 'policy'), filesystem: null });
    expect(none.map((id) => id.split('-')[0])).toEqual(['bmap', 'bmap', 'bmap']);
  });

  test('nothing in a name breaks the XML', () => {
    const xml = renderJunit([reportOf([unusedInode(odd, 1)], { image: odd })], { catalogue });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ud800-\udfff]/);
    expect(xml).toContain('<testsuite name="a&quot;b&lt;c&gt;&amp;\\x07\\u{d800}\\x0a%:,|`*.img"');
    for (const [tag] of xml.matchAll(/<[^>]*>/g)) expect(tag).toMatch(/^<(\?xml|\/?\w[\w-]*( [\w-]+="[^"<]*")*\/?)/);
  });

  test('only so many findings of a problem are written out', () => {
    const many = Array.from({ length: 60 }, () => unusedInode('x', 1));
    expect(renderJunit([reportOf(many)], { catalogue })).toContain('and 10 more findings</failure>');
  });
});

describe('GitHub', () => {
  test('the verdict, then one annotation for each problem, on one line each', () => {
    const lines = renderGithub([reportOf([unusedInode('x', 12), unusedInode('y', 13), wrongBitmap, wrongCount])], {
      catalogue,
    });
    expect(lines).toBe(
      [
        '::error title=extcheck::active.img FAILS: its structure has 2 errors; no path is lost%0AThe structure of the file system is damaged; what did it cannot be seen from the findings. Every path can be read.',
        "::error title=active.img%3A dirent-inode-unused::Directory entry names an inode that is not in use (2 findings)%0A/x (inode 12, directory inode 2): entry 'x' names inode 12, which is not in use%0A/y (inode 13, directory inode 2): entry 'y' names inode 13, which is not in use%0Aextcheck explain dirent-inode-unused",
        '::warning title=active.img%3A bitmap-block-differs::Block bitmap is wrong%0Agroup 3: 0 bits are set, should be 512%0Aextcheck explain bitmap-block-differs',
        '::notice title=active.img%3A free-blocks-wrong::Free block count is wrong%0A10 stored, should be 12%0Aextcheck explain free-blocks-wrong',
        '',
      ].join('\n'),
    );
  });

  test('no more than are shown of each level, and what is left out is said', () => {
    const kinds = Array.from({ length: 30 }, (_, i) => ({ id: `kind-${i}`, severity: 'warning' as const }));
    const lines = renderGithub([reportOf(kinds)])
      .split('\n')
      .slice(0, -1);
    expect(lines.length).toBe(maxAnnotations);
    expect(lines.at(-1)).toBe(
      '::warning title=extcheck::22 more annotations of this level; see the log or another report.',
    );
  });

  test('nothing in a name begins another command', () => {
    const text = renderGithub([reportOf([unusedInode(odd, 1)], { image: `${odd}::error::` })], { catalogue });
    for (const line of text.split('\n').slice(0, -1)) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::/);
  });
});

describe('Prometheus', () => {
  const now = new Date('2026-01-02T03:04:05Z');

  test('findings, verdict and run', () => {
    const accepted = withBaseline(reportOf([wrongBitmap, wrongCount]), {
      version: 1,
      accepted: { 'free-blocks-wrong:': 1 },
      affected: [],
    });
    const text = renderPrometheus([accepted], { now, duration: 1.5 });
    const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(rows).toEqual([
      'extcheck_findings{image="active.img",severity="info"} 0',
      'extcheck_findings{image="active.img",severity="warning"} 1',
      'extcheck_findings{image="active.img",severity="error"} 0',
      'extcheck_findings{image="active.img",severity="fatal"} 0',
      ...['clean', 'info', 'warning', 'error', 'fatal', 'incomplete'].map(
        (name) => `extcheck_verdict{image="active.img",verdict="${name}"} ${name === 'warning' ? 1 : 0}`,
      ),
      'extcheck_exit_status{image="active.img"} 4',
      'extcheck_affected_paths{image="active.img"} 0',
      'extcheck_not_checked{image="active.img"} 0',
      'extcheck_accepted_findings{image="active.img"} 1',
      'extcheck_read_bytes{image="active.img"} 50331648',
      'extcheck_last_run_timestamp_seconds 1767323045',
      'extcheck_duration_seconds 1.5',
    ]);
    expect(text.match(/^# TYPE extcheck_\w+ gauge$/gm)?.length).toBe(9);
  });

  test('nothing in a name breaks the format', () => {
    const text = renderPrometheus([reportOf([], { image: 'a"\\\n}\ud800' })], { now });
    expect(text).toContain('extcheck_exit_status{image="a\\"\\\\\\n}\ufffd"} 0');
    for (const line of text.split('\n').slice(0, -1)) expect(line).toMatch(/^(# |extcheck_\w+(\{.*\})? [\d.]+$)/);
  });
});

describe('Markdown', () => {
  test('verdict, counts, paths and problems', () => {
    const text = renderMarkdown([lostWritesCheck()], { catalogue, most: 2 });
    expect(text.split('\n').slice(0, 20)).toEqual([
      '### ❌ DO NOT BOOT FROM active.img: 2 of 3 required paths failed; 61 paths are lost, 11 are damaged'.replace(
        '61 paths are lost, 11 are damaged',
        text.match(/\d+ paths are lost, \d+ are damaged/)![0],
      ),
      '',
      '14 blocks in use contain only zeros, including inode tables of groups 3 and 4. Writes were lost while the image was made.',
      '',
      '| fatal | error | warning | info | accepted |',
      '| ---: | ---: | ---: | ---: | ---: |',
      '| 0 | 24 | 1 | 1 | 0 |',
      '',
      '**Required paths that failed**',
      '',
      '- `/boot/vmlinuz` unreadable',
      '- `/boot/initrd/x` missing',
      '',
      '**Lost or damaged**',
      '',
      '- `/boot/vmlinuz` unreadable',
      '- `/usr/bin/bash` damaged',
      '- … 70 more',
      '',
      '**Problems**',
    ]);
    expect(renderMarkdown([reportOf()])).toMatch(/^### ✅ active.img is clean\n/);
  });

  test('nothing in a name is taken for markup', () => {
    const text = renderMarkdown([
      reportOf([unusedInode('a`b', 1)], { image: odd, affected: [{ path: '/a``b', how: 'missing' }] }),
    ]);
    expect(text).toContain('a"b\\<c\\>\\&\\\\x07\\\\u\\{d800\\}\\\\x0a%:,\\|\\`\\*.img');
    expect(text).toContain('- ``` /a``b ``` missing');
  });
});
