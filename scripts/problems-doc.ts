/** Generates docs/problems.md from the catalogue, so that page and program cannot differ. */
import { formatCode } from '../src/problem/collector';
import type { Catalogue, DescribedProblem } from '../src/problem/define';
import { severities } from '../src/problem/finding';
import { severityMeanings, type UncoveredCodes } from '../src/report/explain';
import { versionsOf } from '../src/report/words';

/** Chapters by the leading digits of e2fsck's codes, which name the pass that finds the problem. */
const chapters: readonly { title: string; owns: (code: number | undefined) => boolean }[] = [
  { title: 'Superblock, group descriptors and journal', owns: (code) => code !== undefined && code >> 16 === 0 },
  { title: 'Inodes, blocks and sizes (pass 1)', owns: (code) => code !== undefined && code >> 12 === 0x10 },
  {
    title: 'Blocks claimed twice (passes 1B to 1D)',
    owns: (code) => code !== undefined && code >> 16 === 1 && code >> 12 !== 0x10,
  },
  { title: 'Directories (pass 2)', owns: (code) => code !== undefined && code >> 16 === 2 },
  { title: 'Connectivity (pass 3)', owns: (code) => code !== undefined && code >> 16 === 3 },
  { title: 'Link counts (pass 4)', owns: (code) => code !== undefined && code >> 16 === 4 },
  { title: 'Bitmaps and counts (pass 5)', owns: (code) => code !== undefined && code >> 16 === 5 },
  { title: 'Quota (pass 6)', owns: (code) => code !== undefined && code >> 16 === 6 },
  { title: 'Beyond e2fsck: lost writes and more', owns: () => true },
];

const uncoveredTitle = 'Codes of e2fsck without an entry';

/** Codes of e2fsck without a problem, by reason. */
function uncoveredChapter(uncovered: readonly UncoveredCodes[]): string[] {
  if (uncovered.length === 0) return [];
  const lines = [
    '',
    `## ${uncoveredTitle}`,
    '',
    'All other codes of e2fsck 1.47, and why they have no problem. Differences in findings are in [differences.md](differences.md).',
  ];
  for (const { state, why, codes } of uncovered) {
    lines.push('', `**${state[0]!.toUpperCase()}${state.slice(1)}.** ${markdown(why)}`, '');
    for (const [code, meaning] of Object.entries(codes)) lines.push(`- \`${code}\`: ${markdown(meaning!)}`);
  }
  return lines;
}

/**
 * The Markdown page: the meaning of the severities, a table of contents, an entry for each problem, and the codes of
 * e2fsck without one. Ends with a newline.
 */
export function renderProblemsDoc(catalogue: Catalogue, uncovered: readonly UncoveredCodes[]): string {
  const groups = chapters.map(({ title }) => ({ title, entries: [] as DescribedProblem[] }));
  for (const entry of Object.values(catalogue))
    groups[chapters.findIndex(({ owns }) => owns(entry.e2fsck[0]))]!.entries.push(entry);
  const used = groups.filter(({ entries }) => entries.length > 0);
  for (const { entries } of used) entries.sort(byCodeThenId);
  const lines = [
    '# Problems',
    '',
    'Every problem that extcheck reports. `extcheck --explain ID` prints the same entries; it also accepts a code of e2fsck.',
    'This page is generated from the catalogue: change the texts beside the check, then run the tests with `UPDATE_DOCS=1`.',
    '',
    'The severity is the effect on a read-only mount and a boot from the image:',
    '',
    ...[...severities].reverse().map((severity) => `- **${severity}**: ${severityMeanings[severity]}`),
    '',
    '## Contents',
    '',
    ...used.flatMap(({ title, entries }) => [
      `- [${title}](#${anchor(title)})`,
      ...entries.map(({ id, title: heading }) => `  - [\`${id}\`](#${id}): ${markdown(heading)}`),
    ]),
    ...(uncovered.length > 0 ? [`- [${uncoveredTitle}](#${anchor(uncoveredTitle)})`] : []),
  ];
  for (const { title, entries } of used) {
    lines.push('', `## ${title}`);
    for (const entry of entries) {
      const codes =
        entry.e2fsck.length === 0
          ? 'not checked by e2fsck'
          : `e2fsck ${entry.e2fsck.map((code) => `${versionsOf(entry, code)}\`${formatCode(code)}\``).join(', ')}`;
      lines.push(
        '',
        `### ${entry.id}`,
        '',
        `**${markdown(entry.title)}**: ${entry.severity}; ${codes}.`,
        '',
        markdown(entry.explain),
      );
    }
  }
  lines.push(...uncoveredChapter(uncovered));
  return `${lines.join('\n')}\n`;
}

function byCodeThenId(a: DescribedProblem, b: DescribedProblem): number {
  const difference = (a.e2fsck[0] ?? 0) - (b.e2fsck[0] ?? 0);
  return difference !== 0 ? difference : a.id < b.id ? -1 : 1;
}

/** The anchor that GitHub gives a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Escapes characters that Markdown would interpret, outside of code spans. */
const markdown = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[*_<>[\]]/g, '\\$&')))
    .join('');
