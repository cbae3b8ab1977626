/** All problems of the boot path and of features that a program does not support, with their texts, by id. */

import { type Catalogue, describe } from '../problem/define';
import bootExplanations from './explanations.json';
import featuresExplanations from './features/explanations.json';
import { problems as features } from './features/gate';
import { texts as featuresTexts } from './features/texts';
import { problems as boot } from './problems';
import { texts as bootTexts } from './texts';

const entries = {
  ...describe(boot, bootTexts, bootExplanations),
  ...describe(features, featuresTexts, featuresExplanations),
};

export type BootProblemId = keyof typeof entries;

/** Every problem of the boot path, with texts, by id. */
export const bootCatalogue: Catalogue = entries;
