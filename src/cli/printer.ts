/** Prints reports one after the other, as text or as JSON. */
import type { Catalogue } from '../problem/define';
import type { CheckReport } from '../problem/report';
import { jsonPieces } from '../report/json';
import { renderText } from '../report/text';
import type { CheckRequest } from './args';
import { type Engine, type Io, widthOf } from './io';
import { printText } from './locale';
import type { ColorChoice } from './shared-options';

type Request = Pick<CheckRequest, 'format' | 'images' | 'verbose' | 'quiet' | 'failOn' | 'color'>;

export interface Printer {
  /** Must be called once, before the first report. */
  start(): Promise<void>;
  print(report: CheckReport): Promise<void>;
  end(): Promise<void>;
}

/** The printer for the format, color and length of the request. */
export function printerFor(request: Request, io: Io, engine: Pick<Engine, 'catalogue'>): Printer {
  if (request.format === 'text') return textPrinter(request, io, engine);
  return request.format === 'json' ? jsonPrinter(request, io, engine) : linePrinter(io, engine);
}

function linePrinter(io: Io, engine: Pick<Engine, 'catalogue'>): Printer {
  return {
    start: async () => {},
    print: async (report) => {
      for (const piece of jsonPieces(report, await catalogueFor(report, engine))) await io.out(piece);
      await io.out('\n');
    },
    end: async () => {},
  };
}

/** One report as an object; several, from several images or from one with several file systems, as an array. */
function jsonPrinter({ images }: Request, io: Io, engine: Pick<Engine, 'catalogue'>): Printer {
  let isArray = images.length > 1;
  let printed = 0;
  /** The first report of an only image, until it is known whether another one follows. */
  let waiting: CheckReport | undefined;
  const printOne = async (report: CheckReport): Promise<void> => {
    if (isArray) await io.out(`${printed === 0 ? '' : ','}\n  `);
    printed++;
    const options = { indent: 2, margin: isArray ? '  ' : '' };
    for (const piece of jsonPieces(report, await catalogueFor(report, engine), options)) await io.out(piece);
    if (!isArray) await io.out('\n');
  };
  const printWaiting = async (): Promise<void> => {
    const report = waiting;
    waiting = undefined;
    if (report !== undefined) await printOne(report);
  };
  return {
    start: async () => {
      if (isArray) await io.out('[');
    },
    print: async (report) => {
      if (!isArray && waiting === undefined) {
        waiting = report;
        return;
      }
      if (!isArray) await io.out('[');
      isArray = true;
      await printWaiting();
      await printOne(report);
    },
    end: async () => {
      await printWaiting();
      if (isArray) await io.out(`${printed === 0 ? '' : '\n'}]\n`);
    },
  };
}

function textPrinter(request: Request, io: Io, engine: Pick<Engine, 'catalogue'>): Printer {
  const { verbose, quiet, failOn: threshold } = request;
  const options = { threshold, verbose, quiet, width: widthOf(io), color: wantsColor(request.color, io) };
  const verdicts: string[] = [];
  return {
    start: async () => {},
    print: async (report) => {
      const gap = verdicts.length > 0 && !quiet ? `\n${'-'.repeat(options.width)}\n\n` : '';
      verdicts.push(renderText(report, { ...options, quiet: true }));
      const catalogue = await catalogueFor(report, engine);
      await printText(io, `${gap}${renderText(report, { ...options, catalogue })}`);
    },
    end: async () => {
      if (quiet || verdicts.length < 2) return;
      await printText(io, `\n${'-'.repeat(options.width)}\n\n${verdicts.join('')}`);
    },
  };
}

/** The catalogue for the report's findings; not loaded for a report without findings. */
const catalogueFor = async (report: CheckReport, engine: Pick<Engine, 'catalogue'>): Promise<Catalogue> =>
  report.findings.length === 0 ? {} : engine.catalogue();

/** Follows https://no-color.org and FORCE_COLOR; an option on the command line overrides the environment. */
export function wantsColor(choice: ColorChoice, io: Pick<Io, 'outIsTty' | 'env'>): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return io.outIsTty && TERM !== 'dumb';
}
