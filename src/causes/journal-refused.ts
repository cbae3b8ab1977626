/** Only the journal is damaged: the kernel refuses the mount, and the files can be read as they are without it. */
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';

const failing = ({ report }: Evidence): string[] =>
  Object.keys(report.counts).filter((id) =>
    report.findings.some((one) => one.id === id && (one.severity === 'fatal' || one.severity === 'error')),
  );

export const journalRefused: CauseEntry = {
  id: 'journal-refused',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds(e, found) {
    if (found.size > 0 || e.worstOfStructure !== 'fatal' || !e.keepsAllPaths) return false;
    return failing(e).every((id) => id.startsWith('journal-'));
  },
  headline: () => 'the kernel refuses its journal; every path can be read',
  text: (e) =>
    `The kernel refuses the journal, as the finding says, and so it does not mount the file system. Every path can be read without the journal${
      e.report.filesystem?.journalNeedsRecovery === true ? ', but the changes in it are missing' : ''
    }.`,
  steps: (e) => [
    e.commands.secondOpinion,
    ...e.commands.repair(
      e.report.filesystem?.journalNeedsRecovery === true
        ? 'A repair replaces the journal by an empty one, and the changes in it are lost.'
        : 'A repair replaces the journal by an empty one; no file is lost by that.',
    ),
  ],
};
