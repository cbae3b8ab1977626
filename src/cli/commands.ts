/** The commands of the program, each loaded only when it is used. */
import * as check from './commands/check';
import type { CommandDescription, ListedCommand } from './describe/command';
import type { Engine, Io } from './io';

export interface Command {
  readonly command: CommandDescription;
  /**
   * Runs with the arguments after the command's name; resolves with the exit status.
   * @throws UsageError, HelpRequest for `run` to print.
   */
  run(argv: readonly string[], io: Io, engine?: Engine): Promise<number>;
}

export interface CommandEntry {
  /** One line of the list of commands. */
  summary: string;
  load(): Promise<Command>;
}

/**
 * All commands by name, in the order of the help. A Map, so that no image name is taken for a member of Object. Only `check`
 * is loaded at every start.
 */
export const commands: ReadonlyMap<string, CommandEntry> = new Map([
  ['check', { summary: 'check images (the default command)', load: async () => check }],
  [
    'manifest',
    { summary: 'write the contents of an image as an mtree file', load: () => import('./commands/manifest') },
  ],
  ['ls', { summary: 'list names in an image', load: () => import('./commands/ls') }],
  ['cat', { summary: 'write the bytes of files in an image', load: () => import('./commands/cat') }],
  ['stat', { summary: 'show an inode of an image, and where its blocks are', load: () => import('./commands/stat') }],
  ['owner', { summary: 'find what a block, byte or inode of an image is for', load: () => import('./commands/owner') }],
  [
    'extract',
    { summary: 'rescue a file or a tree of an image into a folder', load: () => import('./commands/extract') },
  ],
  ['boot', { summary: 'trace the boot path and report the step that fails', load: () => import('./commands/boot') }],
  [
    'upgrade-state',
    {
      summary: 'report the state of an upgrade, or a fallback',
      load: () => import('./commands/upgrade-state'),
    },
  ],
  ['explain', { summary: 'explain a problem by its ID', load: () => import('./commands/explain') }],
  ['repair', { summary: 'repair a copy of an image with the native e2fsck', load: () => import('./commands/repair') }],
  ['completion', { summary: 'print a completion script for a shell', load: loadCompletion }],
]);

async function loadCompletion(): Promise<Command> {
  const { command, completionOf } = await import('./commands/completion');
  return { command, run: async (argv, io) => completionOf(argv, io, await describeCommands()) };
}

export const describeCommands = (): Promise<ListedCommand[]> =>
  Promise.all([...commands].map(async ([name, { summary, load }]) => ({ name, summary, ...(await load()).command })));
