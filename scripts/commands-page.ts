/** The page `docs/commands.md`: all commands with their options, exit statuses and examples. */
import type { ListedCommand } from '../src/cli/describe/command';
import { optionRows } from '../src/cli/describe/option-text';

export function renderReference(commands: readonly ListedCommand[]): string {
  return `# Commands

<!-- Made from src/cli by UPDATE_DOCS=1 npx vitest run test/docs -->

${table(
  'command',
  'purpose',
  commands.map(({ name, summary }) => [`[${name}](#extcheck-${name})`, summary]),
)}

${commands.map(section).join('\n\n')}
`;
}

function section(command: ListedCommand): string {
  const { name, usage, description, statuses, several, examples } = command;
  const options = optionRows(command).map(([label, text]) => [`\`${label}\``, text]);
  return [
    `## extcheck ${name}`,
    block(
      usage.map((line) => `extcheck ${line}`),
      'text',
    ),
    ...description,
    table('option', 'meaning', options),
    table('exit status', 'meaning', Object.entries(statuses)),
    ...(several === undefined ? [] : [several]),
    block(examples),
  ].join('\n\n');
}

const block = (lines: readonly string[], language = 'sh'): string => `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``;

function table(first: string, second: string, rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  return [[first, second], ['---', '---'], ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
