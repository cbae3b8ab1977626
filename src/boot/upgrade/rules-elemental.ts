/** Rules for Elemental, Harvester and Kairos: images on a state partition, and GRUB's boot assessment. */
import { bootedBefore, type UpgradeFacts } from './facts';
import type { Rule } from './rule';

const state = '/run/initramfs/cos-state';
const clearTentative = [
  `mount -o remount,rw ${state}`,
  `grub2-editenv ${state}/boot_assessment set boot_assessment_tentative=`,
  `mount -o remount,ro ${state}`,
];
const clearBoth = [
  clearTentative[0]!,
  `grub2-editenv ${state}/boot_assessment set enable_boot_assessment= boot_assessment_tentative=`,
  clearTentative[2]!,
];
const waits = 'The new image is in place and starts at the next boot.';

/** The first generation, with the test that belongs to every row. */
function first(row: Omit<Rule, 'fits'> & { fits(facts: UpgradeFacts): boolean }): Rule {
  return { ...row, fits: (facts) => facts.scheme === 'elemental-1' && row.fits(facts) };
}
const second = (row: Rule): Rule => ({ ...row, fits: (facts) => facts.scheme === 'elemental-2' && row.fits(facts) });

const readable = ({ images }: UpgradeFacts): boolean | null =>
  images.find(({ name }) => name === 'active')?.boots ?? null;
const isSet = (facts: UpgradeFacts, name: string): boolean => (facts.variables[name] ?? '') !== '';
const checks = (facts: UpgradeFacts): boolean => facts.variables['boot_assessment_check'] === 'yes';

export const elementalRules: readonly Rule[] = [
  first({
    number: '1',
    verdict: 'recovery',
    fits: ({ mode }) => mode === 'recovery' || mode === 'live',
    says: ({ mode }) =>
      `The machine runs from ${mode === 'live' ? 'an installer medium' : 'its recovery system'}, neither from active nor from passive.`,
    next: ['Look at why somebody or the firmware chose recovery, then boot active.'],
  }),
  first({
    number: '2a',
    verdict: 'running',
    fits: ({ transition, upgradeRuns }) => transition && upgradeRuns === true,
    says: () => 'An upgrade is being made right now: transition.img is being written.',
    next: ['Wait for it to end, then look again.'],
  }),
  first({
    number: '2',
    verdict: 'interrupted',
    fits: ({ transition }) => transition,
    says: () => 'An upgrade was begun and not finished: transition.img is left, and no upgrade runs.',
    next: [
      'Do not boot into transition.img. Find out why it ended (often no space was left), remove the file, and upgrade again.',
    ],
  }),
  first({
    number: '3',
    verdict: 'poisoned',
    fits: (facts) => bootedBefore(facts) === true && facts.tentative,
    says: ({ nextEntry }) =>
      `${waits} But boot_assessment_tentative is still set from an earlier attempt, so GRUB will take the fallback without ever trying it${nextEntry === null ? '' : `, unless next_entry=${nextEntry} wins for one boot`}.`,
    next: ['Clear the flag before the reboot:', ...clearTentative],
  }),
  first({
    number: '4',
    verdict: 'waiting',
    fits: (facts) => bootedBefore(facts) === true && facts.enabled,
    says: () => `${waits} The boot assessment is armed: should it fail, GRUB comes back to passive.`,
    next: ['Reboot.'],
  }),
  first({
    number: '5',
    verdict: 'no-fallback',
    fits: (facts) => bootedBefore(facts) === true,
    says: () =>
      `${waits} The boot assessment is not armed, so nobody comes back to passive when kernel or initramfs fail.`,
    next: [
      'Arm it before the reboot, or be at the console:',
      clearTentative[0]!,
      `grub2-editenv ${state}/boot_assessment set enable_boot_assessment=yes`,
      clearTentative[2]!,
    ],
  }),
  first({
    number: '6',
    verdict: 'fell-back',
    fits: ({ mode, upgradeFailure }) => mode === 'passive' && upgradeFailure === true,
    says: () =>
      'The new image was started and did not get through: its kernel or initramfs failed, and GRUB booted passive.',
    next: [
      'Do not upgrade again before active.img is replaced: a retry would move the broken image over passive.img.',
      'Read the console of the failed boot, and check active.img with extcheck boot.',
      'Flags stay set and send every boot to the fallback; to try active again, clear them:',
      ...clearBoth,
    ],
  }),
  first({
    number: '7',
    verdict: 'fell-back',
    fits: ({ mode, tentative }) => mode === 'passive' && tentative,
    says: (facts) => {
      const good = readable(facts);
      if (good === false) return 'GRUB could not load the new image and booted passive: active.img cannot be booted.';
      if (good === true)
        return 'Passive runs although active.img can be booted: somebody chose the fallback, or the new system failed before it was marked as good.';
      return 'Passive runs and the tentative flag is set: GRUB could not load active.img, or somebody chose the fallback.';
    },
    next: [
      'Check active.img with extcheck boot, and do not upgrade again before it is replaced.',
      'Then clear the flags:',
      ...clearBoth,
    ],
  }),
  first({
    number: '8',
    verdict: 'not-confirmed',
    fits: ({ mode, tentative }) => mode === 'active' && tentative,
    says: () =>
      'Active runs and was not marked as good: it is still booting, or the stage boot.before never ran. The next boot goes to the fallback.',
    next: ['If the system is up for minutes and works, clear the flags:', ...clearBoth],
  }),
  first({
    number: '9',
    verdict: 'upgraded',
    fits: (facts) => facts.mode === 'active' && !facts.enabled && !facts.tentative && bootedBefore(facts) === false,
    says: () => 'The image of the last upgrade runs and was marked as good.',
    next: [],
  }),
  first({
    number: '10',
    verdict: 'on-passive',
    fits: ({ mode, enabled, tentative }) => mode === 'passive' && !enabled && !tentative,
    says: () =>
      'Passive runs, and no flag is set: somebody chose it, or an image without boot assessment could not be loaded.',
    next: ['Check active.img with extcheck boot before you boot or upgrade it.'],
  }),
  first({
    number: '11',
    verdict: 'interrupted',
    fits: (facts) => facts.mode === 'active' && facts.enabled && !facts.tentative && bootedBefore(facts) === false,
    says: () =>
      'An upgrade armed the boot assessment and never finished: state.yaml is older than this boot. passive.img may be the former active.img already.',
    next: ['Check both images, then upgrade again or disarm the assessment:', ...clearBoth],
  }),
  first({
    number: '12',
    verdict: 'on-passive',
    fits: ({ mode, enabled }) => mode === 'passive' && enabled,
    says: () =>
      'Passive runs while the boot assessment is armed and was not used: somebody chose passive, or GRUB could not save its flag.',
    next: ['Check active.img and the file boot_assessment before the next boot.'],
  }),
  first({
    number: '13',
    verdict: 'normal',
    fits: ({ mode, enabled, tentative }) => mode === 'active' && !enabled && !tentative,
    says: () => 'Active runs, and no flag of an upgrade is set. When the last upgrade was made is not known.',
    next: [],
  }),
  second({
    number: 'V1',
    verdict: 'recovery',
    fits: ({ mode }) => mode === 'recovery' || mode === 'live',
    says: () => 'The machine runs from its recovery system, neither from the active snapshot nor from a passive one.',
    next: ['Look at why somebody or the firmware chose recovery, then boot active.'],
  }),
  second({
    number: 'V2',
    verdict: 'waiting',
    fits: (facts) => checks(facts) && !isSet(facts, 'last_boot_attempt') && bootedBefore(facts) === true,
    says: () => 'The new snapshot is in place and starts at the next boot, with the boot assessment armed.',
    next: ['Reboot.'],
  }),
  second({
    number: 'V3',
    verdict: 'fell-back',
    fits: (facts) => facts.mode === 'passive' && checks(facts),
    says: (facts) =>
      isSet(facts, 'last_boot_attempt')
        ? 'The new snapshot failed and a passive one runs; its own assessment has not ended.'
        : 'The new snapshot failed and a passive one runs, which is healthy.',
    next: ['Read the journal of the failed boot before you upgrade again.'],
  }),
  second({
    number: 'V4',
    verdict: 'not-confirmed',
    fits: (facts) => facts.mode === 'active' && checks(facts),
    says: () => 'The new snapshot runs, and its assessment has not ended.',
    next: ['Wait for the service of the assessment; look at it with systemctl if it does not end.'],
  }),
  second({
    number: 'V5',
    verdict: 'no-fallback',
    fits: (facts) => facts.mode === 'active' && bootedBefore(facts) === true,
    says: () => 'A new snapshot is in place and starts at the next boot. The boot assessment is not armed.',
    next: ['Be at the console when you reboot, or arm the assessment first.'],
  }),
  second({
    number: 'V6',
    verdict: 'on-passive',
    fits: ({ mode }) => mode === 'passive',
    says: () => 'A passive snapshot runs, and no assessment is armed: somebody chose it.',
    next: ['Boot active, or upgrade from here.'],
  }),
  second({
    number: 'V7',
    verdict: 'upgraded',
    fits: (facts) => facts.mode === 'active' && bootedBefore(facts) === false,
    says: () => 'The snapshot of the last upgrade runs, and its assessment has ended.',
    next: [],
  }),
  second({
    number: 'V8',
    verdict: 'normal',
    fits: ({ mode }) => mode === 'active',
    says: () => 'The active snapshot runs. When the last upgrade was made is not known.',
    next: [],
  }),
];
