/** The report of a repair as text: the outcome, changed files, e2fsck's runs, and the command that restores the original. */
import { stepLines } from '../boot/boot-text';
import type { CheckReport } from '../problem/report';
import type { StartFacts } from '../problem/start';
import { printable, shellWord } from '../report/printable';
import { startStepLines } from '../report/start-steps';
import { startHeadline } from '../report/start-words';
import { quietLine } from '../report/verdict';
import { counted, digits, listed } from '../report/words';
import { wrap } from '../report/wrap';
import { bootFailure } from './boot-problem';
import { type ChangeKind, changeKinds, type TreeChange, type TreeChanges } from './changes';
import type { FsckRound } from './fsck';
import type { RepairReport } from './report';

export interface RepairTextOptions {
  /** Columns; default 80. Paths and commands may be longer. */
  width?: number;
  /** All paths, and the complete output of e2fsck. */
  verbose?: boolean;
  /** The first line only. */
  quiet?: boolean;
}

/** Paths of each kind that are shown without `verbose`. */
const shownPaths = 20;

const headlines: Readonly<Record<RepairReport['outcome'], string>> = {
  'nothing-to-do': 'nothing to do',
  planned: 'nothing was changed; a repair would have this result',
  'not-confirmed': 'not repaired because it was not confirmed; nothing was changed. The result would be',
  repaired: 'REPAIRED and checked again',
  undone: 'the original was restored',
  'still-damaged': 'not repaired; nothing was changed',
  failed: 'could not be repaired',
  cancelled: 'interrupted; nothing was changed',
};

const meanings: Readonly<Record<ChangeKind, string>> = {
  missing: 'lost: it can be read before the repair and does not exist after it',
  moved: 'it has another name or directory',
  'type-changed': 'it has another type',
  truncated: 'it is shorter',
  'content-changed': 'its content differs',
  unshared: 'same content; it shared blocks with another file, and one of the two has wrong content',
  new: 'did not exist before',
};

/** The report as text that ends with a newline; free of control characters. */
export function renderRepair(report: RepairReport, options: RepairTextOptions = {}): string {
  const width = Math.max(40, options.width ?? 80);
  const other = otherThanImage(report);
  const head = `${printable(report.image)}: ${other === null ? headline(report) : otherHeadline(other)}`;
  if (options.quiet) return `${head}\n`;
  const sentences = [report.reason, ...report.leftovers, ...report.notes].filter((one) => one !== null);
  const blocks = [
    wrap(head, width),
    sentences.flatMap((sentence) => sentenceLines(printable(sentence), width)),
    other === null ? [] : startStepLines(other, report.before?.image).map(printable),
    report.changes === null ? [] : changesSection(report.changes, report, options.verbose === true, width),
    other === null ? states(report, width) : [],
    bootSection(report, width),
    fsckSection(report, options.verbose === true, width),
    kept(report, width),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What the image is, if that is why nothing was done. */
const otherThanImage = ({ outcome, before }: RepairReport): StartFacts | null =>
  outcome === 'failed' && before?.filesystem === null ? (before.foundAtStart ?? null) : null;

const otherHeadline = (start: StartFacts): string => `nothing was changed: it is ${printable(startHeadline(start))}`;

/** A sentence; a command at its end has a line of its own, as a line break within a quoted path would change the path. */
function sentenceLines(sentence: string, width: number): string[] {
  const [, text, command] =
    /^(.*: )((?:cp|extcheck|getfattr|qemu-img|simg2img|losetup|debugfs|(?:gzip|xz|zstd|lz4|bzip2|lzma) -dc|\/\S+\/mount) \S.*)$/.exec(
      sentence,
    ) ?? [];
  if (text === undefined || command === undefined) return wrap(sentence, width, '  ');
  return [...wrap(text.trimEnd(), width, '  '), `    ${command}`];
}

function headline(report: RepairReport): string {
  const { outcome, changes, fsck } = report;
  if (outcome !== 'still-damaged') return `${headlines[outcome]}${summary(report)}`;
  return `not repaired: ${whyNot(changes, fsck !== null)}; nothing was changed`;
}

/** Why a result is not used, as a clause. */
function whyNot(changes: TreeChanges | null, tried: boolean): string {
  if (!tried) return 'e2fsck cannot fix it';
  if (changes === null) return 'the result is not acceptable';
  if (!changes.comparable) return 'what the result would lose is unknown';
  if (changes.rootLost) return 'the result would lose the root directory and every path';
  const { missing } = changes.counts;
  return missing > 0 ? `the result would lose ${counted(missing, 'path')}` : 'the result is not acceptable';
}

/** The losses, in a clause. */
function summary({ changes, outcome }: RepairReport): string {
  if (changes === null || !['planned', 'not-confirmed', 'repaired'].includes(outcome)) return '';
  if (!changes.comparable) return ': the files before could not be read, so what it loses is unknown';
  const { missing, moved, truncated, 'content-changed': content, 'type-changed': type } = changes.counts;
  const parts = [
    missing > 0 ? `${counted(missing, 'path')} lost` : '',
    moved > 0 ? `${digits(moved)} moved` : '',
    truncated > 0 ? `${digits(truncated)} truncated` : '',
    content + type > 0 ? `${digits(content + type)} changed` : '',
  ].filter((part) => part !== '');
  return `: ${parts.length === 0 ? 'no file is lost or changed' : listed(parts)}`;
}

function changeLine({ path, to, size, sha256 }: TreeChange): string {
  const sizes = size && size.before !== size.after ? ` (${digits(size.before)} to ${digits(size.after)} bytes)` : '';
  const unreadable = sha256?.before === null ? ' (it could not be read to the end before)' : '';
  return `    ${printable(path)}${to === undefined ? '' : ` -> ${printable(to)}`}${sizes}${unreadable}`;
}

function changesSection(changes: TreeChanges, report: RepairReport, verbose: boolean, width: number): string[] {
  const done = report.outcome === 'repaired';
  const lines = [done ? 'Changes made to files' : 'Changes to files'];
  for (const kind of changeKinds) {
    const count = changes.counts[kind];
    if (count === 0) continue;
    lines.push(...wrap(`${kind} (${digits(count)}): ${meanings[kind]}`, width, '  ', '    '));
    const all = changes.changes.filter((change) => change.kind === kind);
    const shown = verbose ? all : all.slice(0, shownPaths);
    lines.push(...shown.map(changeLine));
    if (count > shown.length) lines.push(`    … and ${digits(count - shown.length)} more (--verbose or --format json)`);
  }
  if (lines.length === 1 && changes.comparable) lines.push('  Every readable file is kept, with the same content.');
  if (changes.danglingNames > 0) {
    const verb = `${changes.danglingNames === 1 ? 'is' : 'are'} removed`;
    const names = `${counted(changes.danglingNames, 'name')} of files that were lost before the repair ${verb}.`;
    lines.push(...wrap(names, width, '  '));
  }
  const missing = report.stillMissing;
  if (missing.length > 0)
    lines.push('  required and still missing or damaged:', ...missing.map((path) => `    ${printable(path)}`));
  for (const sentence of changes.notCompared) lines.push(...wrap(printable(sentence), width, '  '));
  return lines;
}

function states({ before, after }: RepairReport, width: number): string[] {
  if (before === null) return [];
  const line = (label: string, report: CheckReport) =>
    wrap(quietLine({ ...report, image: 'the image' }).text, width, `  ${label}`, ' '.repeat(10));
  return ['Result of the check', ...line('before: ', before), ...(after === null ? [] : line('after:  ', after))];
}

/** The steps of the boot path that fail. */
function bootSection({ boot }: RepairReport, width: number): string[] {
  if (boot === null) return [];
  const lines = boot.steps.filter(({ ok }) => !ok).flatMap((step) => stepLines(step, width));
  if (lines.length === 0) {
    const why = bootFailure(boot);
    lines.push(...wrap(why === null ? 'Every step works.' : printable(`${why}.`), width, '  '));
  }
  return [`Boot path (${printable(boot.profile)})`, ...lines];
}

const commandText = (command: readonly string[]): string =>
  command.map((word, i) => (i > 0 && word.startsWith('-') ? printable(word) : shellWord(word))).join(' ');

function fsckSection({ fsck, commands }: RepairReport, verbose: boolean, width: number): string[] {
  if (fsck === null || fsck.rounds.length === 0) return [];
  const lines = [`Commands (e2fsck ${fsck.version})`];
  const round = ({ command, status, signal, meaning, output, problems }: FsckRound) => {
    lines.push(`  ${commandText(command)}`);
    const fixed = problems.reduce((sum, problem) => sum + problem.fixed, 0);
    const count = fixed === 0 ? '' : `; ${counted(fixed, 'problem')} fixed`;
    lines.push(...wrap(`status ${status ?? signal}: ${meaning.join('; ')}${count}`, width, '    '));
    if (verbose) for (const line of output.trimEnd().split('\n')) lines.push(`    | ${printable(line)}`);
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
  return [...lines, ...wrap('To restore it:', width, '  '), `    ${commandText(undo)}`];
}
