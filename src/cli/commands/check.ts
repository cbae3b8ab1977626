/** The default command `check`: checks images and prints a report for each. */

import { version } from '../../../package.json';
import type { CheckOptions } from '../../check';
import { checkImageOnNode } from '../../check-on-node';
import { messageOf } from '../../error';
import type { CheckReport } from '../../problem/report';
import { exitStatus, exitStatuses } from '../../report/exit-status';
import { failedReport } from '../../report/failure';
import { printable } from '../../report/printable';
import { fs } from '../../source/fs';
import { openImageFile } from '../../source/gzip-file';
import { type ByteSource, SourceError } from '../../source/source';
import { type CheckRequest, checkCommand, parseArguments } from '../args';
import type { Gate } from '../extensions';
import { type ImageName, parseImageName, partAt, whyNot } from '../images';
import { reportInternalError } from '../internal-error';
import type { Engine, Io } from '../io';
import { localText } from '../locale';
import { UsageError } from '../options';
import { printerFor } from '../printer';
import { progressOn } from '../progress';
import { requiredPaths } from '../required-from';

export const command = checkCommand;

/** Whether the image may be mounted: a block device, or any file while a loop device or one of its partitions is. */
function mayBeMounted(path: string): boolean {
  try {
    if (fs.statSync(path).isBlockDevice()) return true;
    return / (?:7|259):\d+ |loop/.test(fs.readFileSync('/proc/self/mountinfo', 'latin1'));
  } catch {
    return false;
  }
}

const realEngine: Engine = {
  catalogue: async () => (await import('../../all-problems')).allProblems,
  open: openImageFile,
  check: checkImageOnNode,
  mounts: async (image) => {
    if (!mayBeMounted(image.path)) return [];
    const { mountsOf } = await import('../mounted');
    return mountsOf(image);
  },
};

export async function run(argv: readonly string[], io: Io, engine: Engine = realEngine): Promise<number> {
  const parsed = parseArguments(argv);
  switch (parsed.kind) {
    case 'version':
      await io.out(`extcheck ${version}\n`);
      return exitStatuses.pass;
    case 'explain':
      return (await import('./explain')).run(['--', parsed.id], io, engine);
    case 'check':
      return await checkAll(parsed.request, io, engine);
  }
}

async function checkAll(request: CheckRequest, io: Io, engine: Engine): Promise<number> {
  const images = request.images.map((name) => parseImageName(name, request.offset));
  const require = await requiredPaths(request.require, io);
  const gate = await gateOf(request, io);
  const printer = printerFor(request, io, engine);
  const kept: CheckReport[] = [];
  let status = 0;
  await printer.start();
  for (const image of images) {
    const found = await checkOne(image, request, require, gate, io, engine);
    if (found === undefined) break;
    const { report, status: added } = gate?.settle(found) ?? { report: found, status: 0 };
    status |= exitStatus(report, request.failOn) | added;
    if (request.reports.length > 0) kept.push(report);
    await printer.print(report);
  }
  await printer.end();
  io.signal.throwIfAborted();
  return kept.length === 0 ? status : status | (await writeAll(request, kept, io, engine));
}

/** What the options ask for beside the file system; it and what it needs are loaded only where there is something. */
async function gateOf(request: CheckRequest, io: Io): Promise<Gate | undefined> {
  const { manifests, packages, policies, bmap, profile, baseline, writeBaseline, content, readBy } = request;
  const checks = content || packages || manifests.length + policies.length > 0;
  if (!checks && (bmap ?? profile ?? baseline ?? writeBaseline ?? readBy) === undefined) return undefined;
  const { readGate } = await import('../extensions');
  return readGate(request, io);
}

/** The version in `--e2fsck 1.46-orphan_file`. */
const e2fsckVersion = ({ readBy }: CheckRequest): string | undefined =>
  /^(?:e2fsck@)?(\d[\d.]*)/.exec(readBy?.e2fsck ?? '')?.[1];

async function writeAll(
  request: CheckRequest,
  reports: readonly CheckReport[],
  io: Io,
  engine: Engine,
): Promise<number> {
  const textOnOutput = request.format === 'text';
  const options = { catalogue: await engine.catalogue(), threshold: request.failOn, textOnOutput };
  const { writeReports } = await import('../reports');
  return writeReports(request.reports, reports, options, io);
}

/** The report for one image, whatever happens; undefined when interrupted. */
async function checkOne(
  image: ImageName,
  request: CheckRequest,
  require: string[],
  gate: Gate | undefined,
  io: Io,
  engine: Engine,
): Promise<CheckReport | undefined> {
  const { signal } = io;
  if (signal.aborted) return undefined;
  const progress = request.quiet ? undefined : progressOn(io);
  const shown = localText(printable(image.shown), io);
  let source: ByteSource | undefined;
  try {
    const whole = await engine.open(image.path, { signal });
    const part = await partAt(whole, image);
    source = part.source;
    const options: CheckOptions = { signal, image: image.shown, require, replay: request.replay };
    if (part.partition !== null) options.partition = part.partition;
    if (gate !== undefined) options.extensions = gate.extensions(whole);
    if (request.jobs !== undefined) options.jobs = request.jobs;
    if (request.maxFindings !== undefined) options.maxFindings = request.maxFindings;
    const version = e2fsckVersion(request);
    if (version !== undefined) options.e2fsck = version;
    if (progress !== undefined) options.onProgress = (step) => progress.step(shown, step);
    const report = await engine.check(source, options);
    const mounted = (await engine.mounts?.(image)) ?? [];
    return mounted.length === 0 ? report : { ...report, mounted };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof UsageError) throw error;
    if (error instanceof SourceError || (error instanceof RangeError && source === undefined))
      return failedReport(image.shown, whyNot(error, image), require);
    reportInternalError(error, image.shown, io);
    return failedReport(image.shown, `internal error: ${messageOf(error)}`, require);
  } finally {
    progress?.clear();
    await source?.close?.();
  }
}
