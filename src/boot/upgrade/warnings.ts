/** What should be put right before the next boot or upgrade, whatever the verdict. */
import type { ImageFact, UpgradeFacts } from './facts';
import { isBad } from './images';
import type { UpgradeVerdict } from './rule';
import type { UpgradeWarning } from './upgrade-report';

const byName = (facts: UpgradeFacts, name: string): ImageFact | undefined =>
  facts.images.find((one) => one.name === name);

function poisoned({ scheme, tentative, enabled, nextEntry }: UpgradeFacts): UpgradeWarning | null {
  if (scheme !== 'elemental-1' || !tentative || !enabled) return null;
  const once = nextEntry === null ? '' : ` Only the next boot is spared, by next_entry=${nextEntry}.`;
  return {
    id: 'next-boot-poisoned',
    says: `boot_assessment_tentative is still set: the next boot goes to the fallback without trying active.img, and so does every one after it.${once}`,
  };
}

function retry(facts: UpgradeFacts, verdict: UpgradeVerdict): UpgradeWarning | null {
  if (facts.scheme !== 'elemental-1') return null;
  const [active, passive] = [byName(facts, 'active'), byName(facts, 'passive')];
  const activeBad = (active !== undefined && isBad(active)) || (verdict === 'fell-back' && active?.boots !== true);
  if (!activeBad || (passive !== undefined && isBad(passive))) return null;
  return {
    id: 'retry-destroys-good-image',
    says: 'active.img is not to be trusted, and upgrading again moves it over passive.img, the last good image (Elemental and Harvester do so even when they run from passive). Copy passive.img over active.img first.',
  };
}

function environments({ scheme, environments: found }: UpgradeFacts): UpgradeWarning[] {
  return found
    .filter(({ faults }) => faults.length > 0)
    .map(({ path, faults }) => ({
      id: 'environment-unwritable',
      says: `${path}: ${faults.join('; ')}.${scheme === 'elemental-1' && path.endsWith('boot_assessment') ? ' A bad image would be tried for ever. Make it anew with grub2-editenv.' : ''}`,
    }));
}

function room({ free, needed }: UpgradeFacts): UpgradeWarning | null {
  if (free === null || needed === null || free >= needed) return null;
  return {
    id: 'no-room',
    says: `The state partition has ${free} bytes free, and the next upgrade writes an image of ${needed} bytes beside the two that are there.`,
  };
}

/** All warnings, the worst first. */
export function warningsFor(facts: UpgradeFacts, verdict: UpgradeVerdict): UpgradeWarning[] {
  const damaged = facts.images.filter(isBad).map(
    ({ name, fault }): UpgradeWarning => ({
      id: 'image-damaged',
      says: `The ${name} image must not be booted: ${fault ?? 'it is damaged'}`,
    }),
  );
  return [poisoned(facts), retry(facts, verdict), ...damaged, ...environments(facts), room(facts)].filter(
    (one) => one !== null,
  );
}
