/** Rules for RAUC, Mender, SWUpdate and systemd-boot: counters and flags in an environment or in names. */
import type { Scheme, UpgradeFacts } from './facts';
import type { Rule } from './rule';

const of = (scheme: Scheme, rows: readonly Rule[]): Rule[] =>
  rows.map((row) => ({ ...row, fits: (facts) => facts.scheme === scheme && row.fits(facts) }));

const value = ({ variables }: UpgradeFacts, name: string): string => (variables[name] ?? '').replace(/^"(.*)"$/, '$1');
const running = ({ cmdline }: UpgradeFacts): string => /(?:^|\s)rauc\.slot=(\S+)/.exec(cmdline ?? '')?.[1] ?? '';
const firstOf = (facts: UpgradeFacts, order: string): string => value(facts, order).trim().split(/\s+/)[0] ?? '';
/** The slot that comes first and is not the running one; '' when it is, or one of them is not known. */
function other(facts: UpgradeFacts, order: string): string {
  const [first, now] = [firstOf(facts, order), running(facts)];
  return first !== '' && now !== '' && first !== now ? first : '';
}
const same = (facts: UpgradeFacts, order: string): boolean =>
  running(facts) !== '' && firstOf(facts, order) === running(facts);
const left = (facts: UpgradeFacts, slot: string): number =>
  Number.parseInt(value(facts, `BOOT_${slot}_LEFT`) || '-1', 16);

const lookAtSlot = [
  'Read the console of the failed boot, then install the bundle again: rauc status shows both slots.',
];
const markGood = ['When the system works: rauc status mark-good'];

export const otherRules: readonly Rule[] = [
  ...of('rauc-grub', [
    {
      number: 'R1',
      verdict: 'fell-back',
      fits: (facts) => {
        const slot = other(facts, 'ORDER');
        return slot !== '' && (value(facts, `${slot}_TRY`) === '1' || value(facts, `${slot}_OK`) === '0');
      },
      says: (facts) =>
        `Slot ${other(facts, 'ORDER')} comes first and was tried without success; slot ${running(facts)} runs.`,
      next: lookAtSlot,
    },
    {
      number: 'R2',
      verdict: 'waiting',
      fits: (facts) => other(facts, 'ORDER') !== '',
      says: (facts) =>
        `Slot ${other(facts, 'ORDER')} comes first and starts at the next boot; slot ${running(facts)} runs.`,
      next: ['Reboot.'],
    },
    {
      number: 'R3',
      verdict: 'not-confirmed',
      fits: (facts) =>
        same(facts, 'ORDER') &&
        (value(facts, `${running(facts)}_TRY`) === '1' || value(facts, `${running(facts)}_OK`) === '0'),
      says: (facts) => `Slot ${running(facts)} runs and was not marked as good: the next boot goes to the other one.`,
      next: markGood,
    },
    {
      number: 'R4',
      verdict: 'normal',
      fits: (facts) => same(facts, 'ORDER'),
      says: (facts) => `Slot ${running(facts)} runs, comes first and is marked as good.`,
      next: [],
    },
  ]),
  ...of('rauc-u-boot', [
    {
      number: 'U1',
      verdict: 'fell-back',
      fits: (facts) => left(facts, other(facts, 'BOOT_ORDER')) === 0,
      says: (facts) =>
        `Slot ${other(facts, 'BOOT_ORDER')} comes first and used up its attempts; slot ${running(facts)} runs.`,
      next: lookAtSlot,
    },
    {
      number: 'U2',
      verdict: 'waiting',
      fits: (facts) => left(facts, other(facts, 'BOOT_ORDER')) >= 3,
      says: (facts) =>
        `Slot ${other(facts, 'BOOT_ORDER')} comes first with all its attempts left and starts at the next boot.`,
      next: ['Reboot.'],
    },
    {
      number: 'U3',
      verdict: 'not-confirmed',
      fits: (facts) => other(facts, 'BOOT_ORDER') !== '' && left(facts, other(facts, 'BOOT_ORDER')) > 0,
      says: (facts) =>
        `Slot ${other(facts, 'BOOT_ORDER')} was tried without success and will be tried again; slot ${running(facts)} runs.`,
      next: lookAtSlot,
    },
    {
      number: 'U4',
      verdict: 'not-confirmed',
      fits: (facts) => same(facts, 'BOOT_ORDER') && left(facts, running(facts)) >= 0 && left(facts, running(facts)) < 3,
      says: (facts) =>
        `Slot ${running(facts)} runs and was not marked as good: ${left(facts, running(facts))} attempts are left.`,
      next: markGood,
    },
    {
      number: 'U5',
      verdict: 'normal',
      fits: (facts) => same(facts, 'BOOT_ORDER'),
      says: (facts) => `Slot ${running(facts)} runs, comes first and has all its attempts left.`,
      next: [],
    },
  ]),
  ...of('mender', [
    {
      number: 'M1',
      verdict: 'waiting',
      fits: (facts) => value(facts, 'upgrade_available') === '1' && Number(value(facts, 'bootcount') || '0') === 0,
      says: (facts) => `Part ${value(facts, 'mender_boot_part')} was written and starts at the next boot.`,
      next: ['Reboot.'],
    },
    {
      number: 'M2',
      verdict: 'not-confirmed',
      fits: (facts) => value(facts, 'upgrade_available') === '1',
      says: (facts) =>
        `Part ${value(facts, 'mender_boot_part')} was started and not committed: the next boot goes back to the other part.`,
      next: ['When the system works: mender-update commit'],
    },
    {
      number: 'M3',
      verdict: 'normal',
      fits: (facts) => value(facts, 'upgrade_available') === '0',
      says: () =>
        'No update waits. A fallback leaves the same variables behind: compare the artifact that runs with the one that was installed.',
      next: ['mender-update show-artifact'],
    },
  ]),
  ...of('swupdate', [
    {
      number: 'W1',
      verdict: 'waiting',
      fits: (facts) => value(facts, 'ustate') === '1',
      says: () => 'An update was installed (ustate 1) and starts at the next boot.',
      next: ['Reboot.'],
    },
    {
      number: 'W2',
      verdict: 'not-confirmed',
      fits: (facts) => value(facts, 'ustate') === '2',
      says: () => 'The new system is being tested (ustate 2) and was not confirmed.',
      next: ['When the system works, let the application confirm it, or set ustate to 0.'],
    },
    {
      number: 'W3',
      verdict: 'fell-back',
      fits: (facts) => value(facts, 'ustate') === '3',
      says: () => 'The update failed (ustate 3), and the former system runs.',
      next: ['Read the log of the failed boot before you install again.'],
    },
    {
      number: 'W4',
      verdict: 'normal',
      fits: (facts) => value(facts, 'ustate') === '0',
      says: () => 'No update waits (ustate 0).',
      next: [],
    },
  ]),
  ...of('systemd-boot', [
    {
      number: 'S1',
      verdict: 'fell-back',
      fits: ({ entries }) => entries.some(({ left: tries }) => tries === 0),
      says: ({ entries }) =>
        `The entry ${entries.find(({ left: tries }) => tries === 0)!.name} used up its attempts; systemd-boot takes another one.`,
      next: ['Read the journal of the failed boots; bootctl list shows the entries.'],
    },
    {
      number: 'S2',
      verdict: 'not-confirmed',
      fits: ({ entries }) => entries.some(({ done }) => done > 0),
      says: ({ entries }) =>
        `The entry ${entries.find(({ done }) => done > 0)!.name} was tried and not marked as good.`,
      next: ['If it runs now, look at systemd-bless-boot.service.'],
    },
    {
      number: 'S3',
      verdict: 'waiting',
      fits: ({ entries }) => entries.some(({ left: tries }) => tries > 0),
      says: ({ entries }) => `The entry ${entries.find(({ left: tries }) => tries > 0)!.name} was not tried yet.`,
      next: ['Reboot.'],
    },
    {
      number: 'S4',
      verdict: 'normal',
      fits: ({ entries }) => entries.length === 0,
      says: () => 'No entry counts its attempts: all were marked as good, or boot assessment is not used.',
      next: [],
    },
  ]),
];
