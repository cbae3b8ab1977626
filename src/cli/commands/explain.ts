/** The command `explain`: what a problem means, without an image. */

import type { Catalogue } from '../../problem/define';
import { exitStatuses } from '../../report/exit-status';
import { explainProblem } from '../../report/explain';

import { type Engine, type Io, widthOf } from '../io';
import { readOptions, UsageError } from '../options';

/** The help text. */
export const help = `Usage: extcheck explain ID

Explains a problem by its id or by e2fsck's code, such as 0x010005: what the
field means, how it gets this way, what is at risk and what to do. The id list
names all problems.

Options:
  -h, --help           print this text
  --                   what follows is no option

Exit status: 0 explained, 16 no such problem.

Examples:
  extcheck explain inode-table-block-zero
  extcheck explain 0x010005
  extcheck explain list
`;

/** Runs the command with what stands behind its name. Resolves with the exit status. */
export async function run(argv: readonly string[], io: Io, engine?: Engine): Promise<number> {
  const ids: string[] = [];
  readOptions(argv, {}, undefined, (word) => ids.push(word));
  const [id] = ids;
  if (id === undefined) throw new UsageError('No problem was named.');
  if (ids.length > 1) throw new UsageError('Only one problem can be explained at a time.');
  return explain(id, io, await (engine?.catalogue() ?? texts()));
}

const texts = async (): Promise<Catalogue> => (await import('../../all-problems')).allProblems;

async function explain(id: string, io: Io, catalogue: Catalogue): Promise<number> {
  const { found, text } = explainProblem(id, catalogue, widthOf(io));
  if (found) await io.out(text);
  else io.err(`extcheck: ${text}`);
  return found ? exitStatuses.pass : exitStatuses.usage;
}
