/** Opens the file system that a command looks into, and says why it cannot. */
import { openImage } from '../../open-image';
import { exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { openInput } from '../../source/packed/open';
import { type OpenedImage, opened } from '../../view/opened-image';
import { commonStatuses } from '../describe/command';
import { parseImageName } from '../image-name';
import type { Io } from '../io';
import { onlyTarget, openFaultLines } from '../open-errors';
import { UsageError, type Values } from '../options';
import { placeOptions, replay } from '../shared-options';
import type { Targets } from '../target';
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
  const image = parseImageName(name, request);
  let targets: Targets | undefined;
  try {
    const { backing, maxUnpacked } = request;
    targets = await openTargets(image, { open: openInput, signal, backing, maxUnpacked });
    const view = await openImage(onlyTarget(targets).source, { signal, replay: request.replay });
    return await work(opened(view));
  } catch (error) {
    // an offset past the end; anything later is a fault of this program
    if (signal.aborted || error instanceof UsageError || (error instanceof RangeError && targets !== undefined))
      throw error;
    const lines = await openFaultLines(command, error, image);
    io.err(`extcheck: ${printable(image.shown)}: ${lines.map(printable).join('\n')}\n`);
    return exitStatuses.unchecked;
  } finally {
    await targets?.close();
  }
}
