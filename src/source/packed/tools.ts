/** The programs that unpack what Node cannot: how each is called and found, and what its messages mean. */
import { delimiter, isAbsolute, join } from 'node:path';
import { fs } from '../fs';
import type { PackedFormat } from './formats';
import type { Fault } from './input';

const { accessSync, constants, statSync } = fs;

export interface Tool {
  program: string;
  /** The package of Debian that has it. */
  package: string;
  args: readonly string[];
  /** Also these where its output is a file: zeros are skipped then. */
  sparseArgs: readonly string[];
  /** Whether it skips zeros at all. */
  isSparse: boolean;
  /** The command that unpacks FILE. */
  command: string;
}

const xz = { program: 'xz', package: 'xz-utils', args: ['-dc'], sparseArgs: [], isSparse: true };

/** Memory that a tool may use, if it has a limit: files need that much only if they were made with extreme options. */
export const memoryLimit = '1 GiB';

const tools: Readonly<Record<Exclude<PackedFormat, 'gzip'>, Tool>> = {
  xz: { ...xz, command: 'xz -dk FILE' },
  lzma: { ...xz, command: 'xz -dk --format=lzma FILE' },
  bzip2: {
    program: 'bzip2',
    package: 'bzip2',
    args: ['-dc'],
    sparseArgs: [],
    isSparse: false,
    command: 'bzip2 -dk FILE',
  },
  lz4: {
    program: 'lz4',
    package: 'lz4',
    // reports nothing on other data after the end without -v
    args: ['-dcv'],
    sparseArgs: ['--sparse'],
    isSparse: true,
    command: 'lz4 -dk FILE',
  },
  zstd: {
    program: 'zstd',
    package: 'zstd',
    args: ['-dc', '--memory=1024MB'],
    sparseArgs: ['--sparse'],
    isSparse: true,
    command: 'zstd -dk FILE',
  },
};

export const toolFor = (format: Exclude<PackedFormat, 'gzip'>): Tool => tools[format];

/**
 * The options of xz are in its environment: the xz of BusyBox refuses the long ones as arguments. Without a limit of threads
 * it unpacks the blocks of a file in parallel, from version 5.4.
 */
const xzOptions = '-T0 --memlimit-decompress=1GiB';

/** The environment without what changes the behaviour of these tools, and with messages in English. */
export function toolEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(XZ_OPT|BZIP2?|ZSTD_\w+|LZ4_\w+|LANGUAGE)$/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', XZ_DEFAULTS: xzOptions };
}

/**
 * Where a program is by the search path; undefined if it is not installed. Relative folders of the path are left out, also
 * the empty one that means the current folder: what unpacks an image must not be a file that came with it.
 */
export function findProgram(program: string, searched = process.env.PATH ?? ''): string | undefined {
  const file = process.platform === 'win32' ? `${program}.exe` : program;
  return searched
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, file))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
}

/** How a tool ended, and the start of what it wrote to its error output. */
export interface ToolEnd {
  status: number | null;
  text: string;
}

const meanings = {
  truncated: /unexpected end|ends unexpectedly|premature end|unfinished stream|read error|truncated input/i,
  other: /trailing garbage|undecodable data|format not recognized|unsupported format|unknown header|bad magic/i,
  memory: /memory usage limit|too much memory|not enough memory|(?:cannot|couldn't|can't) allocate|out of memory/i,
  full: /no space left|quota exceeded|file too large|write error/i,
  usage: /unrecognized option|unknown option|invalid option|bad usage/i,
};

/** The first line that gives a reason, without the name of the tool and of its input. */
function reasonOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const [line = ''] = lines.filter((one) => one !== '' && !one.startsWith('***'));
  return line.replace(/^(?:xz|bzip2|zstd|lz4): /, '').replace(/^(?:\(stdin\)|\/\*stdin\*\\ ?): /, '');
}

export type Meaning = Fault | 'memory' | 'full' | 'usage' | null;

/** What a tool reported about its input; null if all is well. `hasOutput`: something was unpacked. */
export function meaningOf({ status, text }: ToolEnd, hasOutput: boolean): Meaning {
  // bzip2 reports other data and succeeds
  if (status === 0 && !meanings.other.test(text)) return null;
  const why = reasonOf(text) || `status ${status}`;
  if (meanings.memory.test(text)) return 'memory';
  if (meanings.full.test(text)) return 'full';
  if (meanings.usage.test(text)) return 'usage';
  if (hasOutput && meanings.other.test(text)) return { what: 'is not all of it', why: 'other data follows' };
  if (meanings.truncated.test(text)) return { what: 'is truncated', why };
  return { what: 'is corrupt', why };
}
