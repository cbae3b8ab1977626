/** Parts could not be checked. */
import type { NotChecked } from '../problem/report';
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';

/** Parts of the file system, which the native e2fsck checks too; the others are contents that it never looks at. */
const checkedByE2fsck: ReadonlySet<string> = new Set([
  'everything',
  'unknown features',
  'journal replay',
  'fast commits',
  'external journal',
  'block mappings',
]);

const named = (parts: readonly NotChecked[]): string =>
  parts
    .map(({ what }) => what)
    .slice(0, 5)
    .join(', ');

const isOfTheFileSystem = ({ what }: NotChecked): boolean => checkedByE2fsck.has(what) || /^bytes \d/.test(what);

const parts = ({ report }: Evidence): { structure: NotChecked[]; others: NotChecked[] } => ({
  structure: report.notChecked.filter(isOfTheFileSystem),
  others: report.notChecked.filter((part) => !isOfTheFileSystem(part)),
});

export const incomplete: CauseEntry = {
  id: 'incomplete',
  kind: 'sound',
  severity: 'info',
  certainty: 'certain',
  holds: (e) => e.report.filesystem !== null && e.report.notChecked.length > 0,
  headline: () => 'it could not be checked completely',
  text: (e) => `Not checked: ${named(e.report.notChecked)}.`,
  steps: (e) => {
    const { structure, others } = parts(e);
    const text = 'Check the remaining parts with the native e2fsck; -n makes it read-only:';
    const elsewhere = `Verify by other means, such as the tool that made them: ${named(others)}. extcheck does not read them.`;
    return [
      ...(structure.length > 0 ? [{ ...e.commands.secondOpinion, text }] : []),
      ...(others.length > 0 ? [{ text: elsewhere, commands: [], changes: 'nothing' as const }] : []),
    ];
  },
};
