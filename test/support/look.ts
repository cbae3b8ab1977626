/** Runs a command that looks into an image in this process, and keeps what it writes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/cli/run';
import { fixtureBytes } from './fixtures';
import { freshFolder } from './scratch';

export interface Looked {
  status: number;
  out: string;
  bytes: Buffer;
  err: string;
}

/** Runs one command line. `most`: bytes after which the reader of the output leaves. */
export async function look(argv: readonly string[], most = Number.POSITIVE_INFINITY): Promise<Looked> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let err = '';
  const write = (bytes: Uint8Array): boolean => {
    // the bytes are valid during the call only
    parts.push(bytes.slice());
    length += bytes.length;
    return length < most;
  };
  const status = await run(argv, {
    out: async (text) => void write(new TextEncoder().encode(text)),
    outBytes: async (bytes) => write(bytes),
    err: (text) => {
      err += text;
    },
    outIsTty: false,
    errIsTty: false,
    columns: undefined,
    env: {},
    signal: new AbortController().signal,
    readFile: async () => new Uint8Array(0),
  });
  const bytes = Buffer.concat(parts);
  return { status, out: bytes.toString(), bytes, err };
}

/** The rows of NDJSON. */
export const rowsOf = ({ out }: Looked): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** A file with these bytes. */
export function imageFile(bytes: Uint8Array): string {
  const path = join(freshFolder(), 'image');
  writeFileSync(path, bytes);
  return path;
}

export const fixtureFile = (name: string): string => imageFile(fixtureBytes(name));
