/** The command `upgrade-state`: tells waiting for the reboot from a fallback that came back. */

import { upgradeExitStatus } from '../../boot/upgrade/upgrade-report';
import { renderUpgrade } from '../../boot/upgrade/upgrade-text';
import { stateOfFolder } from '../../platform/folder-state';
import { inflateRaw } from '../../platform/inflate';
import type { StateReader } from '../../platform/state-reader';
import { exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { openImageFile } from '../../source/gzip-file';
import { type ByteSource, SourceError } from '../../source/source';
import { stateOfImage, upgradeState } from '../../upgrade-state';
import { ImageError } from '../../view/error';
import { atOffset, breathing, parseImageName, whyNot } from '../images';
import { type Io, widthOf } from '../io';
import { type OptionTable, readOptions, UsageError } from '../options';
import { type OutputRequest, outputOptions, usualOutput } from '../output-options';
import { wantsColor } from '../printer';

/** The help text. */
export const help = `Usage: extcheck upgrade-state [options]

Tells what the upgrade of a machine with two systems is at: waiting for the
reboot, fallen back because the new image failed, about to pass the new image
over, and so on. Knows Elemental, Harvester and Kairos, RAUC, Mender, SWUpdate
and systemd-boot. Reads only.

Options:
  --root DIR           the machine's files: / (default) for the one that runs,
                       or a folder with copies of proc/cmdline, proc/stat,
                       run/, oem/ and the state partition
  --state IMAGE        an image of the state partition instead; what only a
                       running machine knows is not in it
  --no-images          do not check active, passive and transition images
  --format FORMAT      text (default) or json
  -q, --quiet          print the verdict line only
  --color WHEN         auto (default), always or never
  -h, --help           print this text

Exit status:
  0   upgraded, normal or waiting for the reboot, and nothing to warn of
  4   somebody has to act: fell back, poisoned, interrupted, not confirmed,
      on passive, without a fallback, or a warning was given
  8   cannot tell, recovery runs, or an upgrade is being made
  16  wrong use
  32  interrupted

Examples:
  extcheck upgrade-state
  extcheck upgrade-state --root /host --format json | jq -r .verdict
  extcheck upgrade-state --state cos-state.img
`;

interface Request extends OutputRequest {
  root: string | undefined;
  state: string | undefined;
  images: boolean;
}

const table: OptionTable<Request> = {
  root: {
    take(request, value) {
      request.root = value;
    },
  },
  state: {
    take(request, value) {
      request.state = value;
    },
  },
  'no-images': {
    set(request) {
      request.images = false;
    },
  },
  ...outputOptions,
};

/** The reader for what was asked for, and what is to be closed afterwards; a text says why there is none. */
async function readerFor(request: Request, io: Io): Promise<{ reader: StateReader; source?: ByteSource } | string> {
  if (request.state === undefined) {
    const root = request.root ?? '/';
    try {
      return { reader: stateOfFolder(root) };
    } catch (error) {
      return `${root}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const image = parseImageName(request.state, 0);
  let source: ByteSource | undefined;
  try {
    source = atOffset(await openImageFile(image.path, { signal: io.signal }), image);
    return { reader: await stateOfImage(breathing(source), { signal: io.signal }), source };
  } catch (error) {
    await source?.close?.();
    if (error instanceof ImageError) return `${image.shown}: ${error.message}`;
    if (!(error instanceof SourceError || error instanceof RangeError)) throw error;
    return `${image.shown}: ${whyNot(error, image)}`;
  }
}

/** Runs the command with what stands behind its name. Resolves with the exit status. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const request: Request = {
    root: undefined,
    state: undefined,
    images: true,
    ...usualOutput,
  };
  readOptions(argv, table, request, (word) => {
    throw new UsageError(`${printable(word)} is not wanted: name a folder with --root or an image with --state.`);
  });
  if (request.root !== undefined && request.state !== undefined)
    throw new UsageError('--root and --state exclude each other.');
  const opened = await readerFor(request, io);
  if (typeof opened === 'string') {
    io.err(`extcheck: ${printable(opened)}\n`);
    return exitStatuses.unchecked;
  }
  try {
    const report = await upgradeState(opened.reader, {
      images: request.images,
      inflate: inflateRaw,
      signal: io.signal,
    });
    const { format, quiet } = request;
    const text =
      format === 'json'
        ? `${JSON.stringify(report, null, 2)}\n`
        : renderUpgrade(report, { width: widthOf(io), quiet, color: wantsColor(request.color, io) });
    await io.out(text);
    return upgradeExitStatus(report);
  } finally {
    await opened.source?.close?.();
  }
}
