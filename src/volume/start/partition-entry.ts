/** One row of a partition table. */

export interface PartitionEntry {
  /** The number that Linux uses. */
  number: number;
  /** Bytes. */
  start: number;
  size: number;
  /** `0x83`, or a GUID. */
  type: string;
  /** The name in the table; empty without one. */
  label: string;
  /** The UUID of the partition, as Linux names it, in lower case; empty without one. */
  id: string;
}
