/** The command `completion`: prints a script that makes a shell complete command lines of this program. */
import { exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { type CommandDescription, commonStatuses, type ListedCommand } from '../describe/command';
import { completionScripts } from '../describe/completion';
import type { Io } from '../io';
import { didYouMean, readOptions, UsageError } from '../options';

const shells = Object.keys(completionScripts);

export const command: CommandDescription = {
  usage: [`completion ${shells.join('|')}`],
  description: ['Prints a script that completes commands, options and their values in the shell.'],
  options: {},
  operand: 'the name of a shell',
  words: shells,
  statuses: { 0: 'printed', ...commonStatuses },
  examples: [
    'source <(extcheck completion bash)',
    'extcheck completion zsh > ~/.zfunc/_extcheck',
    'extcheck completion fish > ~/.config/fish/completions/extcheck.fish',
  ],
};

export async function completionOf(
  argv: readonly string[],
  io: Io,
  commands: readonly ListedCommand[],
): Promise<number> {
  const given: string[] = [];
  readOptions(argv, command.options, (word) => given.push(word));
  const [shell] = given;
  if (shell === undefined) throw new UsageError(`No shell given; use ${shells.join(', ')}.`);
  if (given.length > 1) throw new UsageError('Only one shell can be given.');
  const render = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
  if (render === undefined) throw new UsageError(`Unknown shell ${printable(shell)}.${didYouMean(shell, shells)}`);
  await io.out(render(commands));
  return exitStatuses.pass;
}
