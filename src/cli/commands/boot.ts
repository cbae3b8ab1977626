/** The command `boot`: walks the way that a machine will go, and says which step will not work. */
import type { BootReport } from '../../boot/boot-report';
import { renderBoot } from '../../boot/boot-text';
import { type BootOptions, checkBoot } from '../../boot/check-boot';
import { inflateRaw } from '../../platform/inflate';
import { type Severity, severities } from '../../problem/finding';
import { atLeast, exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { openImageFile } from '../../source/gzip-file';
import { type ByteSource, SourceError } from '../../source/source';
import { profileOf } from '../boot-profile';
import { requireConsumers } from '../consumers';
import { atOffset, breathing, type ImageName, parseImageName, whyNot } from '../images';
import { type Io, widthOf } from '../io';
import { absolute, type OptionTable, oneOf, parseOffset, readOptions, UsageError } from '../options';
import { type OutputRequest, outputOptions, usualOutput } from '../output-options';
import { wantsColor } from '../printer';

/** The help text. */
export const help = `Usage: extcheck boot [options] IMAGE...

Walks the way that a machine will go when it boots from the image: what the
boot loader reads and can read, kernel, initramfs, init and what init needs.
Where a step will not work it says why, and what the console will show.

Options:
  --profile NAME       how the image is booted: elemental, harvester, kairos,
                       generic-linux (default), or a file FILE.json
  --boot-loader WHO    grub@VERSION or u-boot@VERSION, with +feature and
                       -feature for what the vendor changed; the profile's,
                       any GRUB in use, when left out
  --kernel VERSION     the kernel that will mount the image, as 5.14+verity
  --e2fsck VERSION     the e2fsck that will check it, as 1.46
  --require PATH       this file must be there too, whole and not empty; may
                       be repeated
  --fail-on SEVERITY   fail from this severity on: info, warning (default),
                       error, fatal
  --offset N           the file system starts N bytes into the image
  --format FORMAT      text (default) or json (an array for several images)
  -q, --quiet          print the verdict lines only
  --color WHEN         auto (default), always or never
  -h, --help           print this text
  --                   what follows are images

Exit status: 0 it boots, 4 a step will not work, 8 could not be judged,
16 wrong use, 32 interrupted; of several images the statuses are added up.

Examples:
  extcheck boot --profile harvester active.img
  extcheck boot --profile elemental --boot-loader grub@2.06 active.img
  extcheck boot --format json root.img | jq -r '.steps[] | select(.ok | not)'
`;

interface Request extends OutputRequest {
  images: string[];
  profile: string;
  options: BootOptions;
  require: string[];
  failOn: Severity;
  offset: number;
}

const table: OptionTable<Request> = {
  profile: {
    take(request, value) {
      request.profile = value;
    },
  },
  'boot-loader': {
    take(request, value) {
      request.options.bootLoader = value;
    },
  },
  kernel: {
    take(request, value) {
      request.options.kernel = value;
    },
  },
  e2fsck: {
    take(request, value) {
      request.options.e2fsck = value;
    },
  },
  require: {
    take(request, value) {
      request.require.push(absolute(value));
    },
  },
  'fail-on': {
    take(request, value) {
      request.failOn = oneOf('fail-on', value, severities);
    },
  },
  offset: {
    take(request, value) {
      request.offset = parseOffset(value);
    },
  },
  ...outputOptions,
};

/** The status for one image: 0, 4 or 8. */
function statusOf(report: BootReport, failOn: Severity): number {
  if (report.features.length === 0 && report.verdict === 'unknown') return exitStatuses.unchecked;
  if (severities.some((one) => atLeast(one, failOn) && report.severityCounts[one] > 0)) return exitStatuses.problems;
  return report.verdict === 'unknown' ? exitStatuses.unchecked : exitStatuses.pass;
}

/** Runs the command with what stands behind its name. Resolves with the exit status. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const request: Request = {
    images: [],
    profile: 'generic-linux',
    options: {},
    require: [],
    failOn: 'warning',
    offset: 0,
    ...usualOutput,
  };
  readOptions(argv, table, request, (word) => void request.images.push(word));
  if (request.images.length === 0) throw new UsageError('No image was named.');
  requireConsumers(request.options);
  const profile = await profileOf(request.profile, io);
  const several = request.images.length > 1;
  const json: string[] = [];
  let status = 0;
  for (const name of request.images) {
    const image = parseImageName(name, request.offset);
    const options: BootOptions = {
      ...request.options,
      profile,
      require: request.require,
      image: image.shown,
      inflate: inflateRaw,
      signal: io.signal,
    };
    const report = await bootOne(image, options, io);
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
      await io.out(several && !request.quiet ? `${text}\n` : text);
    }
  }
  if (request.format === 'json')
    await io.out(several ? `[${json.join(',\n')}]\n` : json.map((one) => `${one}\n`).join(''));
  io.signal.throwIfAborted();
  return status;
}

/** The report for one image; null when it cannot be opened, which was said then. */
async function bootOne(image: ImageName, options: BootOptions, io: Io): Promise<BootReport | null> {
  let source: ByteSource | undefined;
  try {
    source = atOffset(await openImageFile(image.path, { signal: io.signal }), image);
    return await checkBoot(breathing(source), options);
  } catch (error) {
    if (!(error instanceof SourceError || (error instanceof RangeError && source === undefined))) throw error;
    io.err(`extcheck: ${printable(image.shown)}: ${printable(whyNot(error, image))}\n`);
    return null;
  } finally {
    await source?.close?.();
  }
}
