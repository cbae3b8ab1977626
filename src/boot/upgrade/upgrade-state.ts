/** Tells "waiting for the reboot" from "the new image failed and the fallback runs", from a machine's own files. */

import type { StateReader } from '../../platform/state-reader';
import type { NotChecked } from '../../problem/report';
import { gather } from './gather';
import { type ImageOptions, judgeImages } from './images';
import { ruleFor } from './rules';
import type { UpgradeReport } from './upgrade-report';
import { warningsFor } from './warnings';

/** Gathers the facts, judges the images where `options.structure` says how, and applies the rules. Never writes. */
export async function judgeUpgrade(reader: StateReader, options: ImageOptions = {}): Promise<UpgradeReport> {
  const gathered = await gather(reader);
  const { facts, stateFolder } = gathered;
  await judgeImages(reader, gathered, options);
  if (stateFolder !== null) {
    facts.free = await reader.free(stateFolder === '' ? '/' : stateFolder);
    facts.needed = facts.images.find(({ name }) => name === 'active' || name.startsWith('snapshot'))?.size ?? null;
  }
  const rule = ruleFor(facts);
  const notChecked: NotChecked[] = [];
  if (facts.images.some(({ verdict }) => verdict === null))
    notChecked.push({
      what: 'images',
      why: options.structure === undefined ? 'they were left out on request' : 'not all of them could be read',
    });
  return {
    schemaVersion: 1,
    verdict: rule.verdict,
    rule: rule.number,
    says: rule.says(facts),
    next: rule.next,
    warnings: warningsFor(facts, rule.verdict),
    facts,
    notChecked,
  };
}
