/** Every problem of extcheck itself: of the file system, of contents, of containers and of the boot path. */
import { type BootProblemId, bootCatalogue } from './boot/catalogue';
import { type CoreProblemId, catalogue } from './catalogue';
import { type ContainerProblemId, containerCatalogue } from './container/catalogue';
import { type ContentProblemId, contentCatalogue } from './content/catalogue';
import type { Catalogue } from './problem/define';

/** The id of a problem: one of extcheck itself or, with a slash, one of an external extension. */
export type ProblemId = CoreProblemId | ContentProblemId | ContainerProblemId | BootProblemId | `${string}/${string}`;

export const allProblems: Catalogue = { ...catalogue, ...contentCatalogue, ...containerCatalogue, ...bootCatalogue };
