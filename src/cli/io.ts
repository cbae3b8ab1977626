/** What a command uses outside itself; tests replace it. */
import type { CheckOptions } from '../check';
import type { Catalogue } from '../problem/define';
import type { CheckReport, MountFacts } from '../problem/report';
import type { OpenedInput, OpenImageOptions } from '../source/packed/options';
import type { ByteSource } from '../source/source';
import type { ImageName } from './image-name';

export interface Io {
  /** Writes to standard output; resolves when all of it is written or the reader has left. */
  out(text: string): Promise<void>;
  /** Writes bytes to standard output, in the same way; resolves with whether anything more can be written. */
  outBytes(bytes: Uint8Array): Promise<boolean>;
  err(text: string): void;
  outIsTty: boolean;
  errIsTty: boolean;
  /** Width of the terminal; undefined when there is none. */
  columns: number | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  /** The bytes of a file; `-` is standard input. Rejects with an error whose message is a clause, also for more than `most`. */
  readFile(path: string, most: number): Promise<Uint8Array>;
}

/** The check and its catalogue; tests replace it. */
export interface Engine {
  /** Problems with their texts; loaded only when there is a finding to print. */
  catalogue(): Promise<Catalogue>;
  open(path: string, options: OpenImageOptions): Promise<OpenedInput>;
  check(source: ByteSource, options: CheckOptions): Promise<CheckReport>;
  /** Where the image is mounted. */
  mounts?(image: ImageName): Promise<MountFacts[]>;
}

/** Columns of the output: 80 where there is no terminal, so that logs look the same everywhere. */
export const widthOf = (io: Io): number => (io.outIsTty && io.columns ? Math.min(100, Math.max(40, io.columns)) : 80);
