/** The command `manifest`: writes what is in an image as an mtree manifest, to be verified against later. */

import { manifestPieces } from '../../content/write-manifest';
import { nodeDigests } from '../../hashing/node-digests';
import { openImage } from '../../open-image';
import type { DigestName } from '../../platform/digests';
import { exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { openImageFile } from '../../source/gzip-file';
import { SourceError } from '../../source/source';
import { ImageError } from '../../view/error';
import { atOffset, breathing, parseImageName, whyNot } from '../images';
import type { Io } from '../io';
import { type OptionTable, oneOf, parseCount, parseOffset, readOptions, UsageError } from '../options';
import { Progress } from '../progress';
import { WholeFile } from '../whole-file';

/** The help text. */
export const help = `Usage: extcheck manifest [options] IMAGE

Writes a manifest of all that is in an image: an mtree file with type, mode,
owner, time, size and digest of every name. bsdtar and mtree read it, and
extcheck verifies images against it. The same tree gives the same text,
whatever image it lies in and wherever in it.

Options:
  -o, --output FILE    write to FILE instead of standard output; it is there
                       only when all of it is written
  --digest NAME        sha256 (default), sha512, sha384, sha224, sha1, md5,
                       rmd160 or blake2b512
  --jobs N             threads to keep busy, at most (as many as pay)
  --offset N           the file system starts N bytes into the image
  --no-replay          the state before the journal is replayed
  -h, --help           print this text
  --                   what follows is the image

Exit status: 0 all was written; 8 the image, or something in it, could not be
read: what is missing is a comment in the manifest; 16 wrong use; 32
interrupted.

Examples:
  extcheck manifest active.img -o active.mtree
  bsdtar -tvf active.mtree
  extcheck manifest --digest sha512 active.img | gzip > active.mtree.gz
`;

const choices = ['sha256', 'sha512', 'sha384', 'sha224', 'sha1', 'md5', 'rmd160', 'blake2b512'] as const;

interface Request {
  output: string | undefined;
  digest: DigestName;
  jobs: number | undefined;
  offset: number;
  replay: boolean;
}

const options: OptionTable<Request> = {
  output: {
    short: 'o',
    take(request, value) {
      request.output = value;
    },
  },
  digest: {
    take(request, value) {
      request.digest = oneOf('digest', value, choices);
    },
  },
  jobs: {
    take(request, value) {
      request.jobs = parseCount('jobs', value);
    },
  },
  offset: {
    take(request, value) {
      request.offset = parseOffset(value);
    },
  },
  'no-replay': {
    set(request) {
      request.replay = false;
    },
  },
};

/** Gaps that are told of one by one. */
const maxTold = 20;

/** Where lines go: standard output, or a file that gets its name at the end. */
interface Target {
  write(text: string): void | Promise<void>;
  finish(): void;
  giveUp(): void;
}

function fileTarget(path: string): Target {
  try {
    return new WholeFile(path);
  } catch (error) {
    throw new UsageError(`${printable(path)} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}

/** Runs the command with what stands behind its name. Resolves with the exit status. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const request: Request = { output: undefined, digest: 'sha256', jobs: undefined, offset: 0, replay: true };
  const images: string[] = [];
  readOptions(argv, options, request, (word) => images.push(word));
  const [name] = images;
  if (name === undefined || name === '') throw new UsageError('No image was named.');
  if (images.length > 1) throw new UsageError('One image makes one manifest; name one.');
  const target: Target =
    request.output === undefined
      ? { write: (text) => io.out(text), finish: () => {}, giveUp: () => {} }
      : fileTarget(request.output);
  try {
    const gaps = await writeTo(target, name, request, io);
    target.finish();
    return gaps === 0 ? exitStatuses.pass : exitStatuses.unchecked;
  } catch (error) {
    target.giveUp();
    if (io.signal.aborted || error instanceof UsageError) throw error;
    if (!(error instanceof SourceError || error instanceof ImageError || error instanceof RangeError)) throw error;
    io.err(`extcheck: ${printable(name)}: ${printable(whyNot(error, parseImageName(name, request.offset)))}\n`);
    return exitStatuses.unchecked;
  }
}

/** Writes all lines; resolves with the number of gaps in them. */
async function writeTo(target: Target, name: string, request: Request, io: Io): Promise<number> {
  const { signal } = io;
  const image = parseImageName(name, request.offset);
  const shown = printable(image.shown);
  const progress = io.errIsTty ? new Progress((text) => io.err(text), io.columns ?? 80) : undefined;
  const source = atOffset(await openImageFile(image.path, { signal }), image);
  const gaps: string[] = [];
  let count = 0;
  try {
    const view = await openImage(breathing(source), { signal, replay: request.replay });
    const pieces = manifestPieces(view, {
      digest: request.digest,
      digests: nodeDigests(request.jobs),
      onProgress: (step) => progress?.step(shown, step),
      onGap: (path, why) => {
        if (count++ < maxTold) gaps.push(`${printable(path)}: ${printable(why)}`);
      },
    });
    for await (const piece of pieces) await target.write(piece);
  } finally {
    progress?.clear();
    await source.close?.();
  }
  for (const gap of gaps) io.err(`extcheck: ${gap}\n`);
  if (count > gaps.length) io.err(`extcheck: ${count - gaps.length} more gaps are comments in the manifest\n`);
  return count;
}
