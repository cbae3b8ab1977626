/** What an image name stands for: file systems in a file, and what to do where it cannot be opened. */
import { ContainerError } from '../container/error';
import type { Extension } from '../extension';
import type { ContainerStep, TailFacts } from '../problem/container';
import type { Step } from '../problem/report';
import type { PartitionFacts } from '../problem/start';
import { partNames } from '../report/container-words';
import { shellWord } from '../report/printable';
import type { OpenedInput, OpenImageOptions } from '../source/packed/options';
import { type ByteSource, SourceError } from '../source/source';
import type { ProgressStep } from './progress';

/** One file system to work on. */
export interface Target {
  source: ByteSource;
  /** Its name in reports. */
  image: string;
  /** The partition that it is in; absent if it is not in one, or that is not known. */
  partition?: PartitionFacts;
  container?: ContainerStep[];
  /** What follows it. */
  followedBy?: TailFacts[];
  /** Reports both. */
  extension?: Extension;
}

/** What was opened; the sources are valid until `close`. */
export interface Targets {
  /** The source of the whole file. */
  whole: ByteSource;
  /** At least one. */
  targets: Target[];
  /** Paths of other files that belong to the same image. */
  parts: readonly string[];
  close(): Promise<void>;
}

/** The offset of a target in its file, by its name. */
export const placeOf = ({ image }: Target): { offset: number } => {
  const found = /\?offset=(\d+)$/.exec(image);
  return { offset: found === null ? 0 : Number(found[1]) };
};

/** Whether an image could not be opened or read, which is not a fault of this program. */
export const isOpenError = (error: unknown): error is SourceError | ContainerError =>
  error instanceof SourceError || error instanceof ContainerError;

/** What to do with a container that cannot be opened. */
export function containerSteps({ commands }: ContainerError, path: string): Step[] {
  if (commands.length === 0) return [];
  // a function, because a name may contain $&
  const named = commands.map((command) => command.replaceAll('FILE', () => shellWord(path)));
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

/** How files are opened. */
export interface OpenHow {
  /** Opens the file itself. */
  open(path: string, options: OpenImageOptions): Promise<OpenedInput>;
  signal: AbortSignal;
  /** Largest number of bytes that a compressed file may unpack to; undefined for the default. */
  maxUnpacked?: number | undefined;
  /** Called while a compressed file is unpacked. */
  onProgress?: ((step: ProgressStep) => void) | undefined;
  /** Whether other files may be opened that a container names. */
  backing: boolean;
}

/** How a file is opened, with the progress of its unpacking. */
export function openOptions({ signal, maxUnpacked, onProgress }: OpenHow): OpenImageOptions {
  return {
    signal,
    ...(maxUnpacked !== undefined && { maxSize: maxUnpacked }),
    ...(onProgress && { onProgress: ({ done, total }) => onProgress({ phase: 'unpacking', done, total }) }),
  };
}
