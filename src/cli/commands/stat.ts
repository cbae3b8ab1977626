/** The command `stat`: all that an inode has, and where it is. */
import { exitStatuses } from '../../report/exit-status';
import { jsonText } from '../../report/json-text';
import { ImageError } from '../../view/error';
import type { CommandDescription } from '../describe/command';
import type { Io } from '../io';
import { printText } from '../locale';
import { fileWord, recordOf, shownWord, whyOf } from '../look/file-word';
import { factsOf, jsonFacts, textFacts } from '../look/inode-facts';
import { lookInto, lookOptions, lookStatuses } from '../look/open';
import { readOptions, UsageError } from '../options';
import { format } from '../shared-options';

const options = { format, ...lookOptions };

export const command: CommandDescription = {
  usage: ["stat [options] IMAGE PATH|'<INODE>'"],
  description: [
    'Prints all that an inode of the image has: type, mode, owner, size, times, flags, extended attributes, and its blocks, each run with its place in the file system and, of its first byte, in the file that holds it. A symlink is shown, not followed. An inode that is not in use is shown as well.',
  ],
  options,
  operand: 'an image',
  statuses: lookStatuses,
  examples: ['extcheck stat active.img /etc/os-release', "extcheck stat --format json disk.qcow2?partition=3 '<12>'"],
};

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const words: string[] = [];
  const request = readOptions(argv, options, (word) => words.push(word));
  const [name, path] = words;
  if (name !== undefined && path === undefined) throw new UsageError('No path given.');
  if (words.length > 2) throw new UsageError('Only one path can be shown.');
  return lookInto('stat', name, request, io, async (view) => {
    const word = fileWord(path!);
    const shown = shownWord(word);
    try {
      const facts = await factsOf(view, await recordOf(view, word, false));
      if (request.format === 'json') await io.out(jsonText(jsonFacts(facts)));
      else await printText(io, textFacts(facts, shown));
      return facts.faults.length === 0 ? exitStatuses.pass : exitStatuses.problems;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      io.err(`extcheck: ${shown}: ${whyOf(error, shown)}\n`);
      return exitStatuses.problems;
    }
  });
}
