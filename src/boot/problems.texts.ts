/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../problem/define';

/** What is wrong, as a clause, and what the person at the console will read; lines are joined with ` / `. */
export interface Met {
  why: string;
  console: string;
}

export interface MetFile extends Met {
  /** `kernel`, `initramfs`, or what else the file is. */
  what: string;
}

const quoted = (console: string): string => (console === '' ? '' : `; the console will say: ${console}`);

const met = ({ why, console }: Met): string => `${why}${quoted(console)}`;

const metFile = ({ what, why, console }: MetFile): string => `${what}: ${why}${quoted(console)}`;

export const texts = {
  'boot-superblock-unusable': {
    title: 'The boot loader finds no file system',
    explain:
      'GRUB and the kernel read the primary superblock and its descriptors only, and never a backup. Where these are destroyed the image is an unknown filesystem to them, though e2fsck could repair it from a backup. Write the image anew, or repair it with e2fsck and check it again.',
    say: met,
  },
  'boot-journal-unreplayed': {
    title: 'The boot loader reads the state before the journal is replayed',
    explain:
      'The journal holds changes that a mount would replay. GRUB does not replay: it reads blocks as they are, so a kernel that was just written may look old, half written or missing to it. Mount the image once, or run e2fsck, before a machine boots from it.',
    say: met,
  },
  'boot-label-wrong': {
    title: 'The file system has not the label that the boot asks for',
    explain:
      'The kernel command line names the root file system by its label. With another one the initramfs waits for a device that never comes, and then gives up or reboots. Set the label with tune2fs -L, or use the profile that fits the image.',
    say: ({ label, wanted, console }: { label: string; wanted: readonly string[]; console: string }) =>
      `it is '${label}', where ${Array.isArray(wanted) ? wanted.join(', ') : ''} would be right${quoted(console)}`,
  },
  'boot-config-missing': {
    title: 'The file that tells the boot loader what to load cannot be read',
    explain:
      'GRUB sources this file from the image to learn the paths of kernel and initramfs. Without it the variables stay empty, so that GRUB looks for a file without a name and then has no kernel. Write the file, or build the image anew.',
    say: metFile,
  },
  'boot-config-variable-unset': {
    title: 'The configuration of the boot loader does not say what to load',
    explain:
      'A variable that holds the path of the kernel or of the initramfs is not set by the files that GRUB reads. GRUB then looks for a file without a name. Add the line, such as set kernel=/boot/vmlinuz.',
    say: ({ variable, file, console }: { variable: string; file: string; console: string }) =>
      `${file} sets no '${variable}'${quoted(console)}`,
  },
  'boot-file-missing': {
    title: 'A file that the boot loader has to load is not there',
    explain:
      'GRUB looks for the file by a plain walk through the directories of the image, and the name is in none of them, or a directory on the way is destroyed. The machine cannot boot this image. Install the kernel package again or build the image anew.',
    say: metFile,
  },
  'boot-link-dangling': {
    title: 'A symlink to a file of the boot leads nowhere',
    explain:
      'The path that GRUB is given is a symlink, and what it names does not exist. This happens when a kernel was removed or renamed and the link was not made anew. Point the link to the kernel or initramfs that is there.',
    say: metFile,
  },
  'boot-file-unreadable': {
    title: 'A file that the boot loader has to load cannot be read',
    explain:
      'The name is there, but what maps its blocks is damaged, its blocks lie outside of the image, or the directory that should name it is destroyed. GRUB stops reading there. Check the image as a whole and build it anew.',
    say: metFile,
  },
  'boot-file-not-for-grub': {
    title: 'The kernel can read the file, the boot loader cannot',
    explain:
      "GRUB's own driver follows seven symlinks at most, reads no encrypted files, and older versions of it stumble over targets of 60 bytes and files that begin with a hole. Make the path plain: a regular file, or one symlink to it.",
    say: metFile,
  },
  'boot-no-entries': {
    title: 'Nothing in the image says what to boot',
    explain:
      'No configuration of GRUB, no entry of the Boot Loader Specification and no kernel under its usual names was found. The image may be booted by something outside of it; then the profile should say how. Else install a kernel and a boot loader.',
    say: met,
  },
  'boot-entry-broken': {
    title: 'An entry of the boot menu does not work',
    explain:
      'The entry names a kernel or an initramfs that is not there or is damaged. The first entry of the menu works, so the machine boots unless somebody chooses this one, or the default leads to it. Remove the entry, or make the menu anew.',
    say: ({ entry, why, console }: { entry: string; why: string; console: string }) =>
      `'${entry}': ${why}${quoted(console)}`,
  },
  'kernel-all-nul': {
    title: 'The kernel holds only NUL bytes',
    explain:
      'The file has its right size, and nothing in it was ever written: the blocks were set aside and their content never reached the disk. This is what a lost write looks like. Build the image anew and look for a full outer file system or a lost page write in the log of the machine that wrote it.',
    say: met,
  },
  'kernel-not-recognised': {
    title: 'The kernel is none that a boot loader starts',
    explain:
      'The first bytes of the file are not those of a bzImage, an Image of arm64 or RISC-V, an EFI program, an ELF file or gzip. GRUB refuses it. Install the kernel again.',
    say: met,
  },
  'kernel-truncated': {
    title: 'The kernel is shorter than its own headers say',
    explain:
      'The headers of a kernel state how many bytes belong to it. The file ends before that, so it was cut off when it was copied. Some versions of GRUB load it without a word, and the machine then stops or resets before the first line of the kernel.',
    say: ({ size, declared, console }: { size: number; declared: number; console: string }) =>
      `it has ${size} bytes and should have ${declared} at least${quoted(console)}`,
  },
  'kernel-damaged': {
    title: 'The kernel is damaged',
    explain:
      'The packed kernel inside the file does not hold together: its checksum is wrong, its frames do not lead to each other, or a block of it is NUL. The kernel unpacks itself first of all and halts where that fails. Install the kernel again.',
    say: met,
  },
  'initramfs-not-recognised': {
    title: 'The initramfs is none that the kernel unpacks',
    explain:
      'The kernel takes cpio archives of the newc kind, plain or packed with a method that it knows, one after the other. What stands in the file is something else, or nothing. The kernel goes on without it and finds no root.',
    say: met,
  },
  'initramfs-damaged': {
    title: 'The initramfs is damaged',
    explain:
      'An archive in the file does not unpack: its checksum is wrong, its headers make no sense, or a block of it is NUL where packed data never is. The kernel says that unpacking failed, and then finds no root. Make the initramfs anew.',
    say: met,
  },
  'initramfs-truncated': {
    title: 'The initramfs is cut off',
    explain:
      'An archive in the file ends before its end. The end of the file was lost when it was written or copied. Make the initramfs anew.',
    say: met,
  },
  'initramfs-no-init': {
    title: 'The initramfs has no init',
    explain:
      'All archives of the initramfs were unpacked, and none has the program /init that the kernel starts from it. The kernel then tries to mount the root by itself, which works for a plain partition only and never for an image in a file. Make the initramfs anew.',
    say: met,
  },
  'init-missing': {
    title: 'There is no init',
    explain:
      'None of the places where the kernel and the initramfs look for the first program has one. The machine stops when it leaves the initramfs. Install systemd or another init.',
    say: met,
  },
  'init-not-executable': {
    title: 'The init may not be executed',
    explain:
      'The file has no execute permission, so that starting it fails with permission denied, for root as well. Its mode was lost when the image was made. Set it with chmod 755 and build the image anew.',
    say: met,
  },
  'init-not-a-program': {
    title: 'The init is no program',
    explain:
      'The file begins neither as an ELF program nor with #!, so the kernel cannot execute it. Its content was lost or replaced. Install the package that it belongs to again.',
    say: met,
  },
  'init-loader-missing': {
    title: 'The dynamic loader of init is missing',
    explain:
      'A program that is linked dynamically names the loader that starts it. Where that file is missing or is no ELF file, the kernel cannot start init, and says that there is no such file though init is there. Install the C library again.',
    say: met,
  },
  'init-library-missing': {
    title: 'A library that init needs is missing',
    explain:
      'Init or one of its libraries names a library that is in none of the folders that the loader searches, or that is no ELF file for this machine. The loader then ends init, and the kernel panics. Install the package of the library again.',
    say: met,
  },
  'os-release-missing': {
    title: 'The file os-release cannot be read',
    explain:
      'An initramfs with systemd changes to a root only where it finds /etc/os-release or /usr/lib/os-release. Upgrade tools compare its name to tell whether the new system runs. Restore the file.',
    say: met,
  },
  'boot-path-damaged': {
    title: 'A file or directory of the boot is damaged',
    explain:
      'The kernel refuses inodes and blocks of directories whose fields or checksums are wrong, and says that the structure needs cleaning. What is behind them cannot be reached, though the boot loader may still read it. Check the image as a whole and build it anew.',
    say: met,
  },
  'boot-architecture-mixed': {
    title: 'Kernel and init are for different machines',
    explain:
      'The kernel is built for one architecture and the programs of the image for another, so the kernel cannot execute init. The image was put together from parts of two builds.',
    say: ({ kernel, init, console }: { kernel: string; init: string; console: string }) =>
      `the kernel is for ${kernel}, init for ${init}${quoted(console)}`,
  },
  'boot-required-missing': {
    title: 'A path that the profile requires is not sound',
    explain:
      'The profile says that every image of its kind has this file, whole and not empty. Without it the system may start and not do its work. Build the image anew, or correct the profile.',
    say: ({ state }: { state: string }) => `it is ${state}`,
  },
} satisfies ProblemTexts;
