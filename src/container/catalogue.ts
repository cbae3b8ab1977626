/** All problems of containers, with their texts, by id. */
import { type Catalogue, describe } from '../problem/define';
import explanations from './explanations.json';
import { problems } from './problems';
import { texts } from './texts';

const entries = describe(problems, texts, explanations);

export type ContainerProblemId = keyof typeof entries;

export const containerCatalogue: Catalogue = entries;
