/** Runs the content checks: the tree and the contents are read once for all checks. */
import type { Extension, ExtensionContext, ExtensionGroup } from '../extension';
import { maskOf } from '../platform/digests';
import type { Catalogue } from '../problem/define';
import type { ContentFacts, NotChecked } from '../problem/report';
import { Turns } from '../source/turns';
import { opened } from '../view/opened-image';
import type { ContentCheck, ContentContext } from './content-check';
import type { FileContent } from './file-content';
import { ImageTree } from './image-tree';
import { digestsHere } from './own-digests';
import { readContents } from './read-contents';
import { readOrder } from './read-order';
import { Wanted } from './wanted';

/** The directories that could not be read completely: names in them can be neither found nor reported as missing. */
function gapOf(tree: ImageTree): NotChecked[] {
  if (tree.partial.length === 0) return [];
  const more = tree.partial.length > 3 ? ` and ${tree.partial.length - 3} more` : '';
  return [
    { what: 'names', why: `directories could not be read completely: ${tree.partial.slice(0, 3).join(', ')}${more}` },
  ];
}

async function runContentChecks(checks: readonly ContentCheck[], subject: ExtensionContext): Promise<void> {
  const { image, report, writesLost, signal, onProgress, affect, skip, digests = digestsHere() } = subject;
  onProgress({ phase: 'names', done: 0, total: 1 });
  const { volume, groups } = opened(image);
  const tree = await ImageTree.read(image);
  for (const gap of gapOf(tree)) skip(gap);
  const wanted = new Wanted();
  const context: ContentContext = {
    image,
    tree,
    report,
    writesLost,
    signal,
    turns: new Turns(signal),
    want: (inode, names = []) => wanted.add(inode, maskOf(names.filter((name) => digests.knows(name)))),
    knows: (name) => digests.knows(name),
    affect,
    skip,
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
  subject.setContent(facts);
}

/** An extension that runs a content check; all such extensions of one check share one reading of every file. */
interface ContentExtension extends Extension {
  readonly check: ContentCheck;
}

const contents: ExtensionGroup = {
  run: (extensions, subject) =>
    runContentChecks(
      extensions.map((extension) => (extension as ContentExtension).check),
      subject,
    ),
};

/** Makes an extension of a content check. `problems` are those that it can report, by id. */
export function contentExtension(check: ContentCheck, problems: Catalogue): Extension {
  const extension: ContentExtension = { name: check.name, problems, group: contents, check };
  return extension;
}
