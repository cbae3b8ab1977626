/** Lines that GRUB and the kernel print, which several steps predict. */

/** What GRUB prints before it returns to the menu. */
export const pressAnyKey = '\n\nPress any key to continue...';
/** What GRUB prints if it finds no file system. */
export const unknownFileSystem = `error: unknown filesystem.${pressAnyKey}`;
/** What GRUB prints if a menu entry ends without a kernel. */
export const noKernel = `error: you need to load the kernel first.${pressAnyKey}`;
/** What the kernel prints if it has no initramfs and the root is an image. */
export const noRoot = 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)';
