#!/usr/bin/env node
/** The program: installs what keeps Node's own exit statuses from leaking out, runs, and leaves. */
import { exitStatuses } from '../report/exit-status';
import { reason } from '../source/file';
import { standardOutput, writeError } from './output';
import { run } from './run';
import { isTerminal } from './terminal';

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
main().then(leave, crash);

async function main(): Promise<number> {
  const outIsTty = await isTerminal(1);
  const errIsTty = await isTerminal(2);
  return run(process.argv.slice(2), {
    out: (message) => out.write(message),
    outBytes: async (bytes) => {
      await out.write(bytes);
      return !out.isStopped;
    },
    err: writeError,
    outIsTty,
    errIsTty,
    // Node's streams are not touched where there is no terminal, as that takes time.
    columns: outIsTty ? process.stdout.columns : errIsTty ? process.stderr.columns : undefined,
    env: process.env,
    signal: interruption.signal,
    readFile: async (path, most) => (await import('./input')).readInput(path, most, interruption.signal),
  });
}

/** A report that is not complete must not pass: where it could not be written, "could not check" is added. */
function leave(status: number): void {
  if (out.failure === undefined) process.exit(status);
  writeError(`extcheck: the output is not complete: ${reason(out.failure)}\n`);
  process.exit(status | exitStatuses.unchecked);
}

function crash(error: unknown): void {
  const stack = error instanceof Error && error.stack ? error.stack : String(error);
  writeError(`extcheck: internal error, please report it:\n${stack}\n`);
  process.exit(exitStatuses.unchecked);
}
