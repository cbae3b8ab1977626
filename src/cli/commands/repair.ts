/** The command `repair`: hands a damaged image to the native e2fsck without putting anything at risk, and takes it back. */
import { type Acceptance, acceptances } from '../../repair/accept';
import { type FsckMode, fsckModes } from '../../repair/fsck';
import type { RepairOptions } from '../../repair/options';
import { repairImage } from '../../repair/repair';
import type { RepairReport } from '../../repair/report';
import { renderRepair } from '../../repair/text';
import { undoRepair } from '../../repair/undo';
import { printable } from '../../report/printable';
import type { RequireArgument } from '../args';
import { ask, canAsk } from '../ask';
import { profileOf } from '../boot-profile';
import { parseImageName } from '../images';
import { type Io, widthOf } from '../io';
import { absolute, type OptionTable, oneOf, parseCount, parseOffset, readOptions, UsageError } from '../options';
import { printOptions } from '../output-options';
import { requiredPaths } from '../required-from';

/** The help text. */
export const help = `Usage: extcheck repair [options] IMAGE
       extcheck repair --undo [--backup DIR] IMAGE

Repairs an ext2, ext3 or ext4 image with the native e2fsck, on a private copy.
The copy is checked again and compared with the image file by file, and takes
its place only when it is good enough and you say yes. The damaged original is
kept. Whatever happens, the image is either as it was or the verified new one.

Options:
  --dry-run            say what a repair would do and lose, and stop there
  -y, --yes            do not ask; needed where there is no terminal
  --accept WHAT        what the result must be: clean (default: nothing as bad
                       as a warning), bootable (no errors, and every step of
                       a boot works) or improved (less is wrong than before)
  --profile NAME       how the image is booted, for --accept bootable: as for
                       extcheck boot; generic-linux when left out
  --require PATH       this file must be whole and not empty in the result;
                       may be repeated
  --require-from FILE  the same for each path in FILE
  --backup DIR         keep the damaged original there, not beside the image
  --no-backup          keep no original
  --undo               put the kept original back
  --remount            where the image lies on a file system that is mounted
                       read-only, make that writable for as long as needed
  --work DIR           folder for the private copy, not beside the image
  --in-place           write to a block device where it stands; needs --backup
  --extend             where the image ends before its file system does, add
                       zeros to the copy first
  --fsck PATH          the e2fsck to use
  --fsck-mode MODE     auto (default: -p, and -y when that is not enough),
                       preen (only -p) or yes (only -y)
  --rounds N           runs of e2fsck that may change something, at most (4)
  --time-limit N       seconds for one run of e2fsck (1800)
  --offset N           the file system starts N bytes into the image; also
                       2048s (sectors), 1M, 1G; ?offset= on an image wins
  --format FORMAT      text (default) or json
  -q, --quiet          print the first line only
  -v, --verbose        print all paths and all that e2fsck said
  -h, --help           print this text

Exit status; bits are added up:
  0   nothing to do
  1   repaired and checked again, or the original put back
  4   still damaged, and as it was: the result was not good enough, nobody said
      yes, or this was a dry run
  8   could not be done, and why; the image is as it was
  16  wrong use
  32  interrupted; the image is as it was

Examples:
  extcheck repair --dry-run active.img
  extcheck repair active.img
  extcheck repair --yes --remount --accept bootable --profile harvester \\
    /run/initramfs/cos-state/cOS/active.img
  extcheck repair --undo active.img
`;

interface Request {
  images: string[];
  require: RequireArgument[];
  options: RepairOptions;
  undo: boolean;
  profile: string | undefined;
  format: 'text' | 'json';
  quiet: boolean;
  verbose: boolean;
}

const flag = (name: 'dryRun' | 'noBackup' | 'remount' | 'inPlace' | 'extend' | 'yes') => ({
  set: ({ options }: Request) => {
    options[name] = true;
  },
});

const text = (name: 'backup' | 'work' | 'fsck') => ({
  take: ({ options }: Request, value: string) => {
    options[name] = value;
  },
});

const table: OptionTable<Request> = {
  'dry-run': flag('dryRun'),
  yes: { short: 'y', ...flag('yes') },
  accept: {
    take: ({ options }, value) => {
      options.accept = oneOf<Acceptance>('accept', value, acceptances);
    },
  },
  profile: {
    take: (request, value) => {
      request.profile = value;
    },
  },
  require: { take: ({ require }, value) => require.push({ path: absolute(value) }) },
  'require-from': { take: ({ require }, value) => require.push({ from: value }) },
  backup: text('backup'),
  'no-backup': flag('noBackup'),
  undo: {
    set: (request) => {
      request.undo = true;
    },
  },
  remount: flag('remount'),
  work: text('work'),
  'in-place': flag('inPlace'),
  extend: flag('extend'),
  fsck: text('fsck'),
  'fsck-mode': {
    take: ({ options }, value) => {
      options.mode = oneOf<FsckMode>('fsck-mode', value, fsckModes);
    },
  },
  rounds: {
    take: ({ options }, value) => {
      options.maxRounds = parseCount('rounds', value);
    },
  },
  'time-limit': {
    take: ({ options }, value) => {
      options.timeLimit = Math.min(2 ** 31 - 1, parseCount('time-limit', value) * 1000);
    },
  },
  offset: {
    take: ({ options }, value) => {
      options.offset = parseOffset(value);
    },
  },
  ...printOptions,
  verbose: {
    short: 'v',
    set: (request) => {
      request.verbose = true;
    },
  },
};

/** @throws UsageError */
function parse(argv: readonly string[]): Request {
  const request: Request = {
    images: [],
    require: [],
    options: {},
    undo: false,
    profile: undefined,
    format: 'text',
    quiet: false,
    verbose: false,
  };
  readOptions(argv, table, request, (word) => request.images.push(word));
  const { images, options, quiet, verbose } = request;
  if (images.length === 0) throw new UsageError('No image was named.');
  if (images.length > 1) throw new UsageError('One image is repaired at a time.');
  if (images[0] === '' || images[0] === '-') throw new UsageError('An image is a file or a block device.');
  if (quiet && verbose) throw new UsageError('--quiet and --verbose exclude each other.');
  if (options.noBackup && options.backup !== undefined)
    throw new UsageError('--backup and --no-backup exclude each other.');
  if (request.profile !== undefined && options.accept !== 'bootable')
    throw new UsageError('--profile says how the image is booted, and needs --accept bootable.');
  if (options.dryRun && options.yes) throw new UsageError('--dry-run and --yes exclude each other.');
  return request;
}

/** What the command needs of the world beyond `Io`; tests give another one. */
export interface Desk {
  canAsk(): Promise<boolean>;
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** Runs the command with what stands behind its name. Resolves with the exit status. */
export async function run(
  argv: readonly string[],
  io: Io,
  _engine?: unknown,
  desk: Desk = { canAsk, ask },
): Promise<number> {
  const request = parse(argv);
  const { options, format, quiet, verbose } = request;
  const named = parseImageName(request.images[0]!, options.offset ?? 0);
  options.offset = named.offset;
  options.signal = io.signal;
  if (request.profile !== undefined) options.profile = await profileOf(request.profile, io);
  options.require = await requiredPaths(request.require, io.readText);
  const textOptions = { width: widthOf(io), verbose, quiet };
  if (!quiet && (io.errIsTty || verbose)) options.onEvent = ({ text }) => io.err(`${printable(text)}\n`);
  if (await desk.canAsk())
    options.confirm = async (plan: RepairReport) => {
      io.err(`\n${renderRepair({ ...plan, outcome: 'planned' }, textOptions)}\n`);
      const kept = options.noBackup ? 'The original will NOT be kept.' : 'The original will be kept.';
      const answer = await desk.ask(`Put the repaired copy in place? ${kept} Type yes to go on: `, io.signal);
      return answer.trim().toLowerCase() === 'yes';
    };
  const report = await (request.undo ? undoRepair(named.path, options) : repairImage(named.path, options));
  await io.out(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderRepair(report, textOptions));
  return report.status;
}
