/** Traces the boot path of an image, from the first read of the boot loader to init. */
import { replayJournal } from '../checks/journal/replay';
import { type Inflate, untilAborted } from '../platform/inflation';
import { Collector } from '../problem/collector';
import type { StartFacts } from '../problem/start';
import { startHeadline } from '../report/start-words';
import { guardedSource } from '../source/guarded';
import type { ByteSource } from '../source/source';
import { type Opening, openFileSystem } from '../volume/open';
import type { BootReport, BootVerdict } from './boot-report';
import { unknownFileSystem } from './console';
import { checkFeatures, featuresOf, grubLimits, parseReaders, type Readers } from './features/gate';
import { GrubReader } from './grub/files';
import { SystemFiles } from './init/files';
import { loaderSteps } from './loader-steps';
import { problems } from './problems';
import { labelFits, type Profile } from './profile';
import { builtInProfile, type ProfileName } from './profiles';
import { systemSteps } from './system-steps';
import { cString } from './text-of';
import { BootTrace } from './trace';

/** How the boot path is traced. The readers given here, such as `grub@2.06+metadata_csum_seed`, override those of the profile. */
export interface BootOptions extends Readers {
  /** How the image is booted; default `generic-linux`. */
  profile?: ProfileName | Profile;
  /** More files that must exist, be complete and not be empty: absolute paths. */
  require?: readonly string[];
  /** Unpacks raw deflate data, so that gzip archives are checked completely. Default: zlib on Node, none in a browser. */
  inflate?: Inflate;
  signal?: AbortSignal;
  /** Name of the image, copied into the report. */
  image?: string;
}

const findingsPerId = 1000;

function verdictOf(trace: BootTrace): BootVerdict {
  const { fatal, error, warning } = trace.collector.severityCounts;
  if (fatal + error > 0) return 'fails';
  if (trace.notChecked.length > 0) return 'unknown';
  return warning > 0 ? 'doubtful' : 'boots';
}

const common = (options: BootOptions, profile: Profile, collector: Collector) => ({
  schemaVersion: 2 as const,
  ...(options.image !== undefined && { image: options.image }),
  profile: profile.name,
  findings: collector.findings,
  counts: Object.fromEntries(collector.counts),
  severityCounts: collector.severityCounts,
});

/** The report for an image that is something else, such as a disk: nothing is predicted of it. */
function otherReport(options: BootOptions, profile: Profile, start: StartFacts): BootReport {
  const why = `this is ${startHeadline(start)}`;
  const report = emptyReport(options, profile, why, false);
  return { ...report, foundAtStart: start, steps: [] };
}

function emptyReport(options: BootOptions, profile: Profile, why: string, found: boolean): BootReport {
  const collector = new Collector(findingsPerId);
  const console = unknownFileSystem;
  if (found)
    collector.report(problems['boot-superblock-unusable'], {}, { why, console: console.replaceAll('\n', ' / ') });
  return {
    ...common(options, profile, collector),
    verdict: 'unknown',
    steps: [{ step: 'file system', ok: false, message: `GRUB finds no file system: ${why}.`, console }],
    kernel: null,
    initramfs: [],
    init: null,
    label: '',
    features: [],
    required: [],
    notChecked: [{ what: 'boot', why }],
    notes: [],
  };
}

/** Boot loader and kernel read only the primary superblock and its descriptors. */
function openingStep(trace: BootTrace, opening: Opening, detail: string): void {
  if (!opening.backup) {
    trace.pass('file system', 'The primary superblock and its group descriptors are usable.');
    return;
  }
  const why = `the primary superblock or its descriptors are destroyed${detail === '' ? '' : ` (${detail})`}; only a backup is left`;
  const console = `${unknownFileSystem}\n(and of the kernel)\nmount: wrong fs type, bad option, bad superblock`;
  trace.fail('file system', `GRUB finds no file system: ${why}.`, 'boot-superblock-unusable', {}, { why }, console);
}

function labelStep(trace: BootTrace, label: string): void {
  const { labels } = trace.profile;
  if (labels.length === 0) return;
  if (labelFits(trace.profile, label)) {
    trace.pass('label', `The label is ${label}.`);
    return;
  }
  const console = `Warning: /dev/disk/by-label/${labels[0]} does not exist`;
  trace.fail('label', `The label is '${label}'.`, 'boot-label-wrong', {}, { label, wanted: [...labels] }, console);
}

/**
 * Traces the boot path and reports for each step whether it works and, if not, what the console shows. Never writes, and
 * never throws because of content. Files are read in pieces, so memory does not grow with their size.
 *
 * @throws ReaderError for an option that does not name a known version; the reason of `options.signal`; errors of the
 * source other than SourceError
 */
export async function checkBoot(image: ByteSource, options: BootOptions = {}): Promise<BootReport> {
  const { profile: asked = 'generic-linux', inflate, signal } = options;
  const profile = typeof asked === 'string' ? builtInProfile(asked) : asked;
  const { bootLoader = profile.bootLoader, kernel = profile.kernel, e2fsck = profile.e2fsck } = options;
  const readers = parseReaders({ bootLoader, kernel, e2fsck });
  const source = guardedSource(image, signal);
  const opened = await openFileSystem(source, signal);
  const { opening, primary } = opened;
  const detail = primary?.detail ?? '';
  const { start } = opened;
  // zeros are what a lost write leaves, so what GRUB makes of them is worth a prediction
  if (opening === null && start !== null && start.kind !== 'zeros' && start.kind !== 'empty')
    return otherReport(options, profile, start);
  if (opening === null) {
    const why = opened.unreadable
      ? 'the superblock cannot be read'
      : `there is no usable superblock${detail === '' ? '' : `: ${detail}`}`;
    return emptyReport(options, profile, why, opened.geometry !== null && !opened.unreadable);
  }
  const collector = new Collector(findingsPerId);
  const limits = grubLimits(readers.find(({ program }) => program === 'grub'));
  const grub = new GrubReader(opening.volume, opening.groups, limits);
  const trace = new BootTrace(profile, grub, collector, inflate && untilAborted(inflate, signal), signal);
  openingStep(trace, opening, detail);
  const { geometry } = opening.volume;
  await featureStep(
    trace,
    () => checkFeatures(opening.volume, opening.groups, readers, collector.report),
    readers.length,
  );
  const label = cString(geometry.sb.s_volume_name);
  labelStep(trace, label);
  const system = await afterReplay(trace, opening, source, signal);
  await loaderSteps(trace, profile.steps);
  const files = new SystemFiles(system.volume, system.groups);
  const found = await systemSteps(trace, files, options.require ?? []);
  for (const { at, message } of system.volume.faults.slice(0, 10))
    trace.notChecked.push({ what: 'file contents', why: `bytes at ${at} cannot be read: ${message}` });
  const { steps, initramfs, notChecked, notes } = trace;
  if (limits.namesSourceLine && steps.some(({ ok }) => !ok))
    notes.push('GRUB 2.14 and newer print a source file, a function and a line number before each message.');
  return {
    ...common(options, profile, collector),
    verdict: verdictOf(trace),
    steps,
    kernel: trace.kernel,
    initramfs,
    ...found,
    label,
    features: featuresOf(geometry),
    notChecked,
    notes,
  };
}

async function featureStep(trace: BootTrace, check: () => Promise<string | undefined>, readers: number): Promise<void> {
  const before = trace.collector.findings.length;
  const console = await check();
  const found = trace.collector.findings.slice(before);
  if (found.length === 0) {
    if (readers > 0) trace.pass('features', 'All programs that will read the file system support its features.');
    return;
  }
  const message = 'Not all programs that will read the file system support its features.';
  const ok = found.every(({ severity }) => severity === 'warning');
  trace.steps.push({ step: 'features', ok, message, ...(console !== undefined && { console }) });
}

/** The file system after journal replay, as the kernel reads it; the boot loader reads it before replay. */
async function afterReplay(
  trace: BootTrace,
  opening: Opening,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Opening> {
  if (!opening.volume.geometry.features.needs_recovery) return opening;
  const why = 'the file system was not cleanly unmounted, and its journal must be replayed';
  trace.collector.report(problems['boot-journal-unreplayed'], {}, { why, console: '' });
  trace.pass('journal', 'GRUB reads the file system before journal replay, the kernel after it.');
  const replayed = await replayJournal(opening, source, () => {}, signal);
  if (replayed?.source == null) {
    trace.notChecked.push({ what: 'journal replay', why: 'the journal cannot be replayed' });
    return opening;
  }
  return (await openFileSystem(replayed.source, signal)).opening ?? opening;
}
