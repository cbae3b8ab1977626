/** The report of a repair as text: what happened, what is lost, where the original lies, how to go back. */
import type { CheckReport } from '../problem/report';
import { printable, shellWord } from '../report/printable';
import { verdictLine } from '../report/verdict';
import { counted, digits, listed } from '../report/words';
import { wrap } from '../report/wrap';
import { whyBootFails } from './boots';
import { type ChangeKind, changeKinds, type TreeChange, type TreeChanges } from './changes';
import type { FsckRound } from './fsck';
import type { RepairReport } from './report';

export interface RepairTextOptions {
  /** Columns; default 80. Paths and commands may go beyond. */
  width?: number;
  /** All paths, and all that e2fsck said. */
  verbose?: boolean;
  /** The first line only. */
  quiet?: boolean;
}

/** Paths shown of each kind where not all are asked for. */
const shownPaths = 20;

const headlines: Readonly<Record<RepairReport['outcome'], string>> = {
  'nothing-to-do': 'nothing to repair',
  planned: 'a repair would do this; nothing was changed',
  'not-confirmed': 'not repaired, as nobody said yes; nothing was changed',
  repaired: 'REPAIRED and checked again',
  undone: 'the original is back',
  'still-damaged': 'STILL DAMAGED; it is as it was',
  failed: 'could not be repaired',
  cancelled: 'interrupted',
};

const meanings: Readonly<Record<ChangeKind, string>> = {
  gone: 'lost: it can be read now and is not there any more',
  moved: 'it has lost its name or place',
  type: 'it is something else then',
  truncated: 'cut off',
  content: 'its content differs',
  cloned: 'it reads as before; its blocks were shared with something else, and one of the two has wrong content',
  appeared: 'it was not there before',
};

/** The report as text that ends with a newline; free of control characters. */
export function renderRepair(report: RepairReport, options: RepairTextOptions = {}): string {
  const width = Math.max(40, options.width ?? 80);
  const head = `${printable(report.image)}: ${headlines[report.outcome]}${summary(report)}`;
  if (options.quiet) return `${head}\n`;
  const sentences = [report.reason, ...report.found, ...report.notes].filter((one) => one !== null);
  const blocks = [
    wrap(head, width),
    sentences.flatMap((sentence) => wrap(printable(sentence), width, '  ')),
    report.changes === null ? [] : changesSection(report.changes, report, options.verbose === true, width),
    states(report, width),
    bootSection(report, width),
    fsckSection(report, options.verbose === true, width),
    kept(report, width),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What it costs, in a clause. */
function summary({ changes, outcome }: RepairReport): string {
  if (changes === null || outcome === 'undone') return '';
  const { gone, moved, truncated, content, type } = changes.counts;
  const parts = [
    gone > 0 ? `${counted(gone, 'path')} lost` : '',
    moved > 0 ? `${digits(moved)} moved` : '',
    truncated > 0 ? `${digits(truncated)} cut off` : '',
    content + type > 0 ? `${digits(content + type)} changed` : '',
  ].filter((part) => part !== '');
  return `: ${parts.length === 0 ? 'no file is lost or changed' : listed(parts)}`;
}

function changeLine({ path, to, size, sha256 }: TreeChange): string {
  const sizes = size && size.before !== size.after ? ` (${digits(size.before)} to ${digits(size.after)} bytes)` : '';
  const unreadable = sha256?.before === null ? ' (it could not be read to its end before)' : '';
  return `    ${printable(path)}${to === undefined ? '' : ` -> ${printable(to)}`}${sizes}${unreadable}`;
}

function changesSection(changes: TreeChanges, report: RepairReport, verbose: boolean, width: number): string[] {
  const done = report.outcome === 'repaired';
  const lines = [done ? 'What the repair did to files' : 'What the repair does to files'];
  for (const kind of changeKinds) {
    const count = changes.counts[kind];
    if (count === 0) continue;
    lines.push(...wrap(`${kind} (${digits(count)}): ${meanings[kind]}`, width, '  ', '    '));
    const all = changes.changes.filter((change) => change.kind === kind);
    const shown = verbose ? all : all.slice(0, shownPaths);
    lines.push(...shown.map(changeLine));
    if (count > shown.length) lines.push(`    … and ${digits(count - shown.length)} more (--verbose or --format json)`);
  }
  if (lines.length === 1) lines.push('  Every file that can be read is there afterwards, with the same content.');
  if (changes.namesOfLostFiles > 0)
    lines.push(
      ...wrap(
        `${counted(changes.namesOfLostFiles, 'name')} of files that were lost before it ${changes.namesOfLostFiles === 1 ? 'is' : 'are'} taken away.`,
        width,
        '  ',
      ),
    );
  const missing = report.stillMissing;
  if (missing.length > 0)
    lines.push('  required and still not sound:', ...missing.map((path) => `    ${printable(path)}`));
  for (const sentence of changes.notCompared) lines.push(...wrap(printable(sentence), width, '  '));
  return lines;
}

function states({ before, after }: RepairReport, width: number): string[] {
  if (before === null) return [];
  const line = (label: string, report: CheckReport) =>
    wrap(verdictLine({ ...report, image: 'the image' }).text, width, `  ${label}`, ' '.repeat(10));
  return ['What extcheck says', ...line('before: ', before), ...(after === null ? [] : line('after:  ', after))];
}

/** The way of a boot, in as far as it does not work. */
function bootSection({ boot }: RepairReport, width: number): string[] {
  if (boot === null) return [];
  const failed = boot.steps.filter(({ ok }) => !ok);
  const lines = failed.flatMap(({ step, says, console = '' }) => [
    ...wrap(printable(says), width, `  FAIL ${step.padEnd(11)} `, ' '.repeat(19)),
    ...console.split('\n').flatMap((line) => (line === '' ? [] : [`${' '.repeat(19)}| ${printable(line)}`])),
  ]);
  if (lines.length === 0) {
    const why = whyBootFails(boot);
    lines.push(...wrap(why === null ? 'Every step of it works.' : printable(`${why}.`), width, '  '));
  }
  return [`The way of a boot (${printable(boot.profile)})`, ...lines];
}

const commandText = (command: readonly string[]): string =>
  command.map((word, i) => (i > 0 && word.startsWith('-') ? printable(word) : shellWord(word))).join(' ');

function fsckSection({ fsck, commands }: RepairReport, verbose: boolean, width: number): string[] {
  if (fsck === null || fsck.rounds.length === 0) return [];
  const lines = [`What was run (e2fsck ${fsck.version})`];
  const round = ({ command, status, signal, meaning, output, problems }: FsckRound) => {
    lines.push(`  ${commandText(command)}`);
    const fixed = problems.reduce((sum, problem) => sum + problem.fixed, 0);
    const count = fixed === 0 ? '' : `; ${counted(fixed, 'problem')} set right`;
    lines.push(...wrap(`status ${status ?? signal}: ${meaning.join('; ')}${count}`, width, '    '));
    if (verbose)
      lines.push(
        ...output
          .trimEnd()
          .split('\n')
          .map((line) => `    | ${printable(line)}`),
      );
  };
  fsck.rounds.forEach(round);
  const others = commands.filter(
    (command) => !fsck.rounds.some((one) => one.command.join('\0') === command.join('\0')),
  );
  for (const command of others) lines.push(`  ${commandText(command)}`);
  return lines;
}

function kept({ backup, undo, outcome }: RepairReport, width: number): string[] {
  if (backup === null) return outcome === 'repaired' ? ['The damaged original was not kept.'] : [];
  const lines = ['The damaged original is kept as', `  ${printable(backup.path)}`, `  sha256 ${backup.sha256}`];
  if (undo === null) return lines;
  return [...lines, ...wrap('To put it back:', width, '  '), `    ${commandText(undo)}`];
}
