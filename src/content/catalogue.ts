/** All problems that the checks of contents can report, with their texts, by id. */

import { type Catalogue, describe } from '../problem/define';
import bmapExplanations from './bmap/explanations.json';
import { problems as contentBmap } from './bmap/problems';
import { texts as contentBmapTexts } from './bmap/texts';
import lostExplanations from './lost/explanations.json';
import { problems as contentLostWrites } from './lost/problems';
import { texts as contentLostWritesTexts } from './lost/texts';
import manifestExplanations from './manifest/explanations.json';
import { problems as contentManifest } from './manifest/problems';
import { texts as contentManifestTexts } from './manifest/texts';
import packagesExplanations from './packages/explanations.json';
import { problems as contentPackages } from './packages/problems';
import { texts as contentPackagesTexts } from './packages/texts';
import policyExplanations from './policy/explanations.json';
import { problems as contentPolicy } from './policy/problems';
import { texts as contentPolicyTexts } from './policy/texts';

const entries = {
  ...describe(contentLostWrites, contentLostWritesTexts, lostExplanations),
  ...describe(contentBmap, contentBmapTexts, bmapExplanations),
  ...describe(contentManifest, contentManifestTexts, manifestExplanations),
  ...describe(contentPackages, contentPackagesTexts, packagesExplanations),
  ...describe(contentPolicy, contentPolicyTexts, policyExplanations),
};

export type ContentProblemId = keyof typeof entries;

/** Every problem of the contents of files, with texts, by id. */
export const contentCatalogue: Catalogue = entries;
