/** All formats that are opened, in the order in which they are tried. */
import { androidSparse } from './android-sparse/layer';
import type { Layer } from './layer';
import { lvm } from './lvm/layer';
import { gpt, mbr } from './partitions';
import { qcow2 } from './qcow2/layer';
import { vdi } from './vdi';
import { vhd } from './vhd';
import { vhdx } from './vhdx/vhdx';
import { vmdk } from './vmdk/vmdk';

/** Formats that have the bytes of a disk in another form, and volumes. VHD is the last, as it can be recognised by its end alone. */
export const layers: readonly Layer[] = [qcow2, vdi, vhdx, vmdk, androidSparse, lvm, vhd];

/** Partition tables: they are believed only if a partition holds something, because remains of them are common. */
export const partitionTables: readonly Layer[] = [gpt, mbr];
