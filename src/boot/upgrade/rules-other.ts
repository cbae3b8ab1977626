/** Rules for RAUC, Mender, SWUpdate and systemd-boot: counters and flags in an environment or in names. */
import type { UpgradeFacts } from './facts';
import { type Rule, rulesFor } from './rule';

const value = ({ variables }: UpgradeFacts, name: string): string => (variables[name] ?? '').replace(/^"(.*)"$/, '$1');
const running = ({ cmdline }: UpgradeFacts): string => /(?:^|\s)rauc\.slot=(\S+)/.exec(cmdline ?? '')?.[1] ?? '';
const firstOf = (facts: UpgradeFacts, order: string): string => value(facts, order).trim().split(/\s+/)[0] ?? '';
/** The first slot of the boot order if another one runs; '' if it runs, or if one of them is unknown. */
function other(facts: UpgradeFacts, order: string): string {
  const [first, now] = [firstOf(facts, order), running(facts)];
  return first !== '' && now !== '' && first !== now ? first : '';
}
const runsFirst = (facts: UpgradeFacts, order: string): boolean =>
  running(facts) !== '' && firstOf(facts, order) === running(facts);
/** Attempts left for a slot of RAUC with U-Boot; -1 if unknown. */
const attempts = (facts: UpgradeFacts, slot: string): number =>
  Number.parseInt(value(facts, `BOOT_${slot}_LEFT`) || '-1', 16);
/** Whether RAUC with GRUB tried a slot that is not marked as good. */
const isTried = (facts: UpgradeFacts, slot: string): boolean =>
  value(facts, `${slot}_TRY`) === '1' || value(facts, `${slot}_OK`) === '0';
const is = (name: string, wanted: string) => (facts: UpgradeFacts) => value(facts, name) === wanted;

const installAgain =
  'Read the console of the failed boot, then install the bundle again: rauc status shows both slots.';
const markGood = 'When the system works: rauc status mark-good';

const grub = rulesFor('rauc-grub');
const uBoot = rulesFor('rauc-u-boot');
const mender = rulesFor('mender');
const swupdate = rulesFor('swupdate');
const systemdBoot = rulesFor('systemd-boot');

export const otherRules: readonly Rule[] = [
  grub(
    'R1',
    'fell-back',
    (facts) => other(facts, 'ORDER') !== '' && isTried(facts, other(facts, 'ORDER')),
    (facts) => `Slot ${other(facts, 'ORDER')} is first in the boot order and failed; slot ${running(facts)} runs.`,
    installAgain,
  ),
  grub(
    'R2',
    'waiting',
    (facts) => other(facts, 'ORDER') !== '',
    (facts) =>
      `Slot ${other(facts, 'ORDER')} is first in the boot order and starts at the next boot; slot ${running(facts)} runs.`,
    'Reboot.',
  ),
  grub(
    'R3',
    'not-confirmed',
    (facts) => runsFirst(facts, 'ORDER') && isTried(facts, running(facts)),
    (facts) => `Slot ${running(facts)} runs and is not marked as good: the next boot starts the other slot.`,
    markGood,
  ),
  grub(
    'R4',
    'normal',
    (facts) => runsFirst(facts, 'ORDER'),
    (facts) => `Slot ${running(facts)} runs, is first in the boot order and is marked as good.`,
  ),
  uBoot(
    'U1',
    'fell-back',
    (facts) => attempts(facts, other(facts, 'BOOT_ORDER')) === 0,
    (facts) =>
      `Slot ${other(facts, 'BOOT_ORDER')} is first in the boot order and has no attempts left; slot ${running(facts)} runs.`,
    installAgain,
  ),
  uBoot(
    'U2',
    'waiting',
    (facts) => attempts(facts, other(facts, 'BOOT_ORDER')) >= 3,
    (facts) =>
      `Slot ${other(facts, 'BOOT_ORDER')} is first in the boot order with all its attempts left and starts at the next boot.`,
    'Reboot.',
  ),
  uBoot(
    'U3',
    'not-confirmed',
    (facts) => other(facts, 'BOOT_ORDER') !== '' && attempts(facts, other(facts, 'BOOT_ORDER')) > 0,
    (facts) =>
      `Slot ${other(facts, 'BOOT_ORDER')} failed at least once and will be tried again; slot ${running(facts)} runs.`,
    installAgain,
  ),
  uBoot(
    'U4',
    'not-confirmed',
    (facts) =>
      runsFirst(facts, 'BOOT_ORDER') && attempts(facts, running(facts)) >= 0 && attempts(facts, running(facts)) < 3,
    (facts) =>
      `Slot ${running(facts)} runs and is not marked as good: it has ${attempts(facts, running(facts))} attempts left.`,
    markGood,
  ),
  uBoot(
    'U5',
    'normal',
    (facts) => runsFirst(facts, 'BOOT_ORDER'),
    (facts) => `Slot ${running(facts)} runs, is first in the boot order and has all its attempts left.`,
  ),
  mender(
    'M1',
    'waiting',
    (facts) => is('upgrade_available', '1')(facts) && Number(value(facts, 'bootcount') || '0') === 0,
    (facts) => `Partition ${value(facts, 'mender_boot_part')} is installed and starts at the next boot.`,
    'Reboot.',
  ),
  mender(
    'M2',
    'not-confirmed',
    is('upgrade_available', '1'),
    (facts) =>
      `Partition ${value(facts, 'mender_boot_part')} was started and is not committed: the next boot starts the other partition.`,
    'When the system works: mender-update commit',
  ),
  mender(
    'M3',
    'normal',
    is('upgrade_available', '0'),
    'No update is pending. The variables are the same after a fallback: compare the running artifact with the installed one.',
    'mender-update show-artifact',
  ),
  swupdate(
    'W1',
    'waiting',
    is('ustate', '1'),
    'An update is installed (ustate 1) and starts at the next boot.',
    'Reboot.',
  ),
  swupdate(
    'W2',
    'not-confirmed',
    is('ustate', '2'),
    'The new system is being tested (ustate 2) and is not confirmed.',
    'When the system works, let the application confirm it, or set ustate to 0.',
  ),
  swupdate(
    'W3',
    'fell-back',
    is('ustate', '3'),
    'The update failed (ustate 3), and the former system runs.',
    'Read the log of the failed boot before you install again.',
  ),
  swupdate('W4', 'normal', is('ustate', '0'), 'No update is pending (ustate 0).'),
  systemdBoot(
    'S1',
    'fell-back',
    ({ entries }) => entries.some(({ left }) => left === 0),
    ({ entries }) =>
      `The entry ${entries.find(({ left }) => left === 0)!.name} has no attempts left; systemd-boot starts another one.`,
    'Read the journal of the failed boots; bootctl list shows the entries.',
  ),
  systemdBoot(
    'S2',
    'not-confirmed',
    ({ entries }) => entries.some(({ done }) => done > 0),
    ({ entries }) => `The entry ${entries.find(({ done }) => done > 0)!.name} was tried and is not marked as good.`,
    'If it runs now, inspect systemd-bless-boot.service.',
  ),
  systemdBoot(
    'S3',
    'waiting',
    ({ entries }) => entries.some(({ left }) => left > 0),
    ({ entries }) => `The entry ${entries.find(({ left }) => left > 0)!.name} has not been tried.`,
    'Reboot.',
  ),
  systemdBoot(
    'S4',
    'normal',
    ({ entries }) => entries.length === 0,
    'No entry has a counter: all are marked as good, or boot assessment is not used.',
  ),
];
