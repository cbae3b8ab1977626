/** Makes the extensions that the options of a check ask for, from the files that they name. */
import { createHash } from 'node:crypto';
import { bootCheck, readersCheck } from '../boot/extensions';
import type { Readers } from '../boot/features/gate';
import { ReaderError } from '../boot/features/reader';
import { withCauses } from '../causes/diagnose';
import { dmVerityCheck } from '../container/verity/check';
import { bmapCheck } from '../content/bmap/check';
import { BmapError, maxBmapBytes } from '../content/bmap/parse';
import { layoutMap } from '../content/layout/layout-map';
import { lostWritesCheck } from '../content/lost/lost-writes';
import { manifestCheck } from '../content/manifest/check';
import { manifestLimits } from '../content/manifest/entry';
import { ManifestError, parseManifestInTurns } from '../content/manifest/parse';
import { packagesCheck } from '../content/packages/packages-check';
import { policyCheck } from '../content/policy/check';
import { PolicyError, parsePolicy, policyLimits } from '../content/policy/parse';
import type { Extension } from '../extension';
import { inflateRaw } from '../platform/inflate';
import type { CheckReport } from '../problem/report';
import { type Baseline, BaselineError, baselineOf, parseBaseline, withBaseline } from '../report/baseline';
import { exitStatuses } from '../report/exit-status';
import { printable } from '../report/printable';
import { counted, stopped } from '../report/words';
import { fileSource } from '../source/file';
import { type ByteSource, SourceError } from '../source/source';
import { Turns } from '../source/turns';
import { profileOf } from './boot-profile';
import { readNamed, writeWhole } from './files';
import { type GateRequest, needsLayout } from './gate-options';
import type { Io } from './io';
import { UsageError } from './options';

/** Findings of 10,000 kinds of places have some hundred kilobytes. */
const maxBaseline = 2 ** 26;

/** What is checked beside the file system, by the options. */
export interface GateOptions extends GateRequest {
  /** Read the files and look for data that was lost. */
  content: boolean;
  /** Who will read the image. */
  readBy?: Readers;
}

/** What was read, ready to be applied to each image. */
export interface Gate {
  /** Fresh ones for each image; `whole` is the file of the image, which a block map describes. */
  extensions(whole: ByteSource): Extension[];
  /** The report without what the baseline accepts, which is written first where that was asked for; and a status to add. */
  settle(report: CheckReport): { report: CheckReport; status: number };
}

/** @throws UsageError when one of the files cannot be read or understood */
export async function readGate(request: GateOptions, io: Io): Promise<Gate> {
  const manifests = await understood('manifest', request.manifests, manifestLimits.bytes, io, (bytes) =>
    parseManifestInTurns(bytes, new Turns(io.signal)),
  );
  const policies = await understood('policy', request.policies, policyLimits.bytes, io, (bytes) =>
    parsePolicy(textOf(bytes)),
  );
  const given = request.baseline === undefined ? [] : [request.baseline];
  const [baseline] = await understood('baseline', given, maxBaseline, io, (bytes) => parseBaseline(textOf(bytes)));
  const profile = request.profile === undefined ? undefined : await profileOf(request.profile, io);
  const bmap = request.bmap === undefined ? undefined : textOf(await readNamed('bmap', request.bmap, maxBmapBytes, io));
  const { extra, manifestRoot: root, manifestTimes: times, readBy = {}, verityRootHash } = request;
  const tree = request.verityTree === undefined ? undefined : await treeIn(request.verityTree);
  const extensions = (whole: ByteSource): Extension[] => [
    // with a profile the boot path says which features are refused
    ...(profile === undefined && request.readBy !== undefined ? [readersCheck(readBy)] : []),
    ...(request.content ? [lostWritesCheck()] : []),
    ...manifests.map((manifest, i) =>
      manifestCheck(manifest, { extra, root, times, name: printable(request.manifests[i]!) }),
    ),
    ...(request.packages ? [packagesCheck()] : []),
    ...policies.map((policy) => policyCheck(policy)),
    ...(profile === undefined ? [] : [bootCheck({ ...readBy, profile, inflate: inflateRaw })]),
    ...(needsLayout(request) ? [layoutMap()] : []),
    ...(bmap === undefined ? [] : [bmapCheck(bmap, { whole, digest: createHash })]),
    ...(verityRootHash === undefined ? [] : [dmVerityCheck({ rootHash: verityRootHash, ...(tree && { tree }) })]),
  ];
  requireUsable(extensions, request);
  return { extensions, settle: (report) => settled(report, baseline, request.writeBaseline, io) };
}

/** The file of a hash tree, which is open until the process ends. @throws UsageError if it cannot be opened */
async function treeIn(path: string): Promise<ByteSource> {
  try {
    return await fileSource(path);
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(stopped(`--verity-tree: ${printable(error.message)}`));
    throw error;
  }
}

/** No bytes, for extensions that are made only to see whether their options make sense. */
const nothing: ByteSource = { size: 0, read: () => 0 };

/** @throws UsageError for readers that are not known and a block map that is not one */
function requireUsable(extensions: Gate['extensions'], { bmap }: GateOptions): void {
  try {
    extensions(nothing);
  } catch (error) {
    if (error instanceof ReaderError) throw new UsageError(printable(error.message));
    if (error instanceof BmapError)
      throw new UsageError(stopped(`--bmap ${printable(bmap!)}: ${printable(error.message)}`));
    throw error;
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The files that an option names, each read by `parse`. */
async function understood<T>(
  option: string,
  paths: readonly string[],
  most: number,
  io: Io,
  parse: (bytes: Uint8Array) => T | Promise<T>,
): Promise<T[]> {
  const found: T[] = [];
  for (const path of paths) {
    const bytes = await readNamed(option, path, most, io);
    try {
      found.push(await parse(bytes));
    } catch (error) {
      if (!(error instanceof ManifestError || error instanceof PolicyError || error instanceof BaselineError))
        throw error;
      throw new UsageError(stopped(`--${option} ${printable(path)}: ${printable(error.message)}`));
    }
  }
  return found;
}

function settled(
  report: CheckReport,
  baseline: Baseline | undefined,
  writeTo: string | undefined,
  io: Io,
): { report: CheckReport; status: number } {
  if (baseline !== undefined) return { report: withCauses(withBaseline(report, baseline)), status: 0 };
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
  if (why !== null) return fail(why);
  const accepted = withCauses(withBaseline(report, made));
  const refused = accepted.baseline?.refused ?? 0;
  if (refused > 0)
    io.err(
      `extcheck: --write-baseline ${printable(writeTo)}: ${counted(refused, 'finding')} ${refused === 1 ? 'is' : 'are'} not accepted; a baseline accepts neither fatal problems nor required paths that failed.\n`,
    );
  return { report: accepted, status: 0 };
}
