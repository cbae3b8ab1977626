/** The command `manifest`: writes the contents of an image as an mtree manifest, for later verification. */

import { manifestPieces } from '../../content/write-manifest';
import { openImage } from '../../open-image';
import { nodeDigests } from '../../parallel/node-digests';
import { exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { reason } from '../../source/file';
import { openInput } from '../../source/packed/open';
import { type CommandDescription, commonStatuses } from '../describe/command';
import { type ImageName, parseImageName } from '../image-name';
import type { Io } from '../io';
import { localText } from '../locale';
import { onlyTarget, openFaultLines } from '../open-errors';
import { choice, text } from '../option-kinds';
import { readOptions, UsageError, type Values } from '../options';
import { progressOn } from '../progress';
import { jobs, placeOptions, replay } from '../shared-options';
import { openTargets } from '../targets';
import { WholeFile } from '../whole-file';

const digests = ['sha256', 'sha512', 'sha384', 'sha224', 'sha1', 'md5', 'rmd160', 'blake2b512'] as const;

const options = {
  output: text('FILE', 'write to FILE, which appears only when it is complete, not to standard output', { short: 'o' }),
  digest: choice('NAME', digests, 'digest of the contents', { initial: 'sha256' }),
  jobs,
  ...placeOptions,
  'no-replay': replay,
};

export const command: CommandDescription = {
  usage: ['manifest [options] IMAGE'],
  description: [
    'Writes an mtree file with type, mode, owner, time, size and digest of every path in the image. bsdtar and mtree read it, and extcheck --manifest verifies images against it. The same tree always gives the same text, wherever its blocks are.',
  ],
  options,
  operand: 'an image',
  statuses: {
    0: 'the manifest is complete',
    8: 'the image, or a part of it, could not be read (comments in the manifest name what is missing), or the manifest could not be written',
    ...commonStatuses,
  },
  examples: [
    'extcheck manifest active.img -o active.mtree',
    'bsdtar -tvf active.mtree',
    'extcheck manifest --digest sha512 active.img | gzip > active.mtree.gz',
  ],
};

const maxReported = 20;

/** Where lines are written: standard output, or a file that gets its name at the end. */
interface Target {
  write(text: string): void | Promise<void>;
  finish(): void;
  giveUp(): void;
}

/** The manifest cannot be written: the disk is full, or the folder is missing or may not be written to. */
class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** @throws OutputError, as its methods do */
function fileTarget(path: string): Target {
  const orFail = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new OutputError(`the manifest ${path} could not be written: ${reason(error)}`);
    }
  };
  const file = orFail(() => new WholeFile(path));
  return {
    write: (text) => orFail(() => file.write(text)),
    finish: () => orFail(() => file.finish()),
    giveUp: () => file.giveUp(),
  };
}

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const images: string[] = [];
  const request = readOptions(argv, options, (word) => images.push(word));
  const [name] = images;
  if (name === undefined || name === '') throw new UsageError('No image given.');
  if (images.length > 1) throw new UsageError('A manifest describes one image; give only one.');
  const image = parseImageName(name, request);
  let target: Target = { write: (text) => io.out(text), finish: () => {}, giveUp: () => {} };
  try {
    if (request.output !== undefined) target = fileTarget(request.output);
    const gaps = await writeTo(target, image, request, io);
    target.finish();
    return gaps === 0 ? exitStatuses.pass : exitStatuses.unchecked;
  } catch (error) {
    target.giveUp();
    if (io.signal.aborted || error instanceof UsageError) throw error;
    if (error instanceof OutputError) {
      io.err(`extcheck: ${printable(error.message)}.\n`);
      return exitStatuses.unchecked;
    }
    const lines = await openFaultLines('manifest', error, image);
    io.err(`extcheck: ${printable(image.shown)}: ${lines.map(printable).join('\n')}\n`);
    return exitStatuses.unchecked;
  }
}

/** Writes all lines; resolves with the number of gaps in them. */
async function writeTo(target: Target, image: ImageName, request: Values<typeof options>, io: Io): Promise<number> {
  const { signal } = io;
  const shown = localText(printable(image.shown), io);
  const progress = progressOn(io);
  const opened = await openTargets(image, {
    open: openInput,
    signal,
    backing: request.backing,
    maxUnpacked: request.maxUnpacked,
  });
  const gaps: string[] = [];
  let count = 0;
  try {
    const view = await openImage(onlyTarget(opened).source, { signal, replay: request.replay });
    const pieces = manifestPieces(view, {
      digest: request.digest,
      digests: nodeDigests(request.jobs),
      onProgress: (step) => progress?.step(shown, step),
      onGap: (path, why) => {
        if (count++ < maxReported) gaps.push(`${printable(path)}: ${printable(why)}`);
      },
    });
    for await (const piece of pieces) await target.write(piece);
  } finally {
    progress?.clear();
    await opened.close();
  }
  for (const gap of gaps) io.err(`extcheck: ${gap}\n`);
  if (count > gaps.length) io.err(`extcheck: ${count - gaps.length} more gaps are comments in the manifest\n`);
  return count;
}
