/** The feature gate: is each program that will read the image able to use its features? */
import { compat, featureNames, incompat, roCompat } from '../../layout/features';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Geometry } from '../../volume/geometry';
import {
  atLeastVersion,
  type Consumer,
  ConsumerError,
  type FeatureTable,
  parseConsumer,
  type Refusal,
} from './consumer';
import { e2fsck } from './e2fsck';
import { type GrubLimits, grub } from './grub';
import { linux } from './linux';
import { uBoot } from './u-boot';

interface Refused {
  program: string;
  features: readonly string[];
  /** For each feature, as `metadata_csum_seed needs 2.12`. */
  needs: readonly string[];
}

const listOf = (texts: readonly string[] | undefined): string => (Array.isArray(texts) ? texts.join(', ') : '');

export const problems = define({
  'boot-loader-refuses-feature': {
    severity: 'error',
    e2fsck: [],
    title: 'The boot loader refuses the file system',
    explain:
      'GRUB does not open a file system with an incompatible feature that its ext2 driver does not know, and calls it an unknown filesystem. The files may be perfect: the machine will not load a kernel from them. Make the image with mke2fs -O ^FEATURE, or use a boot loader that takes it; name backports as grub@2.06+FEATURE.',
    say: (data: Refused) => `${data.program} does not take ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'boot-loader-may-refuse-feature': {
    severity: 'warning',
    e2fsck: [],
    title: 'Older boot loaders refuse the file system',
    explain:
      'Some versions of the boot loader that are in use do not take a feature of this image, and would call it an unknown filesystem. Which one is on the machine cannot be seen in the image, and vendors backport features. Say which it is with --boot-loader grub@VERSION, with +FEATURE where it was backported.',
    say: (data: Refused) => `not every ${data.program} in use takes ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'boot-loader-misreads-feature': {
    severity: 'error',
    e2fsck: [],
    title: 'The boot loader reads the file system wrongly',
    explain:
      'U-Boot does not refuse features that it does not know. It goes on, since 2025.01 with a line that the file system uses incompatible features, and may take other bytes for those of a file. Make the image without the feature.',
    say: (data: Refused) => `${data.program} does not know ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'kernel-refuses-feature': {
    severity: 'error',
    e2fsck: [],
    title: 'The kernel refuses to mount the file system',
    explain:
      'Linux does not mount a file system with an incompatible feature that it does not know: "Couldn\'t mount because of unsupported optional features". Kernels of distributions have features backported or left out of their configuration. Name those as --kernel VERSION+FEATURE or -FEATURE.',
    say: (data: Refused) => `${data.program} does not take ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'kernel-mounts-read-only': {
    severity: 'warning',
    e2fsck: [],
    title: 'The kernel mounts the file system read-only',
    explain:
      'A feature that Linux does not know and that matters for writing only lets it mount read-only. A root that is mounted read-only anyway, as in Elemental and Harvester, works. Anything that has to write fails.',
    say: (data: Refused) => `${data.program} does not know ${listOf(data.features)} (${listOf(data.needs)})`,
  },
  'e2fsck-refuses-feature': {
    severity: 'error',
    e2fsck: [],
    title: 'The e2fsck of the machine refuses the file system',
    explain:
      'e2fsck stops at a feature that it does not know, even a compatible one: "has unsupported feature(s)", with status 8 or 12. Where the machine runs it at boot, the boot ends in emergency mode. Make the image with the mke2fs of the machine that checks it, or leave the feature out.',
    say: (data: Refused) => `${data.program} does not take ${listOf(data.features)} (${listOf(data.needs)})`,
  },
});

const tables: Readonly<Record<string, FeatureTable>> = { grub, 'u-boot': uBoot, linux, e2fsck };

/** Every feature that has a name. */
export const allFeatures: ReadonlySet<string> = new Set(
  [compat, incompat, roCompat].flatMap((set) => Object.keys(set)),
);

/** Who will read the image, as texts: `grub@2.06+metadata_csum_seed` or `grub` for any in use, `5.14`, `1.46`. */
export interface Consumers {
  bootLoader?: string | undefined;
  kernel?: string | undefined;
  e2fsck?: string | undefined;
}

const programs = { bootLoader: ['grub', 'u-boot'], kernel: ['linux'], e2fsck: ['e2fsck'] } as const;

/** @throws ConsumerError for a text that is not understood */
export function parseConsumers(asked: Consumers): Consumer[] {
  return (['bootLoader', 'kernel', 'e2fsck'] as const).flatMap((role) => {
    const text = asked[role];
    if (text === undefined) return [];
    const consumer = parseConsumer(text, programs[role], allFeatures);
    const { name, oldest } = tables[consumer.program]!;
    if (consumer.version !== null && !atLeastVersion(consumer.version, oldest))
      throw new ConsumerError(`What ${name} could do before ${oldest} is not known here.`);
    return [consumer];
  });
}

/** Names of all features of a file system. */
export const featuresOf = ({ sb }: Geometry): string[] =>
  sb.s_rev_level === 0 ? [] : featureNames(sb.s_feature_compat, sb.s_feature_incompat, sb.s_feature_ro_compat);

/** Versions of boot loaders that are still met, oldest first. */
const inUse: Readonly<Record<string, string>> = { grub: '2.04', 'u-boot': '2013.01' };

export interface Judged {
  refusal: Refusal;
  /** Only some of the versions in use refuse. */
  maybe: boolean;
  features: string[];
  needs: string[];
}

/** The features that a consumer does not take, by what follows from them; empty when all is well. */
export function refusedFeatures(consumer: Consumer, features: readonly string[]): Judged[] {
  const table = tables[consumer.program]!;
  const judged = new Map<string, Judged>();
  for (const feature of features) {
    if (consumer.plus.includes(feature)) continue;
    const refusal = table.refusal(feature);
    if (refusal === undefined) continue;
    const since = Object.hasOwn(table.since, feature) ? table.since[feature]! : null;
    const version = consumer.version ?? inUse[consumer.program] ?? table.oldest;
    const left = consumer.minus.includes(feature);
    if (!left && since !== null && atLeastVersion(version, since)) continue;
    const maybe = consumer.version === null && since !== null;
    const key = `${refusal} ${maybe}`;
    const entry = judged.get(key) ?? { refusal, maybe, features: [], needs: [] };
    entry.features.push(feature);
    const need = since === null ? 'no version does' : `needs ${table.name} ${since}`;
    entry.needs.push(left ? `${feature} was left out` : `${feature}: ${need}`);
    judged.set(key, entry);
  }
  return [...judged.values()];
}

/** What GRUB's driver cannot do besides; for any version in use, what the newest cannot. */
export function grubLimits(consumer: Consumer | undefined): GrubLimits {
  const version = consumer?.program === 'grub' ? (consumer.version ?? '2.12') : '2.12';
  return {
    maxSymlinks: 8,
    loses60ByteLinks: !atLeastVersion(version, '2.06'),
    refusesLeadingHoles: !atLeastVersion(version, '2.12'),
  };
}

function problemFor(consumer: Consumer, { refusal, maybe }: Judged) {
  if (consumer.program === 'e2fsck') return problems['e2fsck-refuses-feature'];
  if (consumer.program === 'linux')
    return refusal === 'refuses' ? problems['kernel-refuses-feature'] : problems['kernel-mounts-read-only'];
  if (refusal === 'misreads') return problems['boot-loader-misreads-feature'];
  return maybe ? problems['boot-loader-may-refuse-feature'] : problems['boot-loader-refuses-feature'];
}

/** Reports every feature that one of the consumers cannot use. */
export function checkFeatures(geometry: Geometry, consumers: readonly Consumer[], report: Report): void {
  const features = featuresOf(geometry);
  for (const consumer of consumers) {
    const program = consumer.version === null ? tables[consumer.program]!.name : consumer.shown;
    for (const judged of refusedFeatures(consumer, features))
      report(problemFor(consumer, judged), {}, { program, features: judged.features, needs: judged.needs });
  }
}
