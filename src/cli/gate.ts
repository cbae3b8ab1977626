/** Reads the files that a gate is made of, and applies them: content checks, block map and baseline. */
import { createHash } from 'node:crypto';
import { checkBoot } from '../boot/check-boot';
import type { Consumers } from '../boot/features/gate';
import { BmapError } from '../content/bmap/parse';
import { verifyBmap } from '../content/bmap/verify';
import type { ContentCheck } from '../content/content-check';
import type { Digests } from '../content/digests';
import { manifestCheck } from '../content/manifest/check';
import { ManifestError, parseManifest } from '../content/manifest/parse';
import { packagesCheck } from '../content/packages/packages-check';
import { policyCheck } from '../content/policy/check';
import { PolicyError, parsePolicy } from '../content/policy/parse';
import { nodeDigests } from '../hashing/node-digests';
import { inflateRaw } from '../native/inflate';
import type { CheckReport } from '../problem/report';
import { type Baseline, BaselineError, baselineOf, parseBaseline, withBaseline } from '../report/baseline';
import { exitStatuses } from '../report/exit-status';
import { withAddition } from '../report/merge';
import { printable } from '../report/printable';
import { stopped } from '../report/words';
import type { ByteSource } from '../source/source';
import { profileOf } from './boot-profile';
import { readNamed, writeWhole } from './files';
import type { GateRequest } from './gate-options';
import type { Io } from './io';
import { UsageError } from './options';

/** What was read, ready to be applied to each image. */
export interface Gate {
  /** Fresh ones for each image. */
  checks(): ContentCheck[];
  /** What computes digests for them. */
  digests(jobs: number | undefined): Digests;
  /** Whether the way of a boot is walked as well. */
  readonly boots: boolean;
  /** The report with what the way of a boot from `source` adds, where that is to be walked; `readBy` is who reads it. */
  withBoot(report: CheckReport, source: ByteSource, readBy: Consumers | undefined): Promise<CheckReport>;
  /** The report with what the block map of `source`, the whole image, adds. */
  withBmap(report: CheckReport, source: ByteSource): Promise<CheckReport>;
  /** The report without what the baseline accepts, which is written first where that was asked for; and a status to add. */
  settle(report: CheckReport): { report: CheckReport; status: number };
}

/** @throws UsageError when one of the files cannot be read or understood */
export async function readGate(request: GateRequest, io: Io): Promise<Gate> {
  const manifests = await understood('manifest', request.manifests, io, (bytes) => parseManifest(bytes));
  const policies = await understood('policy', request.policies, io, (bytes) => parsePolicy(textOf(bytes)));
  const given = request.baseline === undefined ? [] : [request.baseline];
  const [baseline] = await understood('baseline', given, io, (bytes) => parseBaseline(textOf(bytes)));
  const profile = request.profile === undefined ? undefined : await profileOf(request.profile, io);
  const bmap = request.bmap === undefined ? undefined : textOf(await readNamed('bmap', request.bmap, io));
  const { extra, manifestRoot: root, manifestTimes: times } = request;
  return {
    checks: () => [
      ...manifests.map((manifest, i) =>
        manifestCheck(manifest, { extra, root, times, name: printable(request.manifests[i]!) }),
      ),
      ...(request.packages ? [packagesCheck()] : []),
      ...policies.map((policy) => policyCheck(policy)),
    ],
    digests: nodeDigests,
    boots: profile !== undefined,
    withBoot: async (report, source, readBy) => {
      if (profile === undefined) return report;
      const boot = await checkBoot(source, { ...readBy, profile, inflate: inflateRaw, signal: io.signal });
      return withAddition(report, { ...boot, checked: 'boot' });
    },
    withBmap: async (report, source) =>
      bmap === undefined ? report : addBmap(report, source, bmap, request.bmap!, io.signal),
    settle: (report) => settled(report, baseline, request.writeBaseline, io),
  };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The files that an option names, each read by `parse`. */
async function understood<T>(
  option: string,
  paths: readonly string[],
  io: Io,
  parse: (bytes: Uint8Array) => T,
): Promise<T[]> {
  const found: T[] = [];
  for (const path of paths) {
    const bytes = await readNamed(option, path, io);
    try {
      found.push(parse(bytes));
    } catch (error) {
      if (!(error instanceof ManifestError || error instanceof PolicyError || error instanceof BaselineError))
        throw error;
      throw new UsageError(stopped(`--${option} ${printable(path)}: ${printable(error.message)}`));
    }
  }
  return found;
}

async function addBmap(
  report: CheckReport,
  source: ByteSource,
  text: string,
  name: string,
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const result = await verifyBmap(source, text, { signal, digest: (name) => createHash(name) });
    const none = result.withoutChecksum;
    const notChecked = none === 0 ? [] : [{ what: 'part of the block map', why: `${none} ranges have no checksum` }];
    return withAddition(report, { checked: 'bmap', ...result, notChecked });
  } catch (error) {
    if (error instanceof BmapError)
      throw new UsageError(stopped(`--bmap ${printable(name)}: ${printable(error.message)}`));
    throw error;
  }
}

function settled(
  report: CheckReport,
  baseline: Baseline | undefined,
  writeTo: string | undefined,
  io: Io,
): { report: CheckReport; status: number } {
  if (baseline !== undefined) return { report: withBaseline(report, baseline), status: 0 };
  if (writeTo === undefined) return { report, status: 0 };
  const fail = (why: string) => {
    io.err(`extcheck: --write-baseline ${printable(writeTo)}: ${printable(why)}.\n`);
    return { report, status: exitStatuses.unchecked };
  };
  let made: Baseline;
  try {
    made = baselineOf(report);
  } catch (error) {
    if (error instanceof BaselineError) return fail(error.message);
    throw error;
  }
  const why = writeWhole(writeTo, [`${JSON.stringify(made, null, 2)}\n`]);
  return why === null ? { report: withBaseline(report, made), status: 0 } : fail(why);
}
