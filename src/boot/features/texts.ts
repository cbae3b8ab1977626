/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

const listOf = (texts: readonly string[] | undefined): string => (Array.isArray(texts) ? texts.join(', ') : '');

export interface Refused {
  program: string;
  features: readonly string[];
  /** For each feature, as `metadata_csum_seed: needs GRUB 2.12`. */
  needs: readonly string[];
  /** True for features of the journal, not of the file system. */
  journal?: boolean;
}

const sayRefused = (data: Refused): string =>
  data.journal === true
    ? `the journal uses ${listOf(data.features)}, which ${data.program} does not support (${listOf(data.needs)})`
    : `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`;

export const texts = {
  'boot-loader-refuses-feature': sayRefused,
  'boot-loader-may-refuse-feature': (data: Refused) =>
    `not every ${data.program} in use supports ${listOf(data.features)} (${listOf(data.needs)})`,
  'boot-loader-misreads-feature': sayRefused,
  'boot-loader-refuses-layout': ({ program, why }: { program: string; why: string }) =>
    `${program} does not open it: ${why}`,
  'kernel-refuses-feature': sayRefused,
  'kernel-mounts-read-only': sayRefused,
  'e2fsck-refuses-feature': sayRefused,
} satisfies Sentences;
