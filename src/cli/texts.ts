/** The texts of all problems, built as a script of its own, `texts.js`: few starts have a finding to print. */

import { allProblems } from '../all-problems';

/** All problems with their texts; `cli.js` knows them without. */
export const catalogue = allProblems;
