/** The check of a manifest: finds every file that it names, compares it and, if it has a digest, requests its content. */
import type { Extension } from '../../extension';
import { describe } from '../../problem/define';
import type { Harm } from '../../problem/report';
import { catchImageError } from '../../view/error';
import type { FileStat } from '../../view/stat';
import type { ContentCheck, ContentContext } from '../content-check';
import { contentExtension } from '../content-extension';
import type { FileContent } from '../file-content';
import { type Owners, readOwners } from '../owners';
import type { TreeEntry } from '../tree';
import { beyondLimits, Unread } from '../unread';
import { type CompareOptions, type Difference, differences } from './compare';
import { allNul, cksumBudget, cksumDifference, contentDifference, unreadable, wantedDigests } from './contents';
import type { Manifest, ManifestEntry } from './entry';
import explanations from './explanations.json';
import { extraFiles } from './extra';
import { problems } from './problems';
import { texts } from './texts';

/** How `manifestCheck` compares. */
export interface ManifestCheckOptions {
  /** Report files that the manifest does not name. Default false. */
  extra?: boolean;
  /** The directory in the image that the manifest describes. Default `/`. */
  root?: string;
  /** Compare modification times. Default false, as many tools that create images do not preserve them. */
  times?: boolean;
  /** Name of the manifest in notes, such as its file name. Default `the manifest`. */
  name?: string;
}

/** One entry whose file was found. */
interface Found {
  entry: ManifestEntry;
  path: string;
  inode: number;
  /** Null until the first difference is found. */
  differences: Difference[] | null;
  /** Another entry of the same inode. */
  next: Found | undefined;
}

/** A future finding, kept until all are sorted. */
interface Outcome {
  path: string;
  inode: number | undefined;
  difference: Difference;
}

const harms: Readonly<Record<string, Harm>> = {
  'manifest-file-missing': 'missing',
  'manifest-type-differs': 'wrong-type',
  'manifest-content-all-nul': 'damaged',
  'manifest-size-differs': 'damaged',
  'manifest-content-differs': 'damaged',
  'manifest-content-unreadable': 'unreadable',
};

/** The path without slashes at its end. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** Verifies an image against a manifest (see `parseManifest`); several manifests need one check each. */
export function manifestCheck(manifest: Manifest, options: ManifestCheckOptions = {}): Extension {
  const root = withoutSlashes(options.root ?? '/');
  const name = options.name ?? 'the manifest';
  const found: Found[] = [];
  /** Files whose content is requested: the last one of each inode; `next` links to the others. */
  const byInode = new Map<number, Found>();
  const outcomes: Outcome[] = [];
  const unknownOwners = new Set<string>();
  const large = new Unread(`large files in ${name}`, beyondLimits);
  let unknownDigests = false;

  async function look(entry: ManifestEntry, context: ContentContext, compare: CompareOptions): Promise<void> {
    const path = root + entry.path;
    const place = entry.path === '/' && root !== '' ? root : path;
    const file = await context.tree.find(place);
    if (file === undefined) {
      if (entry.optional) return;
      const data = { line: entry.line, stoppedAt: await stoppedAt(place, context) };
      outcomes.push({ path: place, inode: undefined, difference: missing(data) });
      return;
    }
    const stat = await statOf(file, context);
    if (typeof stat === 'string') {
      outcomes.push({ path: file.path, inode: file.inode, difference: unreadable(stat) });
      return;
    }
    const target = stat.type === 'symlink' && entry.target !== undefined ? await targetOf(file, context) : undefined;
    const judged = withKnownDigests(entry, context);
    if (judged !== entry) unknownDigests = true;
    const different = differences(judged, stat, target, compare);
    const one: Found = { entry: judged, path: file.path, inode: file.inode, differences: null, next: undefined };
    if (different.length > 0) one.differences = different;
    found.push(one);
    if (wantsContent(judged, stat)) {
      one.next = byInode.get(file.inode);
      byInode.set(file.inode, one);
      context.want(file.inode, wantedDigests(judged));
    }
  }

  const check: ContentCheck = {
    name: 'manifest',
    ends: false,
    async prepare(context) {
      const owners: Owners = await readOwners(context.image);
      const compare = { owners, times: options.times ?? false, unknownOwner: (one: string) => unknownOwners.add(one) };
      for (const entry of manifest.entries) {
        await context.turns.due();
        await look(entry, context, compare);
      }
    },
    content(content: FileContent) {
      for (let one = byInode.get(content.inode); one !== undefined; one = one.next)
        if (content.error?.code === 'too-large') large.add(one.path);
        else judge(one, content);
    },
    async finish(context) {
      const budget = cksumBudget(context.image);
      for (const one of found) {
        await context.turns.due();
        if (onlyCksum(one.entry) && byInode.has(one.inode)) {
          const differing = await cksumDifference(one.entry, one.inode, context.image, budget);
          if (differing === 'too-large') large.add(one.path);
          else if (differing !== null && !one.differences?.some(isContent)) add(one, differing);
        }
        for (const difference of one.differences ?? []) outcomes.push({ path: one.path, inode: one.inode, difference });
      }
      reportAll(outcomes, context);
      if (options.extra) reportExtra(context, manifest, root, found);
      notes(manifest, name, unknownOwners, context);
      large.note(context);
      if (unknownDigests)
        context.skip({ what: `digests in ${name}`, why: 'some are of an algorithm that cannot be computed here' });
    },
  };
  return contentExtension(check, describe(problems, texts, explanations));
}

const isContent = ({ problem }: Difference): boolean => harms[problem.id] === 'damaged';
const onlyCksum = ({ cksum, digests }: ManifestEntry): boolean => cksum !== undefined && (digests ?? []).length === 0;

/** Whether the content is needed: if the entry has a digest, even one that cannot be computed, as a file may be all NUL. */
const wantsContent = (entry: ManifestEntry, stat: FileStat): boolean =>
  stat.type === 'file' &&
  !entry.nochange &&
  (entry.type === undefined || entry.type === 'file') &&
  (entry.digests !== undefined || entry.cksum !== undefined);

function add(one: Found, difference: Difference): void {
  one.differences ??= [];
  one.differences.push(difference);
}

/** Adds differences of the content. After a wrong size, only a file that is all NUL is reported. */
function judge(one: Found, content: FileContent): void {
  const differing = contentDifference(one.entry, content);
  if (differing === null) return;
  const sized = one.differences?.findIndex(({ problem }) => problem.id === 'manifest-size-differs') ?? -1;
  if (sized < 0) add(one, differing);
  else if (differing.problem.id === 'manifest-content-all-nul') one.differences![sized] = allNul(content.size);
}

const missing = (data: { line: number; stoppedAt: string | null }): Difference =>
  ({ problem: problems['manifest-file-missing'], data }) as Difference;

/** The entry without digests that cannot be computed here. */
function withKnownDigests(entry: ManifestEntry, { knows }: ContentContext): ManifestEntry {
  if (entry.digests === undefined || entry.digests.every(({ names }) => names.every(knows))) return entry;
  const digests = entry.digests.filter(({ names }) => names.every(knows));
  return { ...entry, digests };
}

/** Facts about an entry's inode, or why it cannot be read. */
const statOf = (file: TreeEntry, { tree }: ContentContext): Promise<FileStat | string> =>
  catchImageError(
    () => tree.stat(file),
    ({ message }) => message,
  );

const targetOf = (file: TreeEntry, { image }: ContentContext): Promise<string> =>
  catchImageError(
    () => image.readlink(file.inode),
    () => '',
  );

/** The directory at which the lookup of a path stops; null if only the last name is missing. */
const stoppedAt = (path: string, { image }: ContentContext): Promise<string | null> =>
  catchImageError(
    () => image.lstat(path).then(() => null),
    (error) => (error.path === undefined || error.path === path ? null : error.path),
  );

function reportExtra(context: ContentContext, manifest: Manifest, root: string, found: readonly Found[]) {
  const ignored = manifest.entries.filter(({ ignore }) => ignore).map(({ path }) => root + path);
  const listed = found.map(({ path }) => path);
  for (const { entry, type, below } of extraFiles(context.tree, {
    listed,
    ignored,
    root,
    filesOnly: manifest.format === 'digests',
  }))
    context.report(problems['manifest-extra-file'], { inode: entry.inode, path: entry.path }, { type, below });
}

/** Reports in the order of the paths, independent of the order on disk. */
function reportAll(outcomes: Outcome[], context: ContentContext): void {
  outcomes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const { path, inode, difference } of outcomes) {
    context.report(difference.problem, { ...(inode !== undefined && { inode }), path }, difference.data);
    const how = harms[difference.problem.id];
    if (how !== undefined) context.affect({ path, how });
  }
}

/** Notes the parts of the manifest that could not be compared. */
function notes(manifest: Manifest, name: string, unknownOwners: ReadonlySet<string>, context: ContentContext): void {
  const [first] = manifest.faults;
  if (first !== undefined) {
    const more = manifest.faultCount === 1 ? '' : `, and ${manifest.faultCount - 1} more such lines`;
    context.skip({ what: `part of ${name}`, why: `line ${first.line}: ${first.reason}${more}` });
  }
  if (unknownOwners.size > 0) {
    const names = [...unknownOwners].slice(0, 5).join(', ');
    const why = `the image's /etc/passwd and /etc/group do not define ${names}${unknownOwners.size > 5 ? ' and others' : ''}`;
    context.skip({ what: `owners named in ${name}`, why });
  }
}
