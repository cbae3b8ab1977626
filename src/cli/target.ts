/** What an image name stands for: file systems in a file. */
import type { Extension } from '../extension';
import type { ContainerStep, TailFacts } from '../problem/container';
import type { PartitionFacts } from '../problem/start';
import type { OpenedInput, OpenImageOptions } from '../source/packed/options';
import type { ByteSource } from '../source/source';
import type { ProgressStep } from './progress';

/** One file system to work on. */
export interface Target {
  source: ByteSource;
  /** Its name in reports. */
  image: string;
  /** The byte of the file at which it starts; 0 if it is not a range of bytes of the file. */
  offset: number;
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
