/** Finds the command that a command line names, runs it, and says with which status to leave. */
import { exitStatuses } from '../report/exit-status';
import { printable } from '../report/printable';
import { type Command, commands, helpOf } from './commands';
import type { Engine, Io } from './io';
import { didYouMean, HelpAsked, UsageError } from './options';

/**
 * Runs one command line (without node and script). The first word names the command; where it names none, the whole line
 * is one of `check`, so that an image of such a name is written `./check` or behind `--`. Resolves with the exit status.
 */
export async function run(argv: readonly string[], io: Io, engine?: Engine): Promise<number> {
  const [first = '', second] = argv;
  try {
    if (first === 'help') return await printHelp(helpSubject(second), io);
    if (commands.has(first)) return await runCommand(first, argv.slice(1), io, engine);
    return await runCommand(undefined, argv, io, engine);
  } catch (error) {
    if (io.signal.aborted) {
      io.err('extcheck: interrupted\n');
      return exitStatuses.interrupted;
    }
    if (!(error instanceof UsageError)) throw error;
    const asked = commands.has(first) ? `${first} ` : '';
    io.err(`extcheck: ${error.message}\nextcheck ${asked}--help says how to use it.\n`);
    return exitStatuses.usage;
  }
}

/** Runs a command; the name is undefined where none was given. */
async function runCommand(
  name: string | undefined,
  argv: readonly string[],
  io: Io,
  engine: Engine | undefined,
): Promise<number> {
  const command = await load(name ?? 'check');
  try {
    return await command.run(argv, io, engine);
  } catch (error) {
    if (error instanceof HelpAsked) return printHelp(name, io);
    throw error;
  }
}

/** The command that `extcheck help` is asked about, if it is about one. */
function helpSubject(name: string | undefined): string | undefined {
  if (name === undefined || commands.has(name)) return name;
  throw new UsageError(`There is no command ${printable(name)}.${didYouMean(name, commands.keys())}`);
}

/** Prints the help of a command, or that of the program: the same as for `check`, and what other commands there are. */
async function printHelp(name: string | undefined, io: Io): Promise<number> {
  const help = await helpOf(await load(name ?? 'check'));
  await io.out(name === undefined ? `${help}\n${commandList()}` : help);
  return exitStatuses.pass;
}

const load = (name: string): Promise<Command> => commands.get(name)!.load();

function commandList(): string {
  const rows = [...commands].map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}\n`);
  return `Commands; extcheck COMMAND --help says more:\n${rows.join('')}`;
}
