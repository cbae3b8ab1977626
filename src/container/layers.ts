/** All formats that are opened, in the order in which they are tried. */
import type { Layer } from './layer';
import { gpt, mbr } from './partitions';

/** Formats of a whole file or device with another form than that of a disk. */
export const layers: readonly Layer[] = [];

/** Partition tables: they are believed only if a partition holds something, because remains of them are common. */
export const partitionTables: readonly Layer[] = [gpt, mbr];
