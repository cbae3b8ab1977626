/** The commands that the program has, each loaded only when it is asked for. */
import * as check from './commands/check';
import type { Engine, Io } from './io';

/** What a file of `commands/` exports. */
export interface Command {
  /**
   * Runs with the arguments behind the command's name; resolves with the exit status.
   * @throws UsageError, HelpAsked for `run` to print.
   */
  run(argv: readonly string[], io: Io, engine?: Engine): Promise<number>;
  /** Printed for `extcheck COMMAND --help`; ends with a newline. A function where it is loaded only to be printed. */
  help: string | (() => Promise<string>);
}

/** The help of a command. */
export const helpOf = async ({ help }: Command): Promise<string> => (typeof help === 'string' ? help : help());

export interface CommandEntry {
  /** What it does, in half a line of the help. */
  summary: string;
  load(): Promise<Command>;
}

/**
 * All commands by name, in the order of the help. A Map, so that no image is taken for a member of Object. Only `check` is
 * loaded at every start.
 */
export const commands: ReadonlyMap<string, CommandEntry> = new Map([
  ['check', { summary: 'check images; meant where no command is named', load: async () => check }],
  ['manifest', { summary: 'write down what is in an image, as mtree', load: () => import('./commands/manifest') }],
  ['boot', { summary: 'walk the way of a boot and name the step that fails', load: () => import('./commands/boot') }],
  [
    'upgrade-state',
    {
      summary: 'tell waiting for the reboot from a fallback',
      load: () => import('./commands/upgrade-state'),
    },
  ],
  ['explain', { summary: 'explain a problem by its id', load: () => import('./commands/explain') }],
  ['repair', { summary: 'repair an image by the native e2fsck, on a copy', load: () => import('./commands/repair') }],
]);
