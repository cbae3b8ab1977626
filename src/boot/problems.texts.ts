/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../problem/define';

/** What is wrong, as a clause, and what the console will show; lines are joined with ` / `. */
export interface Met {
  why: string;
  console: string;
}

export interface MetFile extends Met {
  /** What the file is, such as `kernel` or `initramfs`. */
  what: string;
}

const quoted = (console: string): string => (console === '' ? '' : `; the console will show: ${console}`);

const met = ({ why, console }: Met): string => `${why}${quoted(console)}`;

const metFile = ({ what, why, console }: MetFile): string => `${what}: ${why}${quoted(console)}`;

export const texts = {
  'boot-superblock-unusable': {
    title: 'The boot loader finds no file system',
    explain:
      'GRUB and the kernel read only the primary superblock and its descriptors, and never a backup. If these are destroyed, they report an unknown filesystem, although e2fsck could repair the image from a backup. Write the image again, or repair it with e2fsck and check it again.',
    say: met,
  },
  'boot-journal-unreplayed': {
    title: 'The boot loader reads the state before the journal is replayed',
    explain:
      'The journal holds changes that a mount would replay. GRUB does not replay: it reads blocks as they are, so it may see a new kernel as old, half written or missing. Mount the image once, or run e2fsck, before a machine boots from it.',
    say: met,
  },
  'boot-label-wrong': {
    title: 'File system label does not match the boot configuration',
    explain:
      'The kernel command line refers to the root file system by its label. With another label the initramfs waits for a device that never appears, and then stops or reboots. Set the label with tune2fs -L, or use the profile for this image.',
    say: ({ label, wanted, console }: { label: string; wanted: readonly string[]; console: string }) =>
      `it is '${label}', should be ${Array.isArray(wanted) ? wanted.join(' or ') : ''}${quoted(console)}`,
  },
  'boot-config-missing': {
    title: 'The configuration of the boot loader cannot be read',
    explain:
      'GRUB reads this file from the image to get the paths of kernel and initramfs. Without it the variables stay empty, so that GRUB looks for a file without a name and then has no kernel. Write the file, or build the image again.',
    say: metFile,
  },
  'boot-config-variable-unset': {
    title: 'The configuration of the boot loader lacks a variable',
    explain:
      'The files that GRUB reads do not set the variable with the path of the kernel or of the initramfs. GRUB then looks for a file without a name. Add the line, such as set kernel=/boot/vmlinuz.',
    say: ({ variable, file, console }: { variable: string; file: string; console: string }) =>
      `${file} does not set '${variable}'${quoted(console)}`,
  },
  'boot-file-missing': {
    title: 'A file that the boot loader must load is missing',
    explain:
      'GRUB looks the file up in the directories of the image, and none of them has the name, or a directory of the path is destroyed. The machine cannot boot this image. Install the kernel package again or build the image again.',
    say: metFile,
  },
  'boot-link-dangling': {
    title: 'A symlink of the boot path has no target',
    explain:
      'The path that GRUB uses is a symlink whose target does not exist. This happens when a kernel was removed or renamed and the link was not updated. Change the link to the kernel or initramfs that exists.',
    say: metFile,
  },
  'boot-file-unreadable': {
    title: 'A file that the boot loader must load cannot be read',
    explain:
      'The name exists, but the block mapping of the file is damaged, its blocks are outside the image, or a directory of its path is destroyed. GRUB stops reading there. Check the whole image and build it again.',
    say: metFile,
  },
  'boot-file-not-for-grub': {
    title: 'The kernel can read the file, but the boot loader cannot',
    explain:
      "GRUB's own driver follows at most seven symlinks, does not read encrypted files, and older versions of it fail on targets of 60 bytes and files that start with a hole. Use a simple path: a regular file, or one symlink to it.",
    say: metFile,
  },
  'boot-no-entries': {
    title: 'The image has nothing to boot',
    explain:
      'The image has no GRUB configuration, no entry of the Boot Loader Specification and no kernel under its usual names. If a boot loader outside the image boots it, the profile should describe that. Otherwise install a kernel and a boot loader.',
    say: met,
  },
  'boot-entry-broken': {
    title: 'An entry of the boot menu does not work',
    explain:
      'The entry refers to a kernel or an initramfs that is missing or damaged. The first entry of the menu works, so the machine boots unless this one is selected or the default is changed to it. Remove the entry, or generate the menu again.',
    say: ({ entry, why, console }: { entry: string; why: string; console: string }) =>
      `'${entry}': ${why}${quoted(console)}`,
  },
  'kernel-all-nul': {
    title: 'The kernel contains only NUL bytes',
    explain:
      'The file has its right size, but nothing in it was ever written: the blocks were allocated and their content never reached the disk. This is typical of a lost write. Build the image again and look for a full outer file system or a lost page write in the log of the machine that wrote it.',
    say: met,
  },
  'kernel-not-recognised': {
    title: 'The kernel has a format that no boot loader starts',
    explain:
      'The first bytes of the file are not those of a bzImage, an Image of arm64 or RISC-V, an EFI program, an ELF file or gzip. GRUB refuses it. Install the kernel again.',
    say: met,
  },
  'kernel-truncated': {
    title: 'The kernel is shorter than its headers require',
    explain:
      'The headers of a kernel hold its length. The file ends before that, so it was truncated when it was copied. Some versions of GRUB load it without a message, and the machine then stops or resets before the first line of the kernel.',
    say: ({ size, declared, console }: { size: number; declared: number; console: string }) =>
      `it has ${size} bytes and should have at least ${declared}${quoted(console)}`,
  },
  'kernel-damaged': {
    title: 'The kernel is damaged',
    explain:
      'The compressed kernel inside the file is inconsistent: its checksum is wrong, its frames do not follow each other, or a block of it is NUL. The kernel first decompresses itself and halts if that fails. Install the kernel again.',
    say: met,
  },
  'initramfs-not-recognised': {
    title: 'The initramfs has a format that the kernel does not unpack',
    explain:
      'The kernel accepts cpio archives of the newc kind, one after the other, uncompressed or compressed with a method that it knows. The file has another content, or none. The kernel continues without it and does not find the root.',
    say: met,
  },
  'initramfs-damaged': {
    title: 'The initramfs is damaged',
    explain:
      'An archive in the file cannot be unpacked: its checksum is wrong, its headers are invalid, or a block of it is NUL, which compressed data never is. The kernel reports that unpacking failed, and then does not find the root. Generate the initramfs again.',
    say: met,
  },
  'initramfs-truncated': {
    title: 'The initramfs is truncated',
    explain:
      'The file ends inside an archive. The end of the file was lost when it was written or copied. Generate the initramfs again.',
    say: met,
  },
  'initramfs-no-init': {
    title: 'The initramfs has no init',
    explain:
      'All archives of the initramfs were unpacked, and none has the program /init that the kernel starts. The kernel then tries to mount the root itself, which works only for an ordinary partition and never for an image in a file. Generate the initramfs again.',
    say: met,
  },
  'init-missing': {
    title: 'There is no init',
    explain:
      'None of the places where the kernel and the initramfs look for the first program has one. The machine stops when it leaves the initramfs. Install systemd or another init.',
    say: met,
  },
  'init-not-executable': {
    title: 'The init is not executable',
    explain:
      'The file has no execute permission, so starting it fails with permission denied, even for root. Its mode was lost when the image was made. Set it with chmod 755 and build the image again.',
    say: met,
  },
  'init-not-a-program': {
    title: 'The init is not a program',
    explain:
      'The file starts neither as an ELF program nor with #!, so the kernel cannot execute it. Its content was lost or replaced. Install its package again.',
    say: met,
  },
  'init-loader-missing': {
    title: 'The dynamic loader of init is missing',
    explain:
      'A dynamically linked program contains the path of the loader that starts it. If that file is missing or is not an ELF file, the kernel cannot start init, and reports that there is no such file although init exists. Install the C library again.',
    say: met,
  },
  'init-library-missing': {
    title: 'A library that init needs is missing',
    explain:
      'Init or one of its libraries requires a library that is in none of the folders that the loader searches, or that is not an ELF file for this machine. The loader then ends init, and the kernel panics. Install the package of the library again.',
    say: met,
  },
  'os-release-missing': {
    title: 'The file os-release cannot be read',
    explain:
      'An initramfs with systemd switches to a root only if it has /etc/os-release or /usr/lib/os-release. Upgrade tools compare the name in it to find out whether the new system runs. Restore the file.',
    say: met,
  },
  'boot-path-damaged': {
    title: 'A file or directory of the boot path is damaged',
    explain:
      'The kernel refuses inodes and directory blocks whose fields or checksums are wrong, and reports that the structure needs cleaning. Files in them cannot be reached, although the boot loader may still read them. Check the whole image and build it again.',
    say: met,
  },
  'boot-architecture-mixed': {
    title: 'Kernel and init are for different machines',
    explain:
      'The kernel is built for one architecture and the programs of the image for another, so the kernel cannot execute init. The image combines parts of two builds.',
    say: ({ kernel, init, console }: { kernel: string; init: string; console: string }) =>
      `the kernel is for ${kernel}, init for ${init}${quoted(console)}`,
  },
  'boot-required-missing': {
    title: 'A path that the profile requires is missing or unusable',
    explain:
      'The profile requires this file in every image of its kind, complete and not empty. Without it the system may start but not work. Build the image again, or correct the profile.',
    say: ({ state }: { state: string }) => `it is ${state}`,
  },
} satisfies ProblemTexts;
