/** The help text of a command, at most 80 columns wide. */
import { wrap } from '../../report/wrap';
import type { CommandDescription, ListedCommand } from './command';
import { optionRows } from './option-text';

const width = 80;
const margin = 23;

export function renderHelp(command: CommandDescription): string {
  const { usage, description, statuses, several, examples } = command;
  const parts = [
    usage.map((line, i) => `${i === 0 ? 'Usage:' : '      '} extcheck ${line}`),
    ...description.map((paragraph) => wrap(paragraph, width)),
    ['Options:', ...optionRows(command).flatMap(([label, text]) => row(label, text))],
    ['Exit status:', ...Object.entries(statuses).flatMap(([status, text]) => row(status, text, 6))],
    ...(several === undefined ? [] : [wrap(several, width)]),
    ['Examples:', ...examples.map((example) => `  ${example}`)],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The list of all commands, which follows the help of the program. */
export const renderCommands = (commands: Iterable<Pick<ListedCommand, 'name' | 'summary'>>): string =>
  [
    'Commands; extcheck COMMAND --help describes each:',
    ...[...commands].flatMap(({ name, summary }) => row(name, summary, 17)),
    '',
  ].join('\n');

/** A label, and its text from column `at` on; on the next line where the label is too long. */
function row(label: string, text: string, at = margin): string[] {
  const indent = ' '.repeat(at);
  const first = `  ${label}`;
  return first.length + 2 > at ? [first, ...wrap(text, width, indent)] : wrap(text, width, first.padEnd(at), indent);
}
