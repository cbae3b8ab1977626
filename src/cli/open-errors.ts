/** What to do and to say where an image cannot be opened, or has more file systems than a command can use. */
import { ContainerError } from '../container/error';
import type { Step } from '../problem/report';
import { partNames } from '../report/container-words';
import { shellWord } from '../report/printable';
import { SourceError } from '../source/source';
import { ImageError } from '../view/error';
import { type ImageName, shownName, whyNot } from './image-name';
import type { Target, Targets } from './target';

/** Whether an image could not be opened or read, which is not a fault of this program. */
export const isOpenError = (error: unknown): error is SourceError | ContainerError =>
  error instanceof SourceError || error instanceof ContainerError;

/** What to do with a container that cannot be opened. */
export function containerSteps({ commands }: ContainerError, { path }: ImageName): Step[] {
  if (commands.length === 0) return [];
  // the user and password of a URL are not shown
  const file = shellWord(shownName(path, { offset: 0, inside: [] }));
  // a function, because a name may contain $&
  const named = commands.map((command) => command.replaceAll('FILE', () => file));
  return [{ text: 'Make it readable first:', commands: named, changes: 'copy' }];
}

/**
 * The only target, for a command that works on one.
 * @throws ContainerError that names all, if there are several
 */
export function onlyTarget({ targets }: Targets): Target {
  const [target, ...more] = targets;
  if (more.length === 0) return target!;
  const names = targets.map(({ image, container = [] }) => `${partNames(container)} (${image})`);
  throw new ContainerError(
    'container-unsupported',
    `it has ${targets.length} file systems; choose one with --partition, or by its name: ${names.join(', ')}`,
  );
}

/**
 * Why a command cannot look into an image, in lines: the reason, or what the image is and the command to use instead.
 * `command` is the one that the user gave. Rethrows what is not about the image.
 */
export async function openFaultLines(command: string, error: unknown, image: ImageName): Promise<string[]> {
  if (error instanceof ImageError && error.start !== undefined) {
    const { commandWithOffset, startLines } = await import('../report/start-steps');
    return startLines(error.start, image.shown, commandWithOffset(`extcheck ${command}`));
  }
  if (!(isOpenError(error) || error instanceof ImageError || error instanceof RangeError)) throw error;
  return [whyNot(error, image)];
}
