/** Does what the command line asks for: checks, prints, and says with which status to leave. */
import { version } from '../../package.json';
import { catalogue as allProblems } from '../catalogue';
import { checkImage } from '../check';
import type { CheckOptions } from '../problem/options';
import type { CheckReport } from '../problem/report';
import { exitStatus, exitStatuses } from '../report/exit-status';
import { explainProblem } from '../report/explain';
import { failedReport } from '../report/failure';
import { jsonPieces } from '../report/json';
import type { Catalogue } from '../report/message';
import { printable } from '../report/printable';
import { renderText } from '../report/text';
import { openImageFile } from '../source/gzip-file';
import { type ByteSource, SourceError } from '../source/source';
import { type CheckRequest, type ColorChoice, parseArguments, UsageError } from './args';
import { helpText } from './help';
import { atOffset, breathing, type ImageName, parseImageName, whyNot } from './images';
import { Progress } from './progress';
import { requiredPaths } from './required-from';

/** The world outside, so that tests can give another one. */
export interface Io {
  /** Writes to standard output; resolves when all of it is written or nobody reads any more. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): void;
  outIsTty: boolean;
  errIsTty: boolean;
  /** Width of the terminal; undefined when there is none. */
  columns: number | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  /** The text of a file; `-` is standard input. */
  readText(path: string): Promise<string>;
}

/** What checks and what it knows; tests give another one. */
export interface Engine {
  catalogue: Catalogue;
  open(path: string, options: { signal: AbortSignal }): Promise<ByteSource>;
  check(source: ByteSource, options: CheckOptions): Promise<CheckReport>;
}

const realEngine: Engine = { catalogue: allProblems, open: openImageFile, check: checkImage };

/** Runs one command line (without node and script). Resolves with the exit status; see `exitStatuses`. */
export async function run(argv: readonly string[], io: Io, engine: Engine = realEngine): Promise<number> {
  try {
    const command = parseArguments(argv);
    switch (command.kind) {
      case 'help':
        await io.out(helpText);
        return exitStatuses.pass;
      case 'version':
        await io.out(`extcheck ${version}\n`);
        return exitStatuses.pass;
      case 'explain':
        return await explain(command.id, io, engine.catalogue);
      case 'check':
        return await checkAll(command.request, io, engine);
    }
  } catch (error) {
    if (io.signal.aborted) return interrupted(io);
    if (!(error instanceof UsageError)) throw error;
    io.err(`extcheck: ${error.message}\nextcheck --help says how to use it.\n`);
    return exitStatuses.usage;
  }
}

async function explain(id: string, io: Io, catalogue: Catalogue): Promise<number> {
  const { found, text } = explainProblem(id, catalogue, widthOf(io));
  if (found) await io.out(text);
  else io.err(`extcheck: ${text}`);
  return found ? exitStatuses.pass : exitStatuses.usage;
}

async function checkAll(request: CheckRequest, io: Io, engine: Engine): Promise<number> {
  const images = request.images.map((name) => parseImageName(name, request.offset));
  const require = await requiredPaths(request.require, io.readText);
  const printer = printerFor(request, io, engine.catalogue);
  let status = 0;
  await printer.start();
  for (const image of images) {
    const report = await checkOne(image, request, require, io, engine);
    if (report === undefined) break;
    status |= exitStatus(report, request.failOn);
    await printer.print(report);
  }
  await printer.end();
  return io.signal.aborted ? interrupted(io) : status;
}

/** The report for one image, whatever happens; undefined when interrupted. */
async function checkOne(
  image: ImageName,
  request: CheckRequest,
  require: string[],
  io: Io,
  engine: Engine,
): Promise<CheckReport | undefined> {
  const { signal } = io;
  if (signal.aborted) return undefined;
  const progress = io.errIsTty && !request.quiet ? new Progress((text) => io.err(text), io.columns ?? 80) : undefined;
  let source: ByteSource | undefined;
  try {
    source = atOffset(await engine.open(image.path, { signal }), image);
    const options: CheckOptions = { signal, image: image.shown, require, replay: request.replay };
    if (request.maxFindings !== undefined) options.maxFindings = request.maxFindings;
    if (progress !== undefined) options.onProgress = (step) => progress.step(printable(image.shown), step);
    return await engine.check(breathing(source), options);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof SourceError || (error instanceof RangeError && source === undefined))
      return failedReport(image.shown, whyNot(error, image));
    // A bug of ours on one image must not keep the others from being checked, nor look like a verdict on this one.
    io.err(
      `extcheck: internal error on ${printable(image.shown)}: please report this with the image:\n${stackOf(error)}\n`,
    );
    return failedReport(image.shown, `internal error: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    progress?.clear();
    await source?.close?.();
  }
}

const stackOf = (error: unknown): string => (error instanceof Error && error.stack ? error.stack : String(error));

function interrupted(io: Io): number {
  io.err('extcheck: interrupted\n');
  return exitStatuses.interrupted;
}

interface Printer {
  start(): Promise<void>;
  print(report: CheckReport): Promise<void>;
  end(): Promise<void>;
}

function printerFor(request: CheckRequest, io: Io, catalogue: Catalogue): Printer {
  if (request.format === 'text') return textPrinter(request, io, catalogue);
  const several = request.format === 'json' && request.images.length > 1;
  const options = request.format === 'ndjson' ? {} : { indent: 2, margin: several ? '  ' : '' };
  let printed = 0;
  return {
    start: async () => {
      if (several) await io.out('[');
    },
    print: async (report) => {
      if (several) await io.out(`${printed === 0 ? '' : ','}\n  `);
      printed++;
      for (const piece of jsonPieces(report, catalogue, options)) await io.out(piece);
      if (!several) await io.out('\n');
    },
    end: async () => {
      if (several) await io.out(`${printed === 0 ? '' : '\n'}]\n`);
    },
  };
}

function textPrinter(request: CheckRequest, io: Io, catalogue: Catalogue): Printer {
  const { verbose, quiet, failOn: threshold } = request;
  const options = { catalogue, threshold, verbose, quiet, width: widthOf(io), color: wantsColor(request.color, io) };
  const verdicts: string[] = [];
  return {
    start: async () => {},
    print: async (report) => {
      const gap = verdicts.length > 0 && !quiet ? `\n${'-'.repeat(options.width)}\n\n` : '';
      if (request.images.length > 1) verdicts.push(renderText(report, { ...options, quiet: true }));
      await io.out(`${gap}${renderText(report, options)}`);
    },
    end: async () => {
      if (quiet || verdicts.length < 2) return;
      await io.out(`\n${'-'.repeat(options.width)}\n\n${verdicts.join('')}`);
    },
  };
}

/** 80 columns where there is no terminal, so that logs look the same everywhere. */
const widthOf = (io: Io): number => (io.outIsTty && io.columns ? Math.min(100, Math.max(40, io.columns)) : 80);

/** https://no-color.org and its counterpart; an option on the command line is newer than the environment. */
export function wantsColor(choice: ColorChoice, io: Pick<Io, 'outIsTty' | 'env'>): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return io.outIsTty && TERM !== 'dumb';
}
