/** Finds and runs the command of a command line. */
import { exitStatuses } from '../report/exit-status';
import { printable } from '../report/printable';
import { type Command, commands } from './commands';
import type { Engine, Io } from './io';
import { printText, withLocale } from './locale';
import { didYouMean, HelpRequest, UsageError } from './options';

/**
 * Runs one command line (without node and script). The first word is the name of a command; if it is not, the whole line
 * belongs to `check`, so an image with the name of a command must be written as `./check` or after `--`. Resolves with the
 * exit status.
 */
export async function run(argv: readonly string[], given: Io, engine?: Engine): Promise<number> {
  const io = withLocale(given);
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
    const name = commands.has(first) ? `${first} ` : '';
    io.err(`extcheck: ${error.message}\nRun extcheck ${name}--help for usage.\n`);
    return exitStatuses.usage;
  }
}

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
    if (error instanceof HelpRequest) return printHelp(name, io);
    throw error;
  }
}

/** The command that `extcheck help` describes, if one is given. */
function helpSubject(name: string | undefined): string | undefined {
  if (name === undefined || commands.has(name)) return name;
  throw new UsageError(`Unknown command ${printable(name)}.${didYouMean(name, commands.keys())}`);
}

/** Prints the help of a command, or that of the program: the help of `check` and the list of all commands. */
async function printHelp(name: string | undefined, io: Io): Promise<number> {
  const { renderCommands, renderHelp } = await import('./describe/help');
  const help = renderHelp((await load(name ?? 'check')).command);
  const all = [...commands].map(([name, { summary }]) => ({ name, summary }));
  await printText(io, name === undefined ? `${help}\n${renderCommands(all)}` : help);
  return exitStatuses.pass;
}

const load = (name: string): Promise<Command> => commands.get(name)!.load();
