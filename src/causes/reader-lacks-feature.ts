/** The file system is sound, but a kernel, boot loader or e2fsck that was named lacks one of its features. */
import { listed } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import { familyOf } from './families';

const findings = (e: Evidence) => e.report.findings.filter(({ id }) => familyOf(id) === 'reader');

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));

const unique = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== ''))];

/** Names as their projects spell them. */
const spelled = (program: string): string =>
  program
    .replace(/^linux /, 'Linux ')
    .replace(/^grub /, 'GRUB ')
    .replace(/^u-boot /, 'U-Boot ')
    .replace(/^syslinux /, 'Syslinux ')
    .replace(/^extlinux /, 'EXTLINUX ')
    .replace(/^ext4dxe /, 'Ext4Dxe ');

const readers = (e: Evidence): string =>
  listed(unique(findings(e).map(({ data }) => spelled(textOf(data?.['program'])))));
const features = (e: Evidence): string[] =>
  unique(findings(e).flatMap(({ data }) => textOf(data?.['features'] ?? data?.['feature']).split(', ')));

export const readerLacksFeature: CauseEntry = {
  id: 'reader-lacks-feature',
  kind: 'sound',
  severity: 'error',
  certainty: 'certain',
  holds: (e) => e.failing('reader') > 0,
  headline: (e) => `${readers(e) || 'a reader'} does not support ${listed(features(e)) || 'one of its features'}`,
  text: (e) =>
    `${readers(e) || 'The reader'} does not support ${listed(features(e)) || 'a feature'} of this file system. That is not damage: a newer one reads it.`,
  steps: (e) => [
    advice(
      `Use a reader that supports ${listed(features(e)) || 'the feature'}, or make the file system without it${
        features(e).length === 1 ? ` (mke2fs -O ^${features(e)[0]})` : ''
      }.`,
    ),
  ],
};
