/** The manual page `docs/extcheck.1`, in roff. */
import type { ListedCommand } from '../src/cli/describe/command';
import { optionRows } from '../src/cli/describe/option-text';

/** The whole page; the first command is the default one. */
export function renderManual(commands: readonly ListedCommand[]): string {
  return `${[
    '.\\" Made from src/cli by UPDATE_DOCS=1 npx vitest run test/docs',
    '.TH EXTCHECK 1 "" extcheck "User Commands"',
    '.nh',
    '.ad l',
    '.SH NAME',
    line('extcheck - check ext2, ext3 and ext4 images'),
    '.SH SYNOPSIS',
    ...verbatim(commands.flatMap(({ usage }) => usage.map((one) => `extcheck ${one}`))),
    '.SH COMMANDS',
    ...commands.flatMap(section),
    '.SH SEE ALSO',
    line('e2fsck(8), fsck(8), mke2fs(8)'),
  ].join('\n')}\n`;
}

function section(command: ListedCommand): string[] {
  const { name, summary, description, statuses, several, examples } = command;
  return [
    `.SS ${line(`extcheck ${name}: ${summary}`)}`,
    ...paragraphs(description),
    ...optionRows(command).flatMap(item),
    ...paragraphs(['Exit status:']),
    ...Object.entries(statuses).flatMap(item),
    ...paragraphs(several === undefined ? ['Examples:'] : [several, 'Examples:']),
    ...verbatim(examples),
  ];
}

const paragraphs = (texts: readonly string[]): string[] => texts.flatMap((text) => ['.PP', line(text)]);
const item = ([label, text]: readonly [string, string]): string[] => ['.TP', `.B ${line(label)}`, line(text)];
const verbatim = (lines: readonly string[]): string[] => ['.nf', ...lines.map(line), '.fi'];

/** A line of text in which roff sees no command: `-` stays a hyphen that can be copied. */
const line = (text: string): string => text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
