/** Every problem that extcheck itself can report: of the file system, of contents and of the boot path. */
import { type BootProblemId, bootCatalogue } from './boot/catalogue';
import { type CoreProblemId, catalogue } from './catalogue';
import { type ContentProblemId, contentCatalogue } from './content/catalogue';
import type { Catalogue } from './problem/define';

/** The id of a problem: one of extcheck's own, or, with a slash in it, one of an extension from elsewhere. */
export type ProblemId = CoreProblemId | ContentProblemId | BootProblemId | `${string}/${string}`;

export const allProblems: Catalogue = { ...catalogue, ...contentCatalogue, ...bootCatalogue };
