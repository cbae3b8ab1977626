/** The command `boot`: traces the boot path of an image and reports which step fails. */
import type { BootReport } from '../../boot/boot-report';
import { renderBoot } from '../../boot/boot-text';
import { type BootOptions, checkBoot } from '../../boot/check-boot';
import { parseReaders, type Readers } from '../../boot/features/gate';
import { ReaderError } from '../../boot/features/reader';
import { inflateRaw } from '../../platform/inflate';
import { type Severity, severities } from '../../problem/finding';
import { atLeast, exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { openInput } from '../../source/packed/open';
import { profileOf } from '../boot-profile';
import { type CommandDescription, commonStatuses } from '../describe/command';
import { type ImageName, parseImageName, whyNot } from '../image-name';
import { reportInternalError } from '../internal-error';
import { type Io, widthOf } from '../io';
import { printText } from '../locale';
import { isOpenError, onlyTarget } from '../open-errors';
import { readOptions, UsageError } from '../options';
import { wantsColor } from '../printer';
import { requiredPaths } from '../required-from';
import { failOn, outputOptions, placeOptions, profile, readerOptions, requireOptions } from '../shared-options';
import type { OpenHow, Targets } from '../target';
import { openTargets } from '../targets';

const options = {
  profile: { ...profile, initial: 'generic-linux' },
  ...readerOptions,
  require: requireOptions.require,
  'fail-on': failOn,
  ...placeOptions,
  ...outputOptions,
};

export const command: CommandDescription = {
  usage: ['boot [options] IMAGE...'],
  description: [
    'Traces how a machine boots from the image: the files that the boot loader reads and whether it can read them, kernel, initramfs, init and what init needs. For a step that fails it reports the reason and what the console shows.',
  ],
  options,
  operand: 'an image',
  statuses: { 0: 'the image boots', 4: 'a step fails', 8: 'could not check', ...commonStatuses },
  several: 'For several images the statuses are combined bitwise.',
  examples: [
    'extcheck boot --profile harvester active.img',
    'extcheck boot --profile elemental --boot-loader grub@2.06 active.img',
    "extcheck boot --format json root.img | jq -r '.steps[] | select(.ok | not)'",
  ],
};

function statusOf(report: BootReport, failOn: Severity): number {
  if (report.features.length === 0 && report.verdict === 'unknown') return exitStatuses.unchecked;
  if (severities.some((one) => atLeast(one, failOn) && report.severityCounts[one] > 0)) return exitStatuses.problems;
  return report.verdict === 'unknown' ? exitStatuses.unchecked : exitStatuses.pass;
}

/** @throws UsageError for an unknown program or version, before any image is traced */
function requireReaders(asked: Readers): void {
  try {
    parseReaders(asked);
  } catch (error) {
    if (error instanceof ReaderError) throw new UsageError(printable(error.message));
    throw error;
  }
}

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const images: string[] = [];
  const request = readOptions(argv, options, (word) => images.push(word));
  if (images.length === 0) throw new UsageError('No image given.');
  if (images.includes('')) throw new UsageError('An image name is empty.');
  const readBy = request.readBy ?? {};
  requireReaders(readBy);
  const profile = await profileOf(request.profile, io);
  const require = await requiredPaths(request.require, io);
  const several = images.length > 1;
  const json: string[] = [];
  let status = 0;
  for (const name of images) {
    const image = parseImageName(name, request);
    const options: BootOptions = {
      ...readBy,
      profile,
      require,
      inflate: inflateRaw,
      signal: io.signal,
    };
    const report = await bootOne(image, options, io, request);
    if (report === null) {
      status |= exitStatuses.unchecked;
      continue;
    }
    status |= statusOf(report, request.failOn);
    if (request.format === 'json') json.push(JSON.stringify(report, null, 2));
    else {
      const text = renderBoot(report, {
        width: widthOf(io),
        quiet: request.quiet,
        color: wantsColor(request.color, io),
      });
      await printText(io, several && !request.quiet ? `${text}\n` : text);
    }
  }
  if (request.format === 'json')
    await io.out(several ? `[${json.join(',\n')}]\n` : json.map((one) => `${one}\n`).join(''));
  io.signal.throwIfAborted();
  return status;
}

/** The report for one image; null, after a message, when it cannot be opened. */
async function bootOne(
  image: ImageName,
  options: BootOptions,
  io: Io,
  { backing, maxUnpacked }: Pick<OpenHow, 'backing' | 'maxUnpacked'>,
): Promise<BootReport | null> {
  const { signal } = io;
  let opened: Targets | undefined;
  try {
    opened = await openTargets(image, { open: openInput, signal, backing, maxUnpacked });
    const target = onlyTarget(opened);
    return await checkBoot(target.source, { ...options, image: target.image });
  } catch (error) {
    signal.throwIfAborted();
    if (isOpenError(error) || (error instanceof RangeError && opened === undefined))
      io.err(`extcheck: ${printable(image.shown)}: ${printable(whyNot(error, image))}\n`);
    else reportInternalError(error, image.shown, io);
    return null;
  } finally {
    await opened?.close();
  }
}
