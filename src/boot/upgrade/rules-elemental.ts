/** Rules for Elemental, Harvester and Kairos: images on a state partition, and GRUB's boot assessment. */
import { bootedBefore, type UpgradeFacts } from './facts';
import { type Rule, rulesFor } from './rule';

const state = '/run/initramfs/cos-state';
/** The commands that change variables of the boot assessment. */
const setAssessment = (variables: string): string[] => [
  `mount -o remount,rw ${state}`,
  `grub2-editenv ${state}/boot_assessment set ${variables}`,
  `mount -o remount,ro ${state}`,
];
const clearTentative = setAssessment('boot_assessment_tentative=');
const clearBoth = setAssessment('enable_boot_assessment= boot_assessment_tentative=');
const installed = 'The new image is installed and starts at the next boot.';

const activeBoots = ({ images }: UpgradeFacts): boolean | null =>
  images.find(({ name }) => name === 'active')?.boots ?? null;
const isSet = (facts: UpgradeFacts, name: string): boolean => (facts.variables[name] ?? '') !== '';
const isChecked = (facts: UpgradeFacts): boolean => facts.variables['boot_assessment_check'] === 'yes';
const inRecovery = ({ mode }: UpgradeFacts): boolean => mode === 'recovery' || mode === 'live';
const findRecoveryCause = 'Find out why a person or the firmware chose recovery, then boot active.';

const rule1 = rulesFor('elemental-1');
const rule2 = rulesFor('elemental-2');

export const elementalRules: readonly Rule[] = [
  rule1(
    '1',
    'recovery',
    inRecovery,
    ({ mode }) =>
      `The machine runs ${mode === 'live' ? 'an installation medium' : 'its recovery system'}, neither active nor passive.`,
    findRecoveryCause,
  ),
  rule1(
    '2a',
    'running',
    ({ transition, upgradeRuns }) => transition && upgradeRuns === true,
    'An upgrade is running: it writes transition.img.',
    'Wait until it ends, then run extcheck again.',
  ),
  rule1(
    '2',
    'interrupted',
    ({ transition }) => transition,
    'An upgrade was started and not finished: transition.img is left over, and no upgrade runs.',
    'Do not boot transition.img. Find out why the upgrade ended (often there was no space left), remove the file, and upgrade again.',
  ),
  rule1(
    '3',
    'poisoned',
    (facts) => bootedBefore(facts) === true && facts.tentative,
    ({ nextEntry }) => {
      const once = nextEntry === null ? '' : `, unless next_entry=${nextEntry} overrides this for one boot`;
      return `${installed} But boot_assessment_tentative is still set from an earlier attempt, so GRUB will start the fallback without trying the new image${once}.`;
    },
    'Clear the flag before you reboot:',
    ...clearTentative,
  ),
  rule1(
    '4',
    'waiting',
    (facts) => bootedBefore(facts) === true && facts.enabled,
    `${installed} The boot assessment is enabled: if the image fails, GRUB starts passive.`,
    'Reboot.',
  ),
  rule1(
    '5',
    'no-fallback',
    (facts) => bootedBefore(facts) === true,
    `${installed} The boot assessment is not enabled, so GRUB does not start passive if the kernel or the initramfs fails.`,
    'Enable it before you reboot, or reboot with access to the console:',
    ...setAssessment('enable_boot_assessment=yes'),
  ),
  rule1(
    '6',
    'fell-back',
    ({ mode, upgradeFailure }) => mode === 'passive' && upgradeFailure === true,
    'The new image was started and failed: its kernel or initramfs did not work, and GRUB booted passive.',
    'Do not upgrade again before you replace active.img: a retry would move the broken image over passive.img.',
    'Read the console of the failed boot, and check active.img with extcheck boot.',
    'The flags stay set and send every boot to the fallback; to try active again, clear them:',
    ...clearBoth,
  ),
  rule1(
    '7',
    'fell-back',
    ({ mode, tentative }) => mode === 'passive' && tentative,
    (facts) => {
      const boots = activeBoots(facts);
      if (boots === false) return 'GRUB could not load the new image and booted passive: active.img cannot be booted.';
      if (boots === true)
        return 'Passive runs although active.img can be booted: a person chose the fallback, or the new system failed before it was marked as good.';
      return 'Passive runs and the tentative flag is set: GRUB could not load active.img, or a person chose the fallback.';
    },
    'Check active.img with extcheck boot, and do not upgrade again before you replace it.',
    'Then clear the flags:',
    ...clearBoth,
  ),
  rule1(
    '8',
    'not-confirmed',
    ({ mode, tentative }) => mode === 'active' && tentative,
    'Active runs and is not marked as good: it is still booting, or the stage boot.before did not run. The next boot starts the fallback.',
    'If the system has been running for minutes and works, clear the flags:',
    ...clearBoth,
  ),
  rule1(
    '9',
    'upgraded',
    (facts) => facts.mode === 'active' && !facts.enabled && !facts.tentative && bootedBefore(facts) === false,
    'The image of the last upgrade runs and is marked as good.',
  ),
  rule1(
    '10',
    'on-passive',
    ({ mode, enabled, tentative }) => mode === 'passive' && !enabled && !tentative,
    'Passive runs, and no flag is set: a person chose it, or an image without boot assessment could not be loaded.',
    'Check active.img with extcheck boot before you boot or upgrade it.',
  ),
  rule1(
    '11',
    'interrupted',
    (facts) => facts.mode === 'active' && facts.enabled && !facts.tentative && bootedBefore(facts) === false,
    'An upgrade enabled the boot assessment and did not finish: state.yaml is older than this boot. passive.img may already be the former active.img.',
    'Check both images, then upgrade again or disable the assessment:',
    ...clearBoth,
  ),
  rule1(
    '12',
    'on-passive',
    ({ mode, enabled }) => mode === 'passive' && enabled,
    'Passive runs, and the boot assessment is enabled but was not used: a person chose passive, or GRUB could not save its flag.',
    'Check active.img and the file boot_assessment before the next boot.',
  ),
  rule1(
    '13',
    'normal',
    ({ mode, enabled, tentative }) => mode === 'active' && !enabled && !tentative,
    'Active runs, and no flag of an upgrade is set. The time of the last upgrade is unknown.',
  ),
  rule2(
    'V1',
    'recovery',
    inRecovery,
    'The machine runs its recovery system, neither the active snapshot nor a passive one.',
    findRecoveryCause,
  ),
  rule2(
    'V2',
    'waiting',
    (facts) => isChecked(facts) && !isSet(facts, 'last_boot_attempt') && bootedBefore(facts) === true,
    'The new snapshot is installed and starts at the next boot, with the boot assessment enabled.',
    'Reboot.',
  ),
  rule2(
    'V3',
    'fell-back',
    (facts) => facts.mode === 'passive' && isChecked(facts),
    (facts) =>
      isSet(facts, 'last_boot_attempt')
        ? 'The new snapshot failed and a passive one runs; its own assessment has not ended.'
        : 'The new snapshot failed and a passive one runs, which is healthy.',
    'Read the journal of the failed boot before you upgrade again.',
  ),
  rule2(
    'V4',
    'not-confirmed',
    (facts) => facts.mode === 'active' && isChecked(facts),
    'The new snapshot runs, and its assessment has not ended.',
    'Wait for the assessment service; if it does not end, inspect it with systemctl.',
  ),
  rule2(
    'V5',
    'no-fallback',
    (facts) => facts.mode === 'active' && bootedBefore(facts) === true,
    'A new snapshot is installed and starts at the next boot. The boot assessment is not enabled.',
    'Enable the assessment first, or reboot with access to the console.',
  ),
  rule2(
    'V6',
    'on-passive',
    ({ mode }) => mode === 'passive',
    'A passive snapshot runs, and the assessment is not enabled: a person chose it.',
    'Boot active, or upgrade from the running system.',
  ),
  rule2(
    'V7',
    'upgraded',
    (facts) => facts.mode === 'active' && bootedBefore(facts) === false,
    'The snapshot of the last upgrade runs, and its assessment has ended.',
  ),
  rule2(
    'V8',
    'normal',
    ({ mode }) => mode === 'active',
    'The active snapshot runs. The time of the last upgrade is unknown.',
  ),
];
