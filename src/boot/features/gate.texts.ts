/** The texts of the problems in gate.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Refused {
  program: string;
  features: readonly string[];
  /** For each feature, as `metadata_csum_seed needs 2.12`. */
  needs: readonly string[];
}

const listOf = (texts: readonly string[] | undefined): string => (Array.isArray(texts) ? texts.join(', ') : '');

export const texts = {
  'boot-loader-refuses-feature': {
    title: 'The boot loader refuses the file system',
    explain:
      'GRUB does not open a file system with an incompatible feature that its ext2 driver does not know, and calls it an unknown filesystem. The files may be perfect: the machine will not load a kernel from them. Make the image with mke2fs -O ^FEATURE, or use a boot loader that takes it; name backports as grub@2.06+FEATURE.',
    say: (data: Refused) => `${data.program} does not take ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'boot-loader-may-refuse-feature': {
    title: 'Older boot loaders refuse the file system',
    explain:
      'Some versions of the boot loader that are in use do not take a feature of this image, and would call it an unknown filesystem. Which one is on the machine cannot be seen in the image, and vendors backport features. Say which it is with --boot-loader grub@VERSION, with +FEATURE where it was backported.',
    say: (data: Refused) => `not every ${data.program} in use takes ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'boot-loader-misreads-feature': {
    title: 'The boot loader reads the file system wrongly',
    explain:
      'U-Boot does not refuse features that it does not know. It goes on, since 2025.01 with a line that the file system uses incompatible features, and may take other bytes for those of a file. Make the image without the feature.',
    say: (data: Refused) => `${data.program} does not know ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'kernel-refuses-feature': {
    title: 'The kernel refuses to mount the file system',
    explain:
      'Linux does not mount a file system with an incompatible feature that it does not know: "Couldn\'t mount because of unsupported optional features". Kernels of distributions have features backported or left out of their configuration. Name those as --kernel VERSION+FEATURE or -FEATURE.',
    say: (data: Refused) => `${data.program} does not take ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'kernel-mounts-read-only': {
    title: 'The kernel mounts the file system read-only',
    explain:
      'A feature that Linux does not know and that matters for writing only lets it mount read-only. A root that is mounted read-only anyway, as in Elemental and Harvester, works. Anything that has to write fails.',
    say: (data: Refused) => `${data.program} does not know ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'e2fsck-refuses-feature': {
    title: 'The e2fsck of the machine refuses the file system',
    explain:
      'e2fsck stops at a feature that it does not know, even a compatible one: "has unsupported feature(s)", with status 8 or 12. Where the machine runs it at boot, the boot ends in emergency mode. Make the image with the mke2fs of the machine that checks it, or leave the feature out.',
    say: (data: Refused) => `${data.program} does not take ${listOf(data.features)} (${listOf(data.needs)})`,
  },
} satisfies ProblemTexts;
