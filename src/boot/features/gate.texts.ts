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
      'GRUB refuses a file system with an incompatible feature that its ext2 driver does not know, and reports an unknown filesystem. The files may be intact, but the machine cannot load a kernel from them. Make the image with mke2fs -O ^FEATURE, or use a boot loader that supports it; specify backports as grub@2.06+FEATURE.',
    say: (data: Refused) => `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'boot-loader-may-refuse-feature': {
    title: 'Older boot loaders refuse the file system',
    explain:
      'Some versions of the boot loader that are in use do not support a feature of this image, and would report an unknown filesystem. The image does not show which version is on the machine, and vendors backport features. Specify the version with --boot-loader grub@VERSION, with +FEATURE if it was backported.',
    say: (data: Refused) =>
      `not every ${data.program} in use supports ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'boot-loader-misreads-feature': {
    title: 'The boot loader reads the file system wrongly',
    explain:
      'U-Boot does not refuse features that it does not support. It continues, since 2025.01 with a message about incompatible features, and may read the wrong bytes for a file. Make the image without the feature.',
    say: (data: Refused) => `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'kernel-refuses-feature': {
    title: 'The kernel refuses to mount the file system',
    explain:
      'Linux does not mount a file system with an incompatible feature that it does not know: "Couldn\'t mount because of unsupported optional features". Distributions backport features to their kernels or leave them out of the configuration. Specify these as --kernel VERSION+FEATURE or -FEATURE.',
    say: (data: Refused) => `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'kernel-mounts-read-only': {
    title: 'The kernel mounts the file system read-only',
    explain:
      'If Linux does not support a feature that only affects writing, it mounts the file system read-only. A root that is mounted read-only anyway, as in Elemental and Harvester, works. Everything that must write fails.',
    say: (data: Refused) => `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'e2fsck-refuses-feature': {
    title: 'The e2fsck of the machine refuses the file system',
    explain:
      'e2fsck stops at a feature that it does not know, even a compatible one: "has unsupported feature(s)", with status 8 or 12. If the machine runs it at boot, the boot ends in emergency mode. Make the image with the mke2fs of the machine that checks it, or omit the feature.',
    say: (data: Refused) => `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  },
} satisfies ProblemTexts;
