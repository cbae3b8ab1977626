/** Determines the state of a machine's upgrade from its own files, such as waiting for the reboot or fallen back. */

import type { StateReader } from '../../platform/state-reader';
import type { NotChecked } from '../../problem/report';
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
  const notChecked: NotChecked[] = [];
  if (facts.images.some(({ verdict }) => verdict === null))
    notChecked.push({
      what: 'images',
      why: options.structure === undefined ? 'excluded on request' : 'not all of them could be read',
    });
  return {
    schemaVersion: 2,
    verdict: rule.verdict,
    rule: rule.number,
    message: rule.message(facts),
    next: rule.next,
    warnings: warningsFor(facts, rule.verdict),
    facts,
    notChecked,
  };
}
