/** Runs the extensions of a check: while the file system is open, and on the complete report. */
import type { Extension, ExtensionContext, ExtensionGroup, FinishContext } from './extension';
import type { Affected, CheckReport, ContentFacts, NotChecked } from './problem/report';
import type { Extended } from './verdict/assemble';
import { OpenedImage } from './view/opened-image';
import type { Opening } from './volume/open';

/** Maximum number of listed gaps; the others are only counted. */
const maxSkipped = 1000;

/**
 * Runs every extension in the given order, those of a group together. An error of an extension ends the check.
 * @throws the signal's reason, and errors of extensions
 */
export async function runExtensions(
  extensions: readonly Extension[],
  { volume, groups }: Opening,
  context: Omit<ExtensionContext, 'image' | 'affect' | 'skip' | 'setContent'>,
): Promise<Extended> {
  const running = extensions.filter(({ run, group }) => run !== undefined || group !== undefined);
  const affected = new Map<string, Affected>();
  const skipped: NotChecked[] = [];
  let content: ContentFacts | undefined;
  let unlisted = 0;
  const full: ExtensionContext = {
    ...context,
    image: new OpenedImage(volume, groups),
    affect: (one) => {
      if (!affected.has(one.path)) affected.set(one.path, one);
    },
    skip: (part) => {
      if (skipped.length < maxSkipped) skipped.push(part);
      else unlisted++;
    },
    setContent: (facts) => {
      content = facts;
    },
  };
  const done = new Set<ExtensionGroup>();
  for (const extension of running) {
    const { group } = extension;
    if (group === undefined) await extension.run?.(full);
    else if (!done.has(group)) {
      done.add(group);
      await group.run(
        running.filter((other) => other.group === group),
        full,
      );
    }
  }
  if (unlisted > 0) skipped.push({ what: 'contents', why: `${unlisted} more parts were not checked` });
  // what can find nothing, such as a map of the blocks, is not a check
  const checked = running.filter(({ problems }) => Object.keys(problems).length > 0).map(({ name }) => name);
  return { affected: [...affected.values()], skipped, checked, content };
}

/** Calls `finish` of every extension. */
export async function finishReport(
  report: CheckReport,
  extensions: readonly Extension[],
  context: FinishContext,
): Promise<CheckReport> {
  let finished = report;
  for (const extension of extensions) finished = (await extension.finish?.(finished, context)) ?? finished;
  return finished;
}
