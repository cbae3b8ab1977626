/** Generates docs/causes.md from the causes of example reports, so that page and program cannot differ. */
import type { Cause, CheckReport, Step } from '../src/problem/report';

const sentence: Readonly<Record<Cause['kind'], string>> = {
  damage: 'Damage',
  sound: 'The file system is sound',
  'not-a-file-system': 'Not a file system',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const stepText = ({ text, commands }: Step): string =>
  `${cell(text)}${commands.map((command) => `<br>\`${cell(command)}\``).join('')}`;

function row({ causes, steps }: CheckReport, id: string): string {
  const cause = causes.find((one) => one.id === id)!;
  const listed = steps.filter(({ commands }) => !commands.some((command) => command.startsWith('extcheck --explain')));
  const numbered = listed.map((step, i) => `${i + 1}. ${stepText(step)}`).join('<br>');
  return `| \`${id}\` | ${cause.severity}, ${cause.certainty} | ${cell(cause.headline)} | ${numbered || 'none'} |`;
}

/** The page; `examples` has a report for each cause, with that cause first, in the order of the list. */
export function renderCausesDoc(examples: readonly (readonly [id: string, report: CheckReport])[]): string {
  const lines = [
    '# Causes',
    '',
    'A report names what probably happened to the image (`causes`, the worst first) and what to do (`steps`). Text, JSON,',
    'Markdown and `extcheck repair` print the same ones. This page is generated from the entries in `src/causes/`, with one',
    'example image for each; `active.img` stands for the name of the image.',
    '',
    '- **certain**: it explains what was found; **likely**: it is the usual reason; **possible**: it is one of several.',
    '- `nothingLost` is true if every file can be restored, even if paths are reported as unreadable.',
    '- `refusesRepair` says why `extcheck repair` refuses an image that a repair would make worse.',
    '- Each step says what its commands change: `nothing`, a `copy` in the current folder, or the `image`.',
  ];
  for (const kind of ['damage', 'sound', 'not-a-file-system'] as const) {
    const rows = examples.filter(([id, report]) => report.causes.find((one) => one.id === id)?.kind === kind);
    lines.push('', `## ${sentence[kind]}`, '', '| cause | | example headline | steps |', '| --- | --- | --- | --- |');
    for (const [id, report] of rows) lines.push(row(report, id));
  }
  return `${lines.join('\n')}\n`;
}
