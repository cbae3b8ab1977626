/** What few starts need, built as a script of its own, `later.js`: the whole check, and all commands but `check`. */
import { checkImage as checkWholly } from '../check';
import * as explain from './commands/explain';

/** The check with all its parts; `cli.js` has those that a usual image needs. */
export const checkImage = checkWholly;

/** The commands, by name. */
export const commands = { explain };

/** The command that writes; what it needs of Node is loaded only with it. */
export const repair = () => import('./commands/repair');
