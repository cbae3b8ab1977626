/** The default command `check`: checks images and prints a report for each. */

import { version } from '../../../package.json';
import type { CheckOptions } from '../../check';
import { checkImageOnNode } from '../../check-on-node';
import type { CheckReport } from '../../problem/report';
import { exitStatus, exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { fs } from '../../source/fs';
import { openInput } from '../../source/packed/open';
import type { ByteSource } from '../../source/source';
import { type CheckRequest, checkCommand, parseArguments } from '../args';
import type { Gate } from '../extensions';
import { needsLayout } from '../gate-options';
import { type ImageName, parseImageName } from '../image-name';
import type { Engine, Io } from '../io';
import { localText } from '../locale';
import { printerFor } from '../printer';
import { type Progress, progressOn } from '../progress';
import { requiredPaths } from '../required-from';
import type { OpenHow, Target, Targets } from '../target';
import { openTargets } from '../targets';

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
  open: openInput,
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

/** What all checks of one command line share. */
interface CheckRun {
  /** Paths of files that were read as parts of an earlier image. */
  parts: Set<string>;
  request: CheckRequest;
  require: string[];
  gate: Gate | undefined;
  io: Io;
  engine: Engine;
}

async function checkAll(request: CheckRequest, io: Io, engine: Engine): Promise<number> {
  const images = request.images.map((name) => parseImageName(name, request));
  if (request.list) return (await import('./list')).listAll(images, request, io, engine);
  const require = await requiredPaths(request.require, io);
  const gate = await gateOf(request, io);
  const run: CheckRun = { parts: new Set(), request, require, gate, io, engine };
  const printer = printerFor(request, io, engine);
  const kept: CheckReport[] = [];
  let status = 0;
  await printer.start();
  for (const image of images) {
    for await (const found of checkAllIn(image, run)) {
      const { report, status: added } = gate?.settle(found) ?? { report: found, status: 0 };
      status |= exitStatus(report, request.failOn) | added;
      if (request.reports.length > 0) kept.push(report);
      await printer.print(report);
    }
  }
  await printer.end();
  io.signal.throwIfAborted();
  return kept.length === 0 ? status : status | (await writeAll(request, kept, io, engine));
}

/** What the options ask for beside the file system; it and what it needs are loaded only where there is something. */
async function gateOf(request: CheckRequest, io: Io): Promise<Gate | undefined> {
  const { manifests, packages, policies, bmap, profile, baseline, writeBaseline, content, readBy, verityRootHash } =
    request;
  const checks = content || packages || manifests.length + policies.length > 0 || needsLayout(request);
  if (!checks && (bmap ?? profile ?? baseline ?? writeBaseline ?? readBy ?? verityRootHash) === undefined)
    return undefined;
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

/** See `failedCheck`. */
async function failed(
  error: unknown,
  image: ImageName,
  opened: boolean,
  { require, io }: CheckRun,
): Promise<CheckReport | undefined> {
  const { failedCheck } = await import('../failed-check');
  return failedCheck(error, image, opened, require, io);
}

/** The reports for all file systems that a name stands for, whatever happens; ends early when interrupted. */
async function* checkAllIn(image: ImageName, run: CheckRun): AsyncGenerator<CheckReport> {
  const { io, parts } = run;
  if (io.signal.aborted || parts.has(image.path)) return;
  let opened: Targets | undefined;
  try {
    opened = await openTargets(image, howToOpen(image, run));
    if (describesOneTree(run)) (await import('../open-errors')).onlyTarget(opened);
    for (const part of opened.parts) parts.add(part);
    for (const target of opened.targets) {
      const name: ImageName = { ...image, offset: target.offset, shown: target.image };
      const report = await checkTarget(target, name, opened.whole, run);
      if (report === undefined) return;
      yield report;
    }
  } catch (error) {
    const report = await failed(error, image, opened !== undefined, run);
    if (report !== undefined) yield report;
  } finally {
    await opened?.close();
  }
}

function howToOpen({ shown }: ImageName, { request, io, engine }: CheckRun): OpenHow {
  const { backing, maxUnpacked, quiet } = request;
  const progress = quiet ? undefined : progressOn(io);
  const name = localText(printable(shown), io);
  return {
    open: async (path, options) => {
      try {
        return await engine.open(path, options);
      } finally {
        progress?.clear();
      }
    },
    signal: io.signal,
    backing,
    maxUnpacked,
    onProgress: progress && ((step) => progress.step(name, step)),
  };
}

/** Whether the options say what one tree of files must have, so that a disk with several file systems cannot satisfy them. */
const describesOneTree = ({ request, require }: CheckRun): boolean => {
  const { manifests, policies, packages, profile, bmap, baseline, writeBaseline, verityRootHash } = request;
  const lists = require.length + manifests.length + policies.length;
  return (
    packages || lists > 0 || [profile, bmap, baseline, writeBaseline, verityRootHash].some((one) => one !== undefined)
  );
};

async function checkTarget(
  target: Target,
  name: ImageName,
  whole: ByteSource,
  run: CheckRun,
): Promise<CheckReport | undefined> {
  const { request, io, engine } = run;
  const progress = request.quiet ? undefined : progressOn(io);
  try {
    const report = await engine.check(target.source, optionsFor(target, whole, progress, run));
    const mounted = (await engine.mounts?.(name)) ?? [];
    return mounted.length === 0 ? report : { ...report, mounted };
  } catch (error) {
    return await failed(error, name, true, run);
  } finally {
    progress?.clear();
  }
}

function optionsFor(
  { image, partition, extension }: Target,
  whole: ByteSource,
  progress: Progress | undefined,
  { request, require, gate, io }: CheckRun,
): CheckOptions {
  const options: CheckOptions = { signal: io.signal, image, require, replay: request.replay };
  if (partition !== undefined) options.partition = partition;
  const extensions = [...(extension === undefined ? [] : [extension]), ...(gate?.extensions(whole) ?? [])];
  if (extensions.length > 0) options.extensions = extensions;
  if (request.jobs !== undefined) options.jobs = request.jobs;
  if (request.maxFindings !== undefined) options.maxFindings = request.maxFindings;
  const version = e2fsckVersion(request);
  if (version !== undefined) options.e2fsck = version;
  const shown = localText(printable(image), io);
  if (progress !== undefined) options.onProgress = (step) => progress.step(shown, step);
  return options;
}
