/** What few starts need, built as a script of its own, `later.js`: the texts of problems, and all commands but `check`. */
import { catalogue as allProblems } from '../catalogue';
import * as explain from './commands/explain';

/** All problems with their texts; `cli.js` knows them without. */
export const catalogue = allProblems;

/** The commands, by name. */
export const commands = { explain };
