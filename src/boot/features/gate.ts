/** The feature gate: is each program that will read the image able to use its features? */
import { compat, featureNames, incompat, roCompat } from '../../layout/features';
import type { ReportFinding } from '../../problem/collector';
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
import type { texts } from './gate.texts';
import { type GrubLimits, grub } from './grub';
import { linux } from './linux';
import { uBoot } from './u-boot';

export const problems = define<typeof texts>({
  'boot-loader-refuses-feature': { severity: 'error', e2fsck: [] },
  'boot-loader-may-refuse-feature': { severity: 'warning', e2fsck: [] },
  'boot-loader-misreads-feature': { severity: 'error', e2fsck: [] },
  'kernel-refuses-feature': { severity: 'error', e2fsck: [] },
  'kernel-mounts-read-only': { severity: 'warning', e2fsck: [] },
  'e2fsck-refuses-feature': { severity: 'error', e2fsck: [] },
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
export function checkFeatures(geometry: Geometry, consumers: readonly Consumer[], report: ReportFinding): void {
  const features = featuresOf(geometry);
  for (const consumer of consumers) {
    const program = consumer.version === null ? tables[consumer.program]!.name : consumer.shown;
    for (const judged of refusedFeatures(consumer, features))
      report(problemFor(consumer, judged), {}, { program, features: judged.features, needs: judged.needs });
  }
}
