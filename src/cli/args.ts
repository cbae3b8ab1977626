/** The command line of `check`: its options, and what they ask for. */
import { type CommandDescription, commonStatuses } from './describe/command';
import { checkGate, gateOptions } from './gate-options';
import { choice, count, flag, text } from './option-kinds';
import { readOptions, UsageError, type Values } from './options';
import {
  color,
  failOn,
  jobs,
  placeOptions,
  quiet,
  readerOptions,
  replay,
  requireOptions,
  verbose,
} from './shared-options';

const formats = ['text', 'json', 'ndjson'] as const;

const options = {
  format: choice(
    'FORMAT',
    formats,
    'output format; json prints an array for several images, ndjson prints one report per line',
    { initial: 'text' },
  ),
  'fail-on': failOn,
  ...requireOptions,
  'max-findings': count('keep the first N findings of each problem; counts stay complete', { default: '10000' }),
  ...placeOptions,
  list: flag('print what is in the file as a tree, and check nothing'),
  ...gateOptions,
  ...readerOptions,
  'no-replay': replay,
  content: flag('also read all files and find those that lost their data, which e2fsck does not do'),
  jobs,
  quiet,
  verbose,
  color,
  explain: text('ID', "explain a problem by its ID or by e2fsck's code, such as 0x010005, or list all problems", {
    choices: ['list'],
  }),
  version: flag('print the version', { short: 'V', stops: true }),
};

export const checkCommand: CommandDescription = {
  usage: ['[check] [options] IMAGE...'],
  description: [
    'Checks ext2, ext3 and ext4 images as e2fsck -fn does, read-only, without root and without a mount, and reports which paths are lost.',
    'An image is a file or a block device: a bare file system, a disk with partitions, a virtual disk, or a compressed one of these. All ext file systems in it are checked. IMAGE?offset=N checks the one that starts N bytes into IMAGE, IMAGE?partition=X that in partition X.',
  ],
  options,
  operand: 'an image',
  statuses: {
    0: 'pass: everything was checked, and no problem is as severe as --fail-on',
    4: 'a problem is as severe as --fail-on, or a required path failed; parts of the image may be unchecked',
    8: 'could not check: no ext file system, unreadable, or parts not checked',
    ...commonStatuses,
  },
  several:
    'For several images the statuses are combined bitwise: 12 means that one image has problems and another could not be checked.',
  examples: [
    'extcheck active.img',
    'extcheck --content active.img',
    'extcheck --require /boot/vmlinuz --require /boot/initrd active.img',
    "extcheck --format json active.img | jq -r '.affected[].path'",
    'extcheck --manifest root.mtree --extra --report sarif=out.sarif active.img',
    'extcheck --packages --fail-on error active.img',
    'extcheck --content --profile harvester active.img',
    'extcheck --list disk.img',
    'extcheck --partition COS_STATE --inside /cOS/active.img /dev/sda',
    'extcheck --offset 2048s disk.img',
    'extcheck --quiet --fail-on error *.img',
  ],
};

export type CheckRequest = Values<typeof options> & { images: string[] };

export type CheckArguments =
  | { kind: 'check'; request: CheckRequest }
  | { kind: 'explain'; id: string }
  | { kind: 'version' };

/**
 * Reads the arguments, without node, script and the name of the command.
 * @throws UsageError when an option, a value or the combination is not valid.
 * @throws HelpRequest for `--help`.
 */
export function parseArguments(argv: readonly string[]): CheckArguments {
  const images: string[] = [];
  const values = readOptions(argv, options, (word, literal) => images.push(word === '-' && literal ? './-' : word));
  if (values.version) return { kind: 'version' };
  if (values.explain !== undefined) return { kind: 'explain', id: values.explain };
  if (images.length === 0) throw new UsageError('No image given.');
  if (images.includes('')) throw new UsageError('An image name is empty.');
  checkGate(values, images.length);
  return { kind: 'check', request: { ...values, images } };
}
