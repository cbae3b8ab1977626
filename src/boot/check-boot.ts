/** Walks the way that a machine will go when it boots from an image, from the boot loader's first read to init. */
import { replayJournal } from '../checks/journal/replay';
import type { Inflate } from '../platform/inflation';
import { Collector } from '../problem/collector';
import { requireFullReads } from '../source/full-reads';
import type { ByteSource } from '../source/source';
import { type Opening, openFileSystem } from '../volume/open';
import type { BootReport, BootVerdict } from './boot-report';
import { type Consumers, checkFeatures, featuresOf, grubLimits, parseConsumers } from './features/gate';
import { GrubReader } from './grub/files';
import { SystemFiles } from './init/files';
import { loaderSteps } from './loader-steps';
import { problems } from './problems';
import { labelFits, type Profile } from './profile';
import { builtInProfile, type ProfileName } from './profiles';
import { systemSteps } from './system-steps';
import { decodeUtf8 } from './text-of';
import { Walk } from './walk';

/** How the walk is made. Who reads the image, such as `grub@2.06+metadata_csum_seed`, `5.14`, `1.46`, wins over the profile's. */
export interface BootOptions extends Consumers {
  /** How the image is booted; `generic-linux` when left out. */
  profile?: ProfileName | Profile;
  /** More files that must be there, whole and not empty: absolute paths. */
  require?: readonly string[];
  /** Unpacks gzip, so that such archives are checked whole; `node.ts` has one. Without it they are followed by their frames. */
  inflate?: Inflate;
  signal?: AbortSignal;
  /** Name of the image, put into the report as it is. */
  image?: string;
}

const findingsPerId = 1000;

function verdictOf(walk: Walk): BootVerdict {
  const { fatal, error, warning } = walk.collector.severityCounts;
  if (fatal + error > 0) return 'fails';
  if (walk.notChecked.length > 0) return 'unknown';
  return warning > 0 ? 'doubtful' : 'boots';
}

function emptyReport(options: BootOptions, profile: Profile, why: string, found: boolean): BootReport {
  const collector = new Collector(findingsPerId);
  const console = 'error: unknown filesystem.\n\nPress any key to continue...';
  if (found)
    collector.report(problems['boot-superblock-unusable'], {}, { why, console: console.replaceAll('\n', ' / ') });
  return {
    schemaVersion: 1,
    ...(options.image !== undefined && { image: options.image }),
    verdict: 'unknown',
    profile: profile.name,
    steps: [{ step: 'file system', ok: false, says: `GRUB finds no file system: ${why}.`, console }],
    kernel: null,
    initramfs: [],
    init: null,
    label: '',
    features: [],
    required: [],
    findings: collector.findings,
    counts: Object.fromEntries(collector.counts),
    severityCounts: collector.severityCounts,
    notChecked: [{ what: 'boot', why }],
    notes: [],
  };
}

/** The primary superblock and descriptors are the only ones that boot loader and kernel know. */
function openingStep(walk: Walk, opening: Opening, detail: string): void {
  if (!opening.backup) {
    walk.works('file system', 'The primary superblock and its group descriptors can be used.');
    return;
  }
  const why = `the primary superblock or its descriptors are destroyed${detail === '' ? '' : ` (${detail})`}; only a backup is left`;
  const console =
    'error: unknown filesystem.\n\nPress any key to continue...\n(and of the kernel)\nmount: wrong fs type, bad option, bad superblock';
  walk.fails(
    'file system',
    `GRUB finds no file system: ${why}.`,
    problems['boot-superblock-unusable'],
    {},
    { why },
    console,
  );
}

function labelStep(walk: Walk, label: string): void {
  const { labels } = walk.profile;
  if (labels.length === 0) return;
  if (labelFits(walk.profile, label)) {
    walk.works('label', `The label is ${label}.`);
    return;
  }
  const console = `Warning: /dev/disk/by-label/${labels[0]} does not exist`;
  walk.fails(
    'label',
    `The label is '${label}'.`,
    problems['boot-label-wrong'],
    {},
    { label, wanted: [...labels] },
    console,
  );
}

/**
 * Walks the way of a boot and says of each step whether it will work, and where not, what the console will show. Never
 * writes, and never throws on content. Files are read in pieces, so that memory does not grow with them.
 *
 * @throws ConsumerError for an option that names no version, the reason of `options.signal`, and what the source throws
 * that is no SourceError.
 */
export async function checkBoot(image: ByteSource, options: BootOptions = {}): Promise<BootReport> {
  const { profile: asked = 'generic-linux', signal } = options;
  const profile = typeof asked === 'string' ? builtInProfile(asked) : asked;
  const bootLoader = options.bootLoader ?? profile.bootLoader;
  const consumers = parseConsumers({
    bootLoader,
    kernel: options.kernel ?? profile.kernel,
    e2fsck: options.e2fsck ?? profile.e2fsck,
  });
  const source = requireFullReads(image);
  const opened = await openFileSystem(source, signal);
  const { opening, primary } = opened;
  const detail = primary?.detail ?? '';
  if (opening === null) {
    const why = opened.unreadable
      ? 'the superblock cannot be read'
      : `no superblock can be used${detail === '' ? '' : `: ${detail}`}`;
    return emptyReport(options, profile, why, opened.geometry !== null && !opened.unreadable);
  }
  const collector = new Collector(findingsPerId);
  const limits = grubLimits(consumers.find(({ program }) => program === 'grub'));
  const walk = new Walk(
    profile,
    new GrubReader(opening.volume, opening.groups, limits),
    collector,
    options.inflate,
    signal,
  );
  openingStep(walk, opening, detail);
  const { geometry } = opening.volume;
  featureStep(walk, () => checkFeatures(geometry, consumers, collector.report), consumers.length);
  const label = labelOf(geometry.sb.s_volume_name);
  labelStep(walk, label);
  const system = await afterReplay(walk, opening, source, signal);
  await loaderSteps(walk, profile.steps);
  const { init, required } = await systemSteps(
    walk,
    new SystemFiles(system.volume, system.groups),
    options.require ?? [],
  );
  for (const { at, message } of system.volume.faults.slice(0, 10))
    walk.notChecked.push({ what: 'file contents', why: `bytes at ${at} cannot be read: ${message}` });
  return {
    schemaVersion: 1,
    ...(options.image !== undefined && { image: options.image }),
    verdict: verdictOf(walk),
    profile: profile.name,
    steps: walk.steps,
    kernel: walk.kernel,
    initramfs: walk.initramfs,
    init,
    label,
    features: featuresOf(geometry),
    required,
    findings: collector.findings,
    counts: Object.fromEntries(collector.counts),
    severityCounts: collector.severityCounts,
    notChecked: walk.notChecked,
    notes: walk.notes,
  };
}

function labelOf(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  return decodeUtf8(zero < 0 ? bytes : bytes.subarray(0, zero));
}

function featureStep(walk: Walk, check: () => void, consumers: number): void {
  const before = walk.collector.findings.length;
  check();
  const found = walk.collector.findings.slice(before);
  if (found.length === 0) {
    if (consumers > 0) walk.works('features', 'The features of the file system are known to all that will read it.');
    return;
  }
  const refused = found.some(({ id }) => id === 'boot-loader-refuses-feature');
  const kernel = found.some(({ id }) => id === 'kernel-refuses-feature');
  const console = refused
    ? 'error: unknown filesystem.\n\nPress any key to continue...'
    : kernel
      ? "EXT4-fs: Couldn't mount because of unsupported optional features"
      : undefined;
  const says = 'Not all that will read the file system know its features.';
  const ok = found.every(({ severity }) => severity === 'warning');
  walk.steps.push({ step: 'features', ok, says, ...(console !== undefined && { console }) });
}

/** The file system behind its replayed journal, as the kernel will find it; the boot loader sees it without. */
async function afterReplay(
  walk: Walk,
  opening: Opening,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Opening> {
  if (!opening.volume.geometry.features.needs_recovery) return opening;
  const why = 'the file system was not unmounted, and its journal waits to be replayed';
  walk.collector.report(problems['boot-journal-unreplayed'], {}, { why, console: '' });
  walk.steps.push({
    step: 'journal',
    ok: true,
    says: 'GRUB reads the state before the journal is replayed, the kernel the one after.',
  });
  const replayed = await replayJournal(opening, source, () => {}, signal);
  if (replayed?.source == null) {
    walk.notChecked.push({ what: 'journal replay', why: 'the journal cannot be replayed' });
    return opening;
  }
  return (await openFileSystem(replayed.source, signal)).opening ?? opening;
}
