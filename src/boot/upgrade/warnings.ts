/** What should be fixed before the next boot or upgrade, whatever the verdict. */
import type { ImageFact, UpgradeFacts } from './facts';
import { isBad } from './images';
import type { UpgradeVerdict } from './rule';
import type { UpgradeWarning } from './upgrade-report';

const byName = (facts: UpgradeFacts, name: string): ImageFact | undefined =>
  facts.images.find((one) => one.name === name);

function poisoned({ scheme, tentative, enabled, nextEntry }: UpgradeFacts): UpgradeWarning | null {
  if (scheme !== 'elemental-1' || !tentative || !enabled) return null;
  const once = nextEntry === null ? '' : ` Only the next boot is exempt, because of next_entry=${nextEntry}.`;
  return {
    id: 'next-boot-poisoned',
    message: `boot_assessment_tentative is still set: the next boot and every later one start the fallback without trying active.img.${once}`,
  };
}

function retry(facts: UpgradeFacts, verdict: UpgradeVerdict): UpgradeWarning | null {
  if (facts.scheme !== 'elemental-1') return null;
  const [active, passive] = [byName(facts, 'active'), byName(facts, 'passive')];
  const activeBad = (active !== undefined && isBad(active)) || (verdict === 'fell-back' && active?.boots !== true);
  if (!activeBad || (passive !== undefined && isBad(passive))) return null;
  return {
    id: 'retry-destroys-good-image',
    message:
      'active.img is bad, and another upgrade would move it over passive.img, the last good image (Elemental and Harvester do so even if they run passive). Copy passive.img over active.img first.',
  };
}

function environments({ scheme, environments: found }: UpgradeFacts): UpgradeWarning[] {
  return found
    .filter(({ faults }) => faults.length > 0)
    .map(({ path, faults }) => {
      const isAssessment = scheme === 'elemental-1' && path.endsWith('boot_assessment');
      const more = isAssessment ? ' GRUB would try a bad image again and again. Recreate it with grub2-editenv.' : '';
      return { id: 'environment-unwritable', message: `${path}: ${faults.join('; ')}.${more}` };
    });
}

function room({ free, needed }: UpgradeFacts): UpgradeWarning | null {
  if (free === null || needed === null || free >= needed) return null;
  return {
    id: 'no-room',
    message: `The state partition has ${free} bytes free, but the next upgrade writes a third image of ${needed} bytes.`,
  };
}

/** All warnings, the most severe first. */
export function warningsFor(facts: UpgradeFacts, verdict: UpgradeVerdict): UpgradeWarning[] {
  const damaged = facts.images.filter(isBad).map(({ name, fault }): UpgradeWarning => {
    return { id: 'image-damaged', message: `The ${name} image must not be booted: ${fault ?? 'it is damaged'}` };
  });
  return [poisoned(facts), retry(facts, verdict), ...damaged, ...environments(facts), room(facts)].filter(
    (one) => one !== null,
  );
}
