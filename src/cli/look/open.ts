/** Opens the file system that a command looks into, and says why it cannot. */
import { openImage } from '../../open-image';
import { exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { openInput } from '../../source/packed/open';
import { ImageError } from '../../view/error';
import { type OpenedImage, opened } from '../../view/opened-image';
import { commonStatuses } from '../describe/command';
import { type ImageName, parseImageName, whyNot } from '../image-name';
import type { Io } from '../io';
import { isOpenError, onlyTarget } from '../open-errors';
import { UsageError, type Values } from '../options';
import { placeOptions, replay } from '../shared-options';
import { openTargets } from '../targets';

/** The options of all commands that look into one file system. */
export const lookOptions = { ...placeOptions, 'no-replay': replay };

export const lookStatuses = {
  0: 'complete',
  4: 'something could not be read, or is damaged; the rest is complete',
  8: 'the image could not be opened',
  ...commonStatuses,
};

/**
 * Opens the image and calls `work`, which resolves with an exit status. An image that cannot be opened is reported.
 * @throws UsageError if there is no image name
 */
export async function lookInto(
  command: string,
  name: string | undefined,
  request: Values<typeof lookOptions>,
  io: Io,
  work: (view: OpenedImage) => Promise<number>,
): Promise<number> {
  if (name === undefined || name === '') throw new UsageError('No image given.');
  const { signal } = io;
  try {
    const image = parseImageName(name, request);
    const { backing, maxUnpacked } = request;
    const targets = await openTargets(image, { open: openInput, signal, backing, maxUnpacked });
    try {
      const view = await openImage(onlyTarget(targets).source, { signal, replay: request.replay });
      return await work(opened(view));
    } finally {
      await targets.close();
    }
  } catch (error) {
    if (signal.aborted || error instanceof UsageError) throw error;
    if (!(isOpenError(error) || error instanceof ImageError || error instanceof RangeError)) throw error;
    const image = parseImageName(name, request);
    const lines =
      error instanceof ImageError && error.start !== undefined
        ? await otherThanImage(command, error.start, image)
        : [whyNot(error, image)];
    io.err(`extcheck: ${printable(name)}: ${lines.map(printable).join('\n')}\n`);
    return exitStatuses.unchecked;
  }
}

/** What an image is that has no file system at its start, and the command to use instead. */
async function otherThanImage(
  command: string,
  start: NonNullable<ImageError['start']>,
  image: ImageName,
): Promise<string[]> {
  const { commandWithOffset, startLines } = await import('../../report/start-steps');
  return startLines(start, image.shown, commandWithOffset(`extcheck ${command}`));
}
