/** All problems of containers, with their texts, by id. */
import { type Catalogue, describe } from '../problem/define';
import explanations from './explanations.json';
import { problems } from './problems';
import { texts } from './texts';
import verityExplanations from './verity/explanations.json';
import { problems as verity } from './verity/problems';
import { texts as verityTexts } from './verity/texts';

const entries = {
  ...describe(problems, texts, explanations),
  ...describe(verity, verityTexts, verityExplanations),
};

export type ContainerProblemId = keyof typeof entries;

/** Every problem of containers, with texts, by id. */
export const containerCatalogue: Catalogue = entries;
