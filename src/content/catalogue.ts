/** All problems that the checks of contents can report, with their texts, by id. */

import { type Catalogue, describe } from '../problem/define';
import { problems as contentBmap } from './bmap/problems';
import { texts as contentBmapTexts } from './bmap/problems.texts';
import { problems as contentLostWrites } from './lost/lost-writes';
import { texts as contentLostWritesTexts } from './lost/lost-writes.texts';
import { problems as contentManifest } from './manifest/problems';
import { texts as contentManifestTexts } from './manifest/problems.texts';
import { problems as contentPackages } from './packages/problems';
import { texts as contentPackagesTexts } from './packages/problems.texts';
import { problems as contentPolicy } from './policy/problems';
import { texts as contentPolicyTexts } from './policy/problems.texts';

const entries = {
  ...describe(contentLostWrites, contentLostWritesTexts),
  ...describe(contentBmap, contentBmapTexts),
  ...describe(contentManifest, contentManifestTexts),
  ...describe(contentPackages, contentPackagesTexts),
  ...describe(contentPolicy, contentPolicyTexts),
};

export type ContentProblemId = keyof typeof entries;

/** Every problem of the contents of files, with texts, by id. */
export const contentCatalogue: Catalogue = entries;
