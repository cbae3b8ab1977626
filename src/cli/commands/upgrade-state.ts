/** The command `upgrade-state`: reports how far an upgrade is, and whether the machine fell back. */

import { upgradeExitStatus } from '../../boot/upgrade/upgrade-report';
import { renderUpgrade } from '../../boot/upgrade/upgrade-text';
import { stateOfFolder } from '../../platform/folder-state';
import { inflateRaw } from '../../platform/inflate';
import type { StateReader } from '../../platform/state-reader';
import type { StartFacts } from '../../problem/start';
import { exitStatuses } from '../../report/exit-status';
import { printable, shellWord } from '../../report/printable';
import { openInput } from '../../source/packed/open';
import { stateOfImage, upgradeState } from '../../upgrade-state';
import { ImageError } from '../../view/error';
import { type CommandDescription, commonStatuses } from '../describe/command';
import { type ImageName, parseImageName, whyNot } from '../image-name';
import { type Io, widthOf } from '../io';
import { printText } from '../locale';
import { isOpenError, onlyTarget } from '../open-errors';
import { flag, text } from '../option-kinds';
import { readOptions, UsageError, type Values } from '../options';
import { wantsColor } from '../printer';
import { reasonOf } from '../reason';
import { outputOptions, partition, placeOptions } from '../shared-options';
import type { Targets } from '../target';
import { openTargets } from '../targets';

const options = {
  root: text('DIR', 'root of the files: the running machine, or a copy of proc/, run/, oem/ and the state partition', {
    default: '/',
  }),
  state: text('IMAGE', 'read an image of the state partition instead, without the facts of a running machine', {
    conflicts: 'root',
  }),
  partition,
  backing: placeOptions.backing,
  'max-unpacked': placeOptions['max-unpacked'],
  'no-images': flag('do not check the active, passive and transition images', { key: 'images', initial: true }),
  ...outputOptions,
};

export const command: CommandDescription = {
  usage: ['upgrade-state [options]'],
  description: [
    'Reports the state of an upgrade on a machine with two systems: waiting for the reboot, fallen back because the new image failed, about to skip the new image, and so on. Supports Elemental, Harvester, Kairos, RAUC, Mender, SWUpdate and systemd-boot. Reads only.',
  ],
  options,
  statuses: {
    0: 'upgraded, normal or waiting for the reboot, without a warning',
    4: 'action is needed: fell back, poisoned, interrupted, not confirmed, on passive, without a fallback, or a warning',
    8: 'unknown, recovery is running, or an upgrade is in progress',
    ...commonStatuses,
  },
  examples: [
    'extcheck upgrade-state',
    'extcheck upgrade-state --root /host --format json | jq -r .verdict',
    'extcheck upgrade-state --state cos-state.img',
  ],
};

type Request = Values<typeof options>;

/** The reader for the request, and the source to close afterwards; or the reason why there is none. */
async function readerFor(request: Request, io: Io): Promise<{ reader: StateReader; targets?: Targets } | string> {
  if (request.state === undefined) {
    const root = request.root ?? '/';
    try {
      return { reader: stateOfFolder(root) };
    } catch (error) {
      return `${root}: ${reasonOf(error)}`;
    }
  }
  const { signal } = io;
  const image = parseImageName(request.state, { offset: 0, partition: request.partition, inside: [] });
  let targets: Targets | undefined;
  try {
    targets = await openTargets(image, {
      open: openInput,
      signal,
      backing: request.backing,
      maxUnpacked: request.maxUnpacked,
    });
    return { reader: await stateOfImage(onlyTarget(targets).source, { signal }), targets };
  } catch (error) {
    await targets?.close();
    if (error instanceof ImageError)
      return `${image.shown}: ${error.start === undefined ? error.message : await otherThanImage(error.start, image)}`;
    if (!(isOpenError(error) || error instanceof RangeError)) throw error;
    return `${image.shown}: ${whyNot(error, image)}`;
  }
}

/** What an image is that has no file system at its start, and the command to use instead. */
async function otherThanImage(start: StartFacts, image: ImageName): Promise<string> {
  const { startLines } = await import('../../report/start-steps');
  const commandFor = (file: string, offset: number) =>
    `extcheck upgrade-state --state ${shellWord(offset === 0 ? file : `${file}?offset=${offset}`)}`;
  return startLines(start, image.shown, commandFor).join('\n');
}

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const request = readOptions(argv, options, (word) => {
    throw new UsageError(`Unexpected argument ${printable(word)}; use --root DIR or --state IMAGE.`);
  });
  const opened = await readerFor(request, io);
  if (typeof opened === 'string') {
    io.err(`extcheck: ${opened.split('\n').map(printable).join('\n')}\n`);
    return exitStatuses.unchecked;
  }
  try {
    const report = await upgradeState(opened.reader, {
      images: request.images,
      inflate: inflateRaw,
      signal: io.signal,
    });
    const { format, quiet } = request;
    if (format === 'json') await io.out(`${JSON.stringify(report, null, 2)}\n`);
    else
      await printText(io, renderUpgrade(report, { width: widthOf(io), quiet, color: wantsColor(request.color, io) }));
    return upgradeExitStatus(report);
  } finally {
    await opened.targets?.close();
  }
}
