/** Determines the state of a machine's upgrade from its own files, such as waiting for the reboot or fallen back. */

import type { StateReader } from '../../platform/state-reader';
import type { NotChecked } from '../../problem/report';
import type { UpgradeFacts } from './facts';
import { gather } from './gather';
import { checkImages, type ImageOptions } from './images';
import { ruleFor } from './rules';
import type { UpgradeReport } from './upgrade-report';
import { warningsFor } from './warnings';

/** Gathers the facts, checks the images if `options.structure` is given, and applies the rules. Never writes. */
export async function readUpgradeState(reader: StateReader, options: ImageOptions = {}): Promise<UpgradeReport> {
  const gathered = await gather(reader);
  const { facts, stateFolder } = gathered;
  await checkImages(reader, gathered, options);
  if (stateFolder !== null) {
    facts.free = await reader.free(stateFolder === '' ? '/' : stateFolder);
    facts.needed = facts.images.find(({ name }) => name === 'active' || name.startsWith('snapshot'))?.size ?? null;
  }
  const rule = ruleFor(facts);
  return {
    schemaVersion: 2,
    verdict: rule.verdict,
    rule: rule.number,
    message: rule.message(facts),
    next: rule.next,
    warnings: warningsFor(facts, rule.verdict),
    facts,
    notChecked: notCheckedParts(facts, reader.denied, options),
  };
}

function notCheckedParts(
  { images }: UpgradeFacts,
  denied: StateReader['denied'],
  { structure }: ImageOptions,
): NotChecked[] {
  const parts: NotChecked[] = [];
  const unread = images.filter(({ verdict }) => verdict === null);
  if (structure === undefined && unread.length > 0) parts.push({ what: 'images', why: 'excluded on request' });
  else for (const { path, fault } of unread) parts.push({ what: path, why: fault ?? 'it could not be read' });
  const [first] = denied ?? [];
  if (first !== undefined) {
    const more = denied!.size === 1 ? '' : ` and ${denied!.size - 1} more paths`;
    parts.push({ what: `${first}${more}`, why: 'this user may not look at it; run extcheck as root' });
  }
  return parts;
}
