/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export interface Refused {
  program: string;
  features: readonly string[];
  /** For each feature, as `metadata_csum_seed needs 2.12`. */
  needs: readonly string[];
}

const listOf = (texts: readonly string[] | undefined): string => (Array.isArray(texts) ? texts.join(', ') : '');

export const texts = {
  'boot-loader-refuses-feature': (data: Refused) =>
    `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  'boot-loader-may-refuse-feature': (data: Refused) =>
    `not every ${data.program} in use supports ${listOf(data.features)} (${listOf(data.needs)})`,
  'boot-loader-misreads-feature': (data: Refused) =>
    `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  'boot-loader-refuses-layout': ({ program, why }: { program: string; why: string }) =>
    `${program} does not open it: ${why}`,
  'kernel-refuses-feature': (data: Refused) =>
    `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  'kernel-mounts-read-only': (data: Refused) =>
    `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
  'e2fsck-refuses-feature': (data: Refused) =>
    `${data.program} does not support ${listOf(data.features)} (${listOf(data.needs)})`,
} satisfies Sentences;
