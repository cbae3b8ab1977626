/** The check of a policy: finds the files of its rules, requests their contents, and evaluates the rules at the end. */
import type { Extension } from '../../extension';
import { describe, type Problem } from '../../problem/define';
import type { Harm } from '../../problem/report';
import { stepsInTurns } from '../../source/turns';
import { catchImageError } from '../../view/error';
import type { ContentCheck, ContentContext } from '../content-check';
import { contentExtension } from '../content-extension';
import { type Owners, readOwners } from '../owners';
import type { TreeEntry } from '../tree';
import { type Candidates, findCandidates } from './candidates';
import { elfMachine } from './elf';
import explanations from './explanations.json';
import { type ContentFacts, type Failure, type FailureKind, failures, needsContent, type Subject } from './judge';
import type { Pattern } from './pattern';
import type { Policy, Rule, RuleSeverity } from './policy';
import { problems } from './problems';
import { type PolicyData, texts } from './texts';

/** Largest text that is searched for patterns, in bytes. */
const maxText = 256 * 1024;

const problemOf: Readonly<Record<FailureKind, Problem<PolicyData>>> = {
  type: problems['policy-type-wrong'],
  permissions: problems['policy-permissions-wrong'],
  content: problems['policy-content-wrong'],
};

const harmOf: Readonly<Record<FailureKind, Harm | undefined>> = {
  type: 'wrong-type',
  permissions: undefined,
  content: 'damaged',
};

/** Verifies an image against a policy (see `parsePolicy`). */
export function policyCheck(policy: Policy): Extension {
  let candidates: Candidates = { rules: new Map(), bans: [] };
  let owners: Owners;
  const contents = new Map<number, ContentFacts | undefined>();
  const check: ContentCheck = {
    name: 'policy',
    async prepare(context) {
      owners = await readOwners(context.image);
      candidates = await findCandidates(policy, context);
      for (const [{ conditions }, entries] of candidates.rules) {
        if (!needsContent(conditions)) continue;
        for (const { inode, type } of entries) {
          if (type !== 'file') continue;
          contents.set(inode, undefined);
          context.want(inode, conditions.digest === undefined ? [] : [conditions.digest.name]);
        }
      }
    },
    content({ inode, size, zeros, digests, head, error }) {
      if (!contents.has(inode)) return;
      const allNul = zeros.all && size > 0;
      contents.set(inode, { allNul, digests, elf: elfMachine(head), error: error?.message ?? null });
    },
    async finish(context) {
      checkFileSystem(policy, context);
      for (const [rule, entries] of candidates.rules) await checkRule(rule, entries, context);
      for (const { ban, entry } of candidates.bans) {
        const problem = bySeverity(ban.severity) ?? problems['policy-path-forbidden'];
        const what = `'${ban.path.source}' is forbidden`;
        const { path, inode } = entry;
        context.report(problem, { inode, path }, { rule: ban.place, what, reason: ban.reason });
      }
    },
  };
  return contentExtension(check, describe(problems, texts, explanations));

  async function checkRule(rule: Rule, entries: readonly TreeEntry[], context: ContentContext): Promise<void> {
    const { place, reason, conditions } = rule;
    if (entries.length === 0) {
      if (!rule.optional) reportMissing(rule, context);
      return;
    }
    let first: { entry: TreeEntry; failed: Failure[] } | undefined;
    for (const entry of entries) {
      await context.turns.due();
      const subject = await catchImageError(
        () => readSubject(entry, rule, context),
        ({ message }) => message,
      );
      const failed: Failure[] =
        typeof subject === 'string'
          ? [{ kind: 'content', what: `it cannot be read: ${subject}` }]
          : failures(conditions, subject, owners);
      if (failed.length === 0) return;
      first ??= { entry, failed };
    }
    const { entry, failed } = first!;
    const others = entries.length === 1 ? '' : `; none of the ${entries.length} possible files meets the rule`;
    for (const { kind, what } of failed) {
      const problem = bySeverity(rule.severity) ?? problemOf[kind];
      context.report(problem, { inode: entry.inode, path: entry.path }, { rule: place, what: what + others, reason });
    }
    const how = failed.map(({ kind }) => harmOf[kind]).find((one) => one !== undefined);
    if (how !== undefined && rule.severity === 'error') context.affect({ path: entry.path, how });
  }

  /** Reads what the conditions of a rule need to know about a file. */
  async function readSubject(entry: TreeEntry, { conditions }: Rule, context: ContentContext): Promise<Subject> {
    const { inode } = entry;
    const stat = await context.tree.stat(entry);
    const patterns = [...(conditions.contains ?? []), ...(conditions.lacks ?? [])];
    return {
      stat,
      target: stat.type === 'symlink' ? await targetOf(inode, context) : undefined,
      empty: stat.type === 'directory' && conditions.nonEmpty === true && (await isEmpty(inode, context)),
      content: contents.get(inode),
      found: stat.type === 'file' && patterns.length > 0 ? await searched(inode, patterns, context) : undefined,
    };
  }
}

/** The problem of all broken rules with a lower severity; undefined for errors, which have one for each kind. */
const bySeverity = (severity: RuleSeverity): Problem<PolicyData> | undefined =>
  severity === 'warning'
    ? problems['policy-rule-warning']
    : severity === 'info'
      ? problems['policy-rule-note']
      : undefined;

function reportMissing({ paths, place, reason, severity }: Rule, context: ContentContext): void {
  const names = paths.map((path) => (typeof path === 'string' ? path : path.source));
  const listed = names.slice(0, 5).join(', ') + (names.length > 5 ? ' …' : '');
  const what = names.length === 1 ? `${listed} does not exist` : `none of ${listed} exists`;
  const path = names.length === 1 && typeof paths[0] === 'string' ? { path: paths[0] } : {};
  context.report(bySeverity(severity) ?? problems['policy-path-missing'], path, { rule: place, what, reason });
  if (path.path !== undefined && severity === 'error') context.affect({ path: path.path, how: 'missing' });
}

function checkFileSystem({ filesystem }: Policy, { image, report }: ContentContext): void {
  for (const key of ['label', 'uuid'] as const) {
    const wanted = filesystem[key];
    const stored = image.identity[key];
    if (wanted === undefined || wanted === stored) continue;
    const what = `${key} is '${stored}', should be '${wanted}'`;
    report(problems['policy-filesystem-wrong'], {}, { rule: `filesystem.${key}`, what, reason: '' });
  }
}

const targetOf = (inode: number, { image }: ContentContext): Promise<string | undefined> =>
  catchImageError(
    () => image.readlink(inode),
    () => undefined,
  );

/** Searches the text of a file for patterns. */
function searched(
  inode: number,
  patterns: readonly Pattern[],
  { image, turns }: ContentContext,
): Promise<NonNullable<Subject['found']>> {
  const search = async (): Promise<NonNullable<Subject['found']>> => {
    const text = new TextDecoder().decode(await image.readWhole(inode, maxText));
    const found = new Map<Pattern, boolean | null>();
    for (const pattern of patterns) found.set(pattern, await stepsInTurns(pattern.search(text), turns));
    return found;
  };
  return catchImageError(search, ({ code, message }) => ({
    why: code === 'too-large' ? `it is larger than ${maxText} bytes` : message,
  }));
}

/** Whether a directory has no entry; false for an unreadable one, about which there are other findings. */
function isEmpty(inode: number, { image }: ContentContext): Promise<boolean> {
  const hasNoEntry = async () => {
    for await (const _ of image.readdir(inode)) return false;
    return true;
  };
  return catchImageError(hasNoEntry, () => false);
}
