/** The file system is sound, but files, packages or the boot path are not as they must be. */
import type { Severity } from '../problem/finding';
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import type { Family } from './families';

interface Expectation {
  id: string;
  family: Family;
  /** What is compared, as the object of "differs from". */
  what: string;
  /** What is not as it must be, as a clause. */
  headline(e: Evidence): string;
  step: string;
}

const onePath = (e: Evidence, family: Family): boolean => e.pathsOf(family).count === 1;

/** `2 files differ`, `at least 500 files differ`. */
function paths(e: Evidence, family: Family, one: string, more: string): string {
  const { count, complete } = e.pathsOf(family);
  return `${complete ? '' : 'at least '}${counted(count, one, more)}`;
}

const expectations: readonly Expectation[] = [
  {
    id: 'boot-path-fails',
    family: 'boot',
    what: 'the boot path',
    headline: (e) => `the boot path has ${counted(e.failing('boot'), 'problem')}`,
    step: 'Correct what the boot path lacks, in the tree from which the image is made. To see each step:',
  },
  {
    id: 'packages-differ',
    family: 'packages',
    what: 'the package database',
    headline: (e) =>
      `${paths(e, 'packages', 'file differs', 'files differ')} from ${onePath(e, 'packages') ? 'its package' : 'their packages'}`,
    step: 'Compare the files with the packages from which they were installed, and make the image again if they were not changed on purpose.',
  },
  {
    id: 'manifest-differs',
    family: 'manifest',
    what: 'the manifest',
    headline: (e) => `${paths(e, 'manifest', 'file differs', 'files differ')} from the manifest`,
    step: 'Make the image again from the tree of the manifest, or make a new manifest if the change is intended.',
  },
  {
    id: 'policy-differs',
    family: 'policy',
    what: 'the policy',
    headline: (e) => `it breaks ${counted(e.failing('policy'), 'rule')} of the policy`,
    step: 'Correct these paths in the tree from which the image is made, or the policy.',
  },
  {
    id: 'block-map-differs',
    family: 'bmap',
    what: 'the block map',
    headline: (e) =>
      `${counted(e.failing('bmap'), 'part')} ${e.failing('bmap') === 1 ? 'differs' : 'differ'} from the block map`,
    step: 'Write or download the image again: it is not the one that the block map describes.',
  },
];

const worst = (e: Evidence, family: Family): Severity => {
  const { fatal, error, warning } = e.of(family);
  return fatal > 0 ? 'fatal' : error > 0 ? 'error' : warning > 0 ? 'warning' : 'info';
};

/** The findings say what differs; the cause says that the structure is not at fault. */
export const expectationCauses: readonly CauseEntry[] = expectations.map(({ id, family, what, headline, step }) => ({
  id,
  kind: 'sound',
  severity: 'error',
  certainty: 'certain',
  holds: (e) => e.failing(family) > 0,
  headline(e) {
    const differs = headline(e);
    return e.isSound ? `the file system is sound; ${differs}` : differs;
  },
  text(e) {
    const sound = e.isSound;
    const level = worst(e, family) === 'warning' ? 'a warning' : 'an error';
    return `${counted(e.failing(family), 'finding')} (${level} or worse) ${e.failing(family) === 1 ? 'comes' : 'come'} from the comparison with ${what}.${sound ? ' The structure of the file system is sound.' : ''}`;
  },
  steps: (e) => [
    family === 'boot'
      ? { text: step, commands: [`extcheck boot ${e.commands.image}`], changes: 'nothing' as const }
      : advice(step),
  ],
}));

/** Paths of `--require`. */
export const requiredMissing: CauseEntry = {
  id: 'required-path-fails',
  kind: 'sound',
  severity: 'error',
  certainty: 'certain',
  holds: (e) => e.report.filesystem !== null && e.report.required.some(({ state }) => state !== 'ok'),
  headline(e) {
    const failed = e.report.required.filter(({ state }) => state !== 'ok').length;
    return `${counted(failed, 'required path is', 'required paths are')} not intact`;
  },
  text(e) {
    const failed = e.report.required.filter(({ state }) => state !== 'ok').length;
    const sound = e.isSound;
    return `${counted(failed, 'required path is', 'required paths are')} not intact.${sound ? ' The structure of the file system is sound: the image was made from another tree, or the tree was not copied completely.' : ''}`;
  },
  steps: (e) =>
    e.isSound
      ? [advice('Check that the image was made from the right tree, and that the tree was copied completely.')]
      : [],
};
