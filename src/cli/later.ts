/** What few starts need, built as a script of its own, `later.js`: the whole check, and all commands but `check`. */
import { checkImage as checkWholly } from '../check';
import { lostWrites } from '../content/lost/lost-writes';
import * as explain from './commands/explain';
import * as manifest from './commands/manifest';
import { readGate } from './gate';
import { writeReports } from './reports';

/** The check with all its parts; `cli.js` has those that a usual image needs. */
export const checkImage = checkWholly;

/** The commands, by name. */
export const commands = { explain, manifest };

/** What the options of a gate need. */
export const gates = { lostWrites, readGate, writeReports };
