/** What a layer is: a format of a file or of bytes in it that holds one or more disks, partitions or file systems. */
import type { ContainerNote } from '../problem/container';
import type { ByteSource } from '../source/source';
import type { Decompress } from './decompress';

/** One disk, partition or volume in a layer. */
export interface LayerPart {
  /** Its bytes; a string is the reason why it cannot be read, as a clause. */
  source: ByteSource | string;
  /** What to call it, such as `partition 3 "root"` or `volume vg/root`; absent where the layer holds a single disk. */
  name?: string;
  /** Byte at which it starts in the layer's source; absent if it is not one range of bytes. */
  offset?: number;
  /** Bytes; the size that the layer states, also where `source` has fewer or cannot be read. */
  size: number;
  /** For a partition: the number that Linux uses. */
  number?: number;
  /** For a partition or volume: its name in the table; empty without one. */
  label?: string;
  /** UUIDs of the partition or volume (not of the file system in it), in lower case. */
  ids?: readonly string[];
  /** Its type in the table: `0x83`, or a GUID. */
  type?: string;
}

/** A layer that was opened. */
export interface OpenedLayer {
  /** The version or variant, such as `version 3, compressed`; empty if there is nothing to say. */
  details: string;
  notes: ContainerNote[];
  /** Closing their sources has no effect: who opened the layer's source closes it. */
  parts: LayerPart[];
}

/** How a file beside a container is opened. */
export interface BesideOptions {
  /** Its bytes as they are, also if it is a virtual disk itself. */
  raw?: boolean;
  /** The name follows from that of the container's own file; else it is in the container, and may be hostile. */
  isOfSeries?: boolean;
}

/** What a layer can use. */
export interface LayerContext {
  /**
   * Opens another file that belongs to the layer: a backing file, an extent, a parent. `what` names its role in messages.
   * A file that is a virtual disk itself is opened as such, unless `options.raw` is set.
   * @throws ContainerError `container-needs-file` if it is missing, or may not be opened
   */
  openBeside(name: string, what: string, options?: BesideOptions): Promise<ByteSource>;
  /** The base name of the file that is opened, by which parts beside it are found; absent where there is none. */
  name?: string;
  decompress: Decompress;
  signal?: AbortSignal | undefined;
}

/**
 * One format. `open` reads only tables, in bounded memory, and trusts no number in them: what does not fit is a
 * ContainerError `container-damaged` that names the field. Sources throw a SourceError where an entry of a table that is
 * read later does not fit, so that a check goes on with the rest.
 */
export interface Layer {
  /** The name in reports: `qcow2`, `GPT`. */
  readonly name: string;
  /** Whether `source` has this format. `head` has its first bytes, up to `headBytes`. */
  recognise(head: Uint8Array, source: ByteSource): boolean | Promise<boolean>;
  /** @throws ContainerError, SourceError */
  open(source: ByteSource, context: LayerContext): Promise<OpenedLayer>;
}

/** Bytes at the start of a source by which formats are recognised. */
export const headBytes = 0x11000;
