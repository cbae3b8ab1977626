/** The command `repair`: repairs a damaged image safely with the native e2fsck, and undoes it. */
import { acceptances } from '../../repair/accept';
import { fsckModes } from '../../repair/fsck';
import type { RepairOptions } from '../../repair/options';
import { repairImage } from '../../repair/repair';
import { emptyReport, type RepairReport } from '../../repair/report';
import { renderRepair } from '../../repair/text';
import { undoRepair } from '../../repair/undo';
import { printable } from '../../report/printable';
import { ask, canAsk } from '../ask';
import { profileOf } from '../boot-profile';
import { type CommandDescription, commonStatuses } from '../describe/command';
import { parseImageName } from '../image-name';
import { type Io, widthOf } from '../io';
import { printText } from '../locale';
import { choice, count, flag, parseCount, text } from '../option-kinds';
import { readOptions, UsageError } from '../options';
import { repairPlace } from '../repair-place';
import { requiredPaths } from '../required-from';
import { format, offset, placeOptions, profile, quiet, requireOptions, verbose } from '../shared-options';

const options = {
  'dry-run': flag('report what a repair would do and lose, and change nothing', { key: 'dryRun' }),
  yes: flag('do not ask; required without a terminal', { short: 'y', conflicts: 'dry-run' }),
  accept: choice(
    'WHAT',
    acceptances,
    'the result must be clean (no problem as severe as a warning), bootable (no errors, and every boot step works) or improved (fewer problems than before)',
    { default: 'clean' },
  ),
  'accept-loss': {
    ...text('N|all', 'the result may lose up to N paths, or all; by default as many as the check reports as lost', {
      key: 'acceptLoss',
    }),
    read: parseLoss,
  },
  profile: { ...profile, description: `${profile.description}, for --accept bootable`, default: 'generic-linux' },
  ...requireOptions,
  backup: text('DIR', 'keep the damaged original in DIR, not beside the image'),
  'no-backup': flag('keep no original', { conflicts: 'backup' }),
  undo: flag('restore the kept original'),
  remount: flag('if the image is on a file system that is mounted read-only, make it writable while needed'),
  work: text('DIR', 'make the private copy in DIR, not beside the image'),
  'in-place': flag('write directly to a block device; needs --backup'),
  extend: flag('if the image is shorter than its file system, first append zeros to the copy'),
  fsck: text('FILE', 'the e2fsck to use'),
  'fsck-mode': choice('MODE', fsckModes, 'auto (-p, then -y if that is not enough), preen (-p) or yes (-y)', {
    key: 'mode',
    default: 'auto',
  }),
  rounds: count('maximum number of e2fsck runs that may change the copy', { key: 'maxRounds', default: '4' }),
  'time-limit': {
    ...text('N', 'seconds for each run of e2fsck', { key: 'timeLimit', default: '1800' }),
    read: (value: string, name: string) => Math.min(2 ** 31 - 1, parseCount(value, name) * 1000),
  },
  offset,
  partition: placeOptions.partition,
  format,
  quiet: { ...quiet, description: 'print only the first line' },
  verbose: { ...verbose, description: 'print all paths and the output of e2fsck' },
};

export const command: CommandDescription = {
  usage: ['repair [options] IMAGE', 'repair --undo [--backup DIR] IMAGE'],
  description: [
    'Repairs an ext2, ext3 or ext4 image with the native e2fsck on a private copy. The copy is checked again and compared with the image file by file. It replaces the image only if the result is acceptable and you confirm. The damaged original is kept. In every case the image is either left unchanged or replaced by the verified copy.',
  ],
  options,
  operand: 'an image',
  statuses: {
    0: 'nothing to do',
    1: 'repaired and verified, or the original restored',
    4: 'still damaged and left unchanged: the result was not acceptable, not confirmed, or this was a dry run',
    8: 'could not repair; the image is left unchanged',
    16: commonStatuses[16],
    32: 'interrupted; the image is left unchanged',
  },
  examples: [
    'extcheck repair --dry-run active.img',
    'extcheck repair active.img',
    'extcheck repair --yes --accept bootable --profile harvester active.img',
    'extcheck repair --undo active.img',
  ],
};

/** @throws UsageError when the value of option `name` is neither a whole number nor `all` */
function parseLoss(value: string, name: string): number | 'all' {
  if (value === 'all') return value;
  const paths = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(paths)) return paths;
  throw new UsageError(`--${name} must be a whole number or all, not '${printable(value)}'.`);
}

/** @throws UsageError */
function parse(argv: readonly string[]) {
  const images: string[] = [];
  const request = readOptions(argv, options, (word) => images.push(word));
  const [image] = images;
  if (image === undefined) throw new UsageError('No image given.');
  if (images.length > 1) throw new UsageError('Only one image can be repaired at a time.');
  if (image === '' || image === '-') throw new UsageError('An image must be a file or a block device.');
  if (request.profile !== undefined && request.accept !== 'bootable')
    throw new UsageError('--profile needs --accept bootable.');
  return { ...request, image };
}

/** Calls `work` with a signal that a lost connection aborts too, as SIGTERM does: e2fsck is ended, and the copy removed. */
async function withHangUp<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const hangUp = new AbortController();
  const abort = () => hangUp.abort();
  // the terminal is lost then, and what is written to it fails
  const ignore = () => {};
  process.on('SIGHUP', abort);
  for (const stream of [process.stdin, process.stderr]) stream.on('error', ignore);
  try {
    return await work(AbortSignal.any([signal, hangUp.signal]));
  } finally {
    process.off('SIGHUP', abort);
    for (const stream of [process.stdin, process.stderr]) stream.off('error', ignore);
  }
}

/** Asks the user; tests replace it. */
export interface Prompt {
  canAsk(): Promise<boolean>;
  ask(question: string, signal: AbortSignal): Promise<string>;
}

export async function run(
  argv: readonly string[],
  io: Io,
  _engine?: unknown,
  prompt: Prompt = { canAsk, ask },
): Promise<number> {
  const { image, offset, partition, profile, require, undo, format, quiet, verbose, ...rest } = parse(argv);
  const named = parseImageName(image, { offset, partition, inside: [] });
  const print = async (report: RepairReport): Promise<number> => {
    if (format === 'json') await io.out(`${JSON.stringify(report, null, 2)}\n`);
    else await printText(io, renderRepair(report, textOptions));
    return report.status;
  };
  const textOptions = { width: widthOf(io), verbose, quiet };
  const place = await repairPlace(named, io.signal);
  if ('refused' in place) return print({ ...emptyReport(named.path, named.path), reason: place.refused });
  if (place.warning !== undefined)
    io.err(`extcheck: ${printable(named.shown)}: warning: ${printable(place.warning)}\n`);
  const options: RepairOptions = { ...rest, offset: place.offset };
  if (profile !== undefined) options.profile = await profileOf(profile, io);
  options.require = await requiredPaths(require, io);
  if (!quiet && (io.errIsTty || verbose)) options.onEvent = ({ text }) => io.err(`${printable(text)}\n`);
  const asks = await prompt.canAsk();
  const report = await withHangUp(io.signal, (signal) => {
    options.signal = signal;
    if (asks)
      options.confirm = async (plan: RepairReport) => {
        io.err(`\n${renderRepair({ ...plan, outcome: 'planned' }, textOptions)}\n`);
        const kept = options.noBackup ? 'The original will NOT be kept.' : 'The original will be kept.';
        const answer = await prompt.ask(`Put the repaired copy in place? ${kept} Type yes to continue: `, signal);
        return answer.trim().toLowerCase() === 'yes';
      };
    return undo ? undoRepair(named.path, options) : repairImage(named.path, options);
  });
  return print(report);
}
