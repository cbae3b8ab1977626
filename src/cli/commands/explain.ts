/** The command `explain`: explains a problem without an image. */
import type { Catalogue } from '../../problem/define';
import { exitStatuses } from '../../report/exit-status';
import { explainProblem } from '../../report/explain';
import type { CommandDescription } from '../describe/command';
import { type Engine, type Io, widthOf } from '../io';
import { printText } from '../locale';
import { readOptions, UsageError } from '../options';

export const command: CommandDescription = {
  usage: ['explain ID'],
  description: [
    "Explains a problem by its ID or by e2fsck's code, such as 0x010005: what the field means, how the problem arises, what is at risk and what to do. The ID list names all problems.",
  ],
  options: {},
  operand: 'a problem ID',
  words: ['list'],
  statuses: { 0: 'explained', 16: 'unknown problem, or usage error' },
  examples: ['extcheck explain inode-table-block-zero', 'extcheck explain 0x010005', 'extcheck explain list'],
};

export async function run(argv: readonly string[], io: Io, engine?: Engine): Promise<number> {
  const ids: string[] = [];
  readOptions(argv, command.options, (word) => ids.push(word));
  const [id] = ids;
  if (id === undefined) throw new UsageError('No problem ID given.');
  if (ids.length > 1) throw new UsageError('Only one problem can be explained at a time.');
  return explain(id, io, await (engine?.catalogue() ?? texts()));
}

const texts = async (): Promise<Catalogue> => (await import('../../all-problems')).allProblems;

async function explain(id: string, io: Io, catalogue: Catalogue): Promise<number> {
  const { found, text } = explainProblem(id, catalogue, widthOf(io));
  if (found) await printText(io, text);
  else io.err(`extcheck: ${text}`);
  return found ? exitStatuses.pass : exitStatuses.usage;
}
