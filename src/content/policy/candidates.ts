/** Finds the files that the rules of a policy apply to, with one pass over the tree for all patterns. */
import { eachInTurns } from '../../source/turns';
import type { ContentContext } from '../content-check';
import type { TreeEntry } from '../tree';
import { Glob } from './glob';
import type { Ban, Policy, Rule } from './policy';

/** Most files that one pattern of a required path may match; each of them is checked. */
const maxMatches = 1000;

export interface Candidates {
  /** Entries of each rule, in the order of its paths; symlinks are followed if the rule requires it. */
  rules: Map<Rule, TreeEntry[]>;
  bans: { ban: Ban; entry: TreeEntry }[];
}

export async function findCandidates(policy: Policy, context: ContentContext): Promise<Candidates> {
  const globs = policy.rules.flatMap(({ paths }) => paths.filter((path): path is Glob => path instanceof Glob));
  const matches = new Map<Glob, TreeEntry[]>(globs.map((glob) => [glob, []]));
  const bans: Candidates['bans'] = [];
  if (globs.length + policy.bans.length > 0) {
    await eachInTurns(context.tree.entries(), context.turns, (entry) => {
      for (const [glob, found] of matches)
        if (found.length <= maxMatches && glob.matches(entry.path)) found.push(entry);
      for (const ban of policy.bans)
        if (ban.path.matches(entry.path) && !ban.except.some((one) => one.matches(entry.path)))
          bans.push({ ban, entry });
    });
  }
  for (const [glob, found] of matches) {
    if (found.length <= maxMatches) continue;
    found.length = maxMatches;
    const why = `'${glob.source}' matches more than ${maxMatches} files; the rest was not checked`;
    context.skip({ what: 'part of the policy', why });
  }
  const rules: Candidates['rules'] = new Map();
  for (const rule of policy.rules) rules.set(rule, await entriesOf(rule, matches, context));
  return { rules, bans };
}

async function entriesOf(
  rule: Rule,
  matches: ReadonlyMap<Glob, TreeEntry[]>,
  { tree }: ContentContext,
): Promise<TreeEntry[]> {
  const found: TreeEntry[] = [];
  for (const path of rule.paths) {
    const places = path instanceof Glob ? (matches.get(path) ?? []).map((entry) => entry.path) : [path];
    for (const place of places) {
      const entry = rule.follow ? await tree.follow(place) : await tree.find(place);
      if (entry !== undefined) found.push(entry);
    }
  }
  return found;
}
