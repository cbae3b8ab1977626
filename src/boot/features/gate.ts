/** Checks whether each program that will read the image supports its features. */
import { compat, featureNames, incompat, roCompat } from '../../layout/features';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { atLeastVersion } from '../../problem/e2fsck-version';
import type { Geometry } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';
import type { Volume } from '../../volume/volume';
import { unknownFileSystem } from '../console';
import { barebox } from './barebox';
import { e2fsck } from './e2fsck';
import { edk2 } from './edk2';
import { type GrubLimits, grub, grubLimitsOf } from './grub';
import { journalFeatureNames, journalFeaturesOf } from './journal';
import { linux } from './linux';
import { type FeatureTable, parseReader, type Reader, ReaderError, type Refusal } from './reader';
import { syslinux } from './syslinux';
import type { texts } from './texts';
import { uBoot } from './u-boot';

export const problems = define<typeof texts>()({
  'boot-loader-refuses-feature': { severity: 'error', e2fsck: [] },
  'boot-loader-may-refuse-feature': { severity: 'warning', e2fsck: [] },
  'boot-loader-misreads-feature': { severity: 'error', e2fsck: [] },
  'boot-loader-refuses-layout': { severity: 'error', e2fsck: [] },
  'kernel-refuses-feature': { severity: 'error', e2fsck: [] },
  'kernel-mounts-read-only': { severity: 'warning', e2fsck: [] },
  'e2fsck-refuses-feature': { severity: 'error', e2fsck: [] },
});

const bootLoaders = { grub, 'u-boot': uBoot, barebox, syslinux, edk2 };
const tables: Readonly<Record<string, FeatureTable>> = { ...bootLoaders, linux, e2fsck };

export const allFeatures: ReadonlySet<string> = new Set(
  [compat, incompat, roCompat].flatMap((set) => Object.keys(set)),
);

/** Those and the features of the journal. */
const namedFeatures: ReadonlySet<string> = new Set([...allFeatures, ...journalFeatureNames]);

/** The programs that will read the image: `grub@2.06+metadata_csum_seed`, or `grub` for any version in use; `5.14`; `1.46`. */
export interface Readers {
  bootLoader?: string | undefined;
  kernel?: string | undefined;
  e2fsck?: string | undefined;
}

/** Names of the boot loaders that have a table. */
export const bootLoaderNames: readonly string[] = Object.keys(bootLoaders);

const programs = { bootLoader: bootLoaderNames, kernel: ['linux'], e2fsck: ['e2fsck'] } as const;

/** The readers that are named. @throws ReaderError for a text that does not name a known program and version */
export function parseReaders(asked: Readers): Reader[] {
  return (['bootLoader', 'kernel', 'e2fsck'] as const).flatMap((role) => {
    const text = asked[role];
    if (text === undefined) return [];
    const reader = parseReader(text, programs[role], namedFeatures);
    const { name, oldest } = tables[reader.program]!;
    if (reader.version !== null && !atLeastVersion(reader.version, oldest))
      throw new ReaderError(`extcheck knows the features of ${name} ${oldest} and newer only.`);
    return [reader];
  });
}

export const featuresOf = ({ sb }: Geometry): string[] =>
  sb.s_rev_level === 0 ? [] : featureNames(sb.s_feature_compat, sb.s_feature_incompat, sb.s_feature_ro_compat);

export interface Judged {
  refusal: Refusal;
  /** Only some of the versions in use do not support the features. */
  maybe: boolean;
  features: string[];
  needs: string[];
}

/** The features that a reader does not support, grouped by the consequence; empty if it supports all. */
export const refusedFeatures = (reader: Reader, features: readonly string[]): Judged[] =>
  judgedBy(reader, tables[reader.program]!, features);

/** The features of the journal that a reader does not support. */
export function refusedJournalFeatures(reader: Reader, features: readonly string[]): Judged[] {
  const { journal, ...table } = tables[reader.program]!;
  return journal === undefined
    ? []
    : judgedBy(reader, { ...table, since: journal, refusal: () => 'refuses' }, features);
}

function judgedBy(reader: Reader, table: FeatureTable, features: readonly string[]): Judged[] {
  const judged = new Map<string, Judged>();
  for (const feature of features) {
    if (reader.plus.includes(feature)) continue;
    const refusal = table.refusal(feature, reader.version);
    if (refusal === undefined) continue;
    const since = Object.hasOwn(table.since, feature) ? table.since[feature]! : null;
    const version = reader.version ?? table.inUse ?? table.oldest;
    const removed = reader.minus.includes(feature);
    if (!removed && since !== null && atLeastVersion(version, since)) continue;
    const maybe = reader.version === null && since !== null;
    const key = `${refusal} ${maybe}`;
    const entry = judged.get(key) ?? { refusal, maybe, features: [], needs: [] };
    entry.features.push(feature);
    const need = since === null ? 'no version supports it' : `needs ${table.name} ${since}`;
    entry.needs.push(removed ? `${feature} was removed from this build` : `${feature}: ${need}`);
    judged.set(key, entry);
  }
  return [...judged.values()];
}

/** The other limits of GRUB's driver; for any version in use, those of the newest. */
export const grubLimits = (reader: Reader | undefined): GrubLimits =>
  grubLimitsOf((reader?.program === 'grub' ? reader.version : null) ?? '2.12');

function problemFor(reader: Reader, { refusal, maybe }: Judged) {
  if (reader.program === 'e2fsck') return problems['e2fsck-refuses-feature'];
  if (reader.program === 'linux')
    return refusal === 'refuses' ? problems['kernel-refuses-feature'] : problems['kernel-mounts-read-only'];
  if (maybe) return problems['boot-loader-may-refuse-feature'];
  return refusal === 'misreads' ? problems['boot-loader-misreads-feature'] : problems['boot-loader-refuses-feature'];
}

/** What the console of a reader shows because of features; undefined if that is unknown or nothing. */
function consoleOf(reader: Reader, { refusal, maybe, features }: Judged, journal: boolean): string | undefined {
  if (maybe) return undefined;
  if (reader.program === 'grub') return unknownFileSystem;
  if (reader.program === 'linux' && refusal === 'refuses')
    return journal
      ? 'JBD2: Unrecognised features on journal\nEXT4-fs: error loading journal'
      : "EXT4-fs: Couldn't mount because of unsupported optional features";
  return tables[reader.program]!.console?.(features, reader.version);
}

/**
 * Reports every feature of the file system and of its journal that one of the readers does not support. Returns what the
 * console of the first of them shows, undefined for nothing.
 */
export async function checkFeatures(
  volume: Volume,
  groups: Groups,
  readers: readonly Reader[],
  report: ReportFinding,
): Promise<string | undefined> {
  const { geometry } = volume;
  const features = featuresOf(geometry);
  const ofJournal = readers.length === 0 ? [] : await journalFeaturesOf(volume, groups);
  const consoles: (string | undefined)[] = [];
  for (const reader of readers) {
    const table = tables[reader.program]!;
    const program = reader.version === null ? table.name : reader.shown;
    const reportRefusal = (judged: Judged, journal: boolean) => {
      const data = { program, features: judged.features, needs: judged.needs, ...(journal && { journal }) };
      report(problemFor(reader, judged), {}, data);
      consoles.push(consoleOf(reader, judged, journal));
    };
    for (const judged of refusedFeatures(reader, features)) reportRefusal(judged, false);
    for (const judged of refusedJournalFeatures(reader, ofJournal)) reportRefusal(judged, true);
    // without a version, only what the newest one refuses is certain
    const version = reader.version ?? newest;
    for (const why of table.layoutFaults?.(geometry, version) ?? [])
      report(problems['boot-loader-refuses-layout'], {}, { program, why });
  }
  return consoles.find((console) => console !== undefined);
}

/** Greater than every version. */
const newest = '999999';
