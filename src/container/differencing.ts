/** Refuses differencing disks of Hyper-V, with a command that joins them and their parents. */
import { type ContainerError, unsupported } from './error';

/**
 * vhdimount (tested with 20210425) shows a file for each disk of the chain, the last of which is the whole. qemu-img does
 * not open such a VHDX, and takes such a VHD for a dynamic disk: it reads zeros where the parent has data.
 */
const mergeCommand =
  'mkdir -p merged && vhdimount FILE merged && cp "$(ls -v merged/vhdi* | tail -n 1)" disk.raw && umount merged  # libvhdi-utils';

/** `parent` is its name or path; empty if unknown. */
export const differencing = (parent: string): ContainerError =>
  unsupported(
    `it is a differencing disk, which has only what differs from its parent ${parent === '' ? 'disk' : `"${parent}"`}`,
    mergeCommand,
  );
