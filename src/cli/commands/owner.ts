/** The command `owner`: what a block or a byte of an image is for, and the paths of an inode. */
import { exitStatuses } from '../../report/exit-status';
import { jsonText } from '../../report/json-text';
import type { CommandDescription } from '../describe/command';
import type { Io } from '../io';
import { printText } from '../locale';
import { lookInto, lookOptions, lookStatuses } from '../look/open';
import { bytesAsked, jsonOwner, ownerFacts, ownerKinds, textOwner } from '../look/owner-facts';
import { parseBytes } from '../option-kinds';
import { readOptions, UsageError } from '../options';
import { format } from '../shared-options';

const options = { format, ...lookOptions };

export const command: CommandDescription = {
  usage: ['owner [options] IMAGE block|inode|byte N'],
  description: [
    'Prints what a block or a byte of the file system is for: the data, mapping or attributes of a file, with its paths, the entries of a directory, the journal, a bitmap, an inode table, descriptors or a superblock; and whether the block bitmap has it in use. For an inode it prints its paths and its place. All inodes in use are read, with or without a name.',
  ],
  options,
  operand: 'an image',
  statuses: { ...lookStatuses, 4: 'something could not be read: the answer may be incomplete' },
  examples: ['extcheck owner active.img block 1234', 'extcheck owner disk.qcow2?partition=3 inode 12'],
};

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const words: string[] = [];
  const request = readOptions(argv, options, (word) => words.push(word));
  const [name, kind, number] = words;
  if (name !== undefined && (kind === undefined || number === undefined || words.length > 3))
    throw new UsageError('After the image, give block, inode or byte, and a number.');
  return lookInto('owner', name, request, io, async (view) => {
    const what = ownerKinds.find((one) => one === kind);
    if (what === undefined) throw new UsageError('The word after the image must be block, inode or byte.');
    const value = parseBytes(number!, 'The number');
    const bytes = bytesAsked(view, what, value);
    if (bytes === null) {
      io.err(`extcheck: ${what} ${value} does not exist in this file system\n`);
      return exitStatuses.problems;
    }
    const facts = await ownerFacts(view, what, value, bytes, io.signal);
    if (request.format === 'json') await io.out(jsonText(jsonOwner(facts)));
    else await printText(io, textOwner(facts));
    return facts.faults.length === 0 ? exitStatuses.pass : exitStatuses.problems;
  });
}
