/** The chain of containers around a file system: a disk image of a virtual machine, its partition table, a partition. */

/** Something that a container reports about itself. */
export interface ContainerNote {
  /**
   * - `damaged`: bytes are missing or wrong, so what is inside may be damaged too;
   * - `suspect`: it is marked as not closed, or a checksum or a copy of a table is wrong; all bytes could be read;
   * - `remark`: worth knowing, nothing is wrong.
   */
  kind: 'damaged' | 'suspect' | 'remark';
  /** A clause that can follow the name of the container and a colon. For people: the wording may change. */
  text: string;
  /** The name of the only part that it is about; absent if it is about the whole. */
  part?: string;
}

/** A partition, a volume or a file in a container. */
export interface ContainerPart {
  /** What to call it: `partition 3 "root"`, `volume vg/root`, `file /cOS/active.img`. */
  name: string;
  /** For a partition: the number that Linux uses. */
  number?: number;
  /** Its name in the table; absent or empty without one. */
  label?: string;
  /** First byte in the container; absent if it is not one range of bytes. */
  offset?: number;
  /** Bytes, by the table. */
  size: number;
  /** Type in the table: `0x83`, or a GUID. */
  type?: string;
  /** UUIDs of the partition or volume, in lower case. */
  ids?: readonly string[];
}

/** One container, from the outermost one on. */
export interface ContainerStep {
  /** `qcow2`, `GPT`, `xz`, `ext4` for a file system with an image in it. */
  format: string;
  /** The variant, such as `version 3`; empty if there is nothing to say. */
  details: string;
  /** Bytes of the container itself. */
  size: number;
  notes: ContainerNote[];
  /** The part that holds the rest; absent where the container holds one disk. */
  part?: ContainerPart;
}

/** A part of a container, and what it holds. */
export interface ContentPart extends ContainerPart {
  content: Content;
}

/** What some bytes are. */
export interface Content {
  /**
   * `qcow2`, `GPT`, `LVM`, `ext4`, `XFS`, `swap`, `zeros`; null if it is not known. Names of containers that could not be
   * opened are given as well.
   */
  format: string | null;
  /** A noun phrase, `an ext4 file system`. For people: the wording may change. */
  what: string;
  /** Bytes. */
  size: number;
  notes: ContainerNote[];
  /** Why it could not be opened, or is not looked into; absent if it was. */
  error?: string;
  /** It could not be opened because it contradicts itself, or cannot be read; absent for one of a kind that is not read. */
  isDamaged?: true;
  /** Commands that help then, to be run in a shell. */
  commands?: string[];
  /** The parts of a container, in its order; a container that holds one disk has one part without a name. */
  parts: ContentPart[];
  /** For an ext file system: its label, its UUID, and the bytes that it needs. */
  label?: string;
  uuid?: string;
  fileSystemSize?: number;
  /** Its primary superblock is destroyed: it was found by a backup. */
  fromBackup?: true;
  /** What follows it, in the order of the bytes; absent if nothing does. */
  followedBy?: TailFacts[];
}

/**
 * What follows a file system:
 * - `verity-tree`: the hashes of dm-verity, with their superblock if they have one; `error-correction`: data for it;
 * - `avb-metadata`, `avb-footer`: of Android Verified Boot;
 * - `vhd-footer`, `gpt-backup`; `zeros`; `data`: something else.
 */
export type TailKind =
  | 'zeros'
  | 'verity-tree'
  | 'error-correction'
  | 'avb-metadata'
  | 'avb-footer'
  | 'vhd-footer'
  | 'gpt-backup'
  | 'data';

/** A range of bytes after a file system. */
export interface TailFacts {
  kind: TailKind;
  /** First byte, counted from the start of the file system. */
  at: number;
  /** Bytes. */
  length: number;
  /** A noun phrase. For people: the wording may change. */
  what: string;
}
