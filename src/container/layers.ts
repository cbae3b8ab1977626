/** All formats that are opened in addition to partition tables, in the order in which they are tried. */
import { androidSparse } from './android-sparse/layer';
import type { Layer } from './layer';
import { lvm } from './lvm/layer';
import { qcow2 } from './qcow2/layer';
import { vdi } from './vdi';
import { vhd } from './vhd';
import { vhdx } from './vhdx/vhdx';
import { vmdk } from './vmdk/vmdk';

/** Recognised by their start. */
const atStart: readonly Layer[] = [qcow2, vdi, vhdx, vmdk, androidSparse];

/** Formats that have the bytes of one disk in another form. VHD is the last, as it can be recognised by its end alone. */
export const virtualDisks: readonly Layer[] = [...atStart, vhd];

export const layers: readonly Layer[] = [...atStart, lvm, vhd];
