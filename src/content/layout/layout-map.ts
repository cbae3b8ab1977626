/** An extension that adds to the report what each block of the file system holds, and what is wrong with it. */
import type { Extension } from '../../extension';
import type { CheckReport } from '../../problem/report';
import { opened } from '../../view/opened-image';
import { readBitmaps } from '../../volume/bitmaps';
import type { Opening } from '../../volume/open';
import { assembleLayout, SectionSums } from './assemble';
import { addClaims } from './claims';
import { addFixed } from './fixed';
import { addMarks } from './marks';
import { RunList } from './runs';

/** Most runs in a report; half of them for fixed structures and half for files while they are gathered. */
const maxRuns = 1_000_000;

/** How a layout is made. */
export interface LayoutOptions {
  /** Maximum number of runs; default 1,000,000. If there are more, they are joined; see `LayoutFacts.detail`. */
  maxRuns?: number;
}

/** Makes the extension. It finds nothing, and changes only `layout` of the report. */
export function layoutMap({ maxRuns: most = maxRuns }: LayoutOptions = {}): Extension {
  let layout: CheckReport['layout'];
  let opening: Pick<Opening, 'volume' | 'groups'> | undefined;
  return {
    name: 'layout',
    problems: {},
    async run({ image, signal }) {
      const { volume, groups } = opened(image);
      const { geometry } = volume;
      const sections = new SectionSums(geometry);
      const sum = (first: number, count: number, role: number) => sections.add(first, count, role);
      const fixed = new RunList(most / 2, sum);
      const claims = new RunList(most / 2, sum);
      addFixed(geometry, groups, fixed);
      const { blocks: bits, inodes } = await readBitmaps(volume, groups);
      const complete = await addClaims(volume, groups, inodes, claims, signal);
      layout = assembleLayout({ geometry, fixed, claims, sections, bits, complete }, most);
      opening = { volume, groups };
    },
    finish: (report) =>
      layout === undefined || opening === undefined ? report : { ...report, layout: addMarks(layout, report, opening) },
  };
}
