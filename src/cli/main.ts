#!/usr/bin/env node
/** The program: installs what keeps Node's own exit statuses from leaking out, runs, and leaves. */
import { readFileSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { isatty } from 'node:tty';
import { exitStatuses } from '../report/exit-status';
import { standardOutput, writeError } from './output';
import { run } from './run';

// Node leaves with 1 after an uncaught error, which callers of fsck read as "errors corrected", and with 13 or 0 when
// the event loop runs dry. The status is "could not check" from the start and becomes another one only at the end.
process.exitCode = exitStatuses.unchecked;
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, crash);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(exitStatuses.interrupted);
    interruption.abort();
  });
}

const out = standardOutput();

run(process.argv.slice(2), {
  out: (message) => out.write(message),
  err: writeError,
  outIsTty: isatty(1),
  errIsTty: isatty(2),
  columns: columns(),
  env: process.env,
  signal: interruption.signal,
  readText: async (path) =>
    path === '-' ? text(addAbortSignal(interruption.signal, process.stdin)) : readFileSync(path, 'utf8'),
}).then(leave, crash);

/** Of the terminal that there is; Node's streams are not touched where they are none, as that takes time. */
function columns(): number | undefined {
  if (isatty(1)) return process.stdout.columns;
  return isatty(2) ? process.stderr.columns : undefined;
}

/** A report that is not complete must not pass: where it could not be written, "could not check" is added. */
function leave(status: number): void {
  if (out.failure === undefined) process.exit(status);
  writeError(`extcheck: the output is not complete: ${out.failure.message}\n`);
  process.exit(status | exitStatuses.unchecked);
}

function crash(error: unknown): void {
  const stack = error instanceof Error && error.stack ? error.stack : String(error);
  writeError(`extcheck: internal error, please report it:\n${stack}\n`);
  process.exit(exitStatuses.unchecked);
}
