/** Runs content checks: the tree is read once, the contents are read once, and every check gets what comes by. */
import type { Report } from '../problem/collector';
import type { Progress } from '../problem/options';
import type { Affected, ContentFacts, NotChecked } from '../problem/report';
import { Image } from '../view/image';
import type { Groups } from '../volume/groups';
import type { Volume } from '../volume/volume';
import type { ContentCheck, ContentContext } from './content-check';
import { type Digests, maskOf } from './digests';
import type { FileContent } from './file-content';
import { ImageTree } from './image-tree';
import { digestsHere } from './own-digests';
import { readContents } from './read-contents';
import { readOrder } from './read-order';
import { Wanted } from './wanted';

/** Gaps that are listed; more of them are counted. */
const maxSkipped = 1000;

export interface ContentRequest {
  checks: readonly ContentCheck[];
  /** Where digests come from; the own implementations when left out. */
  digests?: Digests | undefined;
  report: Report;
  onProgress: (step: Progress) => void;
  signal?: AbortSignal | undefined;
}

/** What the checks found, beside findings. */
export interface ContentOutcome {
  affected: Affected[];
  skipped: NotChecked[];
  facts: ContentFacts;
}

/** A tree with gaps: what is missing in it can neither be found nor missed. */
function gapOf(tree: ImageTree): NotChecked[] {
  if (tree.partial.length === 0) return [];
  const more = tree.partial.length > 3 ? ` and ${tree.partial.length - 3} more` : '';
  return [{ what: 'names', why: `directories could not be read whole: ${tree.partial.slice(0, 3).join(', ')}${more}` }];
}

/**
 * Runs the checks in their order. What they do not catch ends the run, as does the signal.
 * @throws the signal's reason, and what a source throws that is no SourceError
 */
export async function runContentChecks(
  { volume, groups }: { readonly volume: Volume; readonly groups: Groups },
  { checks, digests = digestsHere(), report, onProgress, signal }: ContentRequest,
): Promise<ContentOutcome> {
  onProgress({ phase: 'names', done: 0, total: 1 });
  const image = new Image(volume, groups);
  const tree = await ImageTree.read(image);
  const wanted = new Wanted();
  const affected = new Map<string, Affected>();
  const skipped = gapOf(tree);
  let unlisted = 0;
  const context: ContentContext = {
    image,
    tree,
    report,
    signal,
    want: (inode, names = []) => wanted.add(inode, maskOf(names.filter((name) => digests.knows(name)))),
    knows: (name) => digests.knows(name),
    affect: (one) => {
      if (!affected.has(one.path)) affected.set(one.path, one);
    },
    skip: (part) => {
      if (skipped.length < maxSkipped) skipped.push(part);
      else unlisted++;
    },
  };
  for (const check of checks) await check.prepare(context);
  const facts: ContentFacts = {
    checks: checks.map(({ name }) => name),
    names: tree.size,
    files: 0,
    bytes: 0,
    nulBytes: 0,
    holeBytes: 0,
    nulFiles: 0,
    unreadableFiles: 0,
  };
  const onContent = (content: FileContent) => {
    facts.files++;
    facts.bytes += content.size;
    facts.nulBytes += content.zeros.mapped;
    facts.holeBytes += content.zeros.holes;
    if (content.error !== null) facts.unreadableFiles++;
    else if (content.zeros.all) facts.nulFiles++;
    for (const check of checks) check.content?.(content, context);
  };
  const order = await readOrder(volume, groups, wanted.list());
  await readContents(volume, groups, order, {
    digests,
    ends: checks.some((check) => check.content !== undefined && check.ends !== false),
    onContent,
    onProgress: (done, total) => onProgress({ phase: 'contents', done, total }),
  });
  for (const check of checks) await check.finish?.(context);
  if (unlisted > 0) skipped.push({ what: 'contents', why: `${unlisted} more parts were left out` });
  return { affected: [...affected.values()], skipped, facts };
}
