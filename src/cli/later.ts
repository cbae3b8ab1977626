/** What few starts need, built as a script of its own, `later.js`: the whole check, and all commands but `check`. */
import { checkImage as checkWholly } from '../check';
import * as boot from './commands/boot';
import * as explain from './commands/explain';
import * as upgradeState from './commands/upgrade-state';

/** The check with all its parts; `cli.js` has those that a usual image needs. */
export const checkImage = checkWholly;

/** The commands, by name. */
export const commands = { boot, explain, 'upgrade-state': upgradeState };
