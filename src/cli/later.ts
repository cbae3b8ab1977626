/** What few starts need, built as a script of its own, `later.js`: the whole check, and all commands but `check`. */
import { checkImage as checkWholly } from '../check';
import { lostWrites } from '../content/lost/lost-writes';
import * as boot from './commands/boot';
import * as explain from './commands/explain';
import * as manifest from './commands/manifest';
import * as upgradeState from './commands/upgrade-state';
import { requireConsumers } from './consumers';
import { readGate } from './gate';
import { writeReports } from './reports';

/** The check with all its parts; `cli.js` has those that a usual image needs. */
export const checkImage = checkWholly;

/** The commands, by name. */
export const commands = { boot, explain, manifest, 'upgrade-state': upgradeState };

/** What the options of a gate need. */
export const gates = { lostWrites, readGate, requireConsumers, writeReports };

/** The command that writes; what it needs of Node is loaded only with it. */
export const repair = () => import('./commands/repair');
