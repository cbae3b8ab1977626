/** Every rule of the state of an upgrade has a state directory that shows it. */
import { describe, expect, test } from 'vitest';
import { allRules } from '../../../src/boot/upgrade/rules';
import { type UpgradeReport, upgradeExitStatus } from '../../../src/boot/upgrade/upgrade-report';
import { renderUpgrade } from '../../../src/boot/upgrade/upgrade-text';
import { crc32le } from '../../../src/bytes/crc32le';
import { stateOfFolder } from '../../../src/platform/folder-state';
import { upgradeState } from '../../../src/upgrade-state';
import {
  after,
  before,
  elementalState,
  envBlock,
  type Files,
  inStateFolder,
  statePartition,
} from '../../support/state-folder';

const judge = (files: Files): Promise<UpgradeReport> =>
  inStateFolder(files, (root) => upgradeState(stateOfFolder(root), { images: false }));

const armed = { enable_boot_assessment: 'yes' };
const tentative = { ...armed, boot_assessment_tentative: 'yes' };
const off = { enable_boot_assessment: '', boot_assessment_tentative: '' };
const transition: Files = { [`${statePartition}/cOS/transition.img`]: 'half' };
const process = (name: string, line: string): Files => ({ '/proc/417/comm': `${name}\n`, '/proc/417/cmdline': line });

const second = (mode: string, booted: number, oem: Record<string, string>, date = true): Files => ({
  '/proc/cmdline': `root=LABEL=EL_SNAP2 elemental.mode=${mode} elemental.image=${mode}`,
  '/proc/stat': `btime ${booted}\n`,
  '/run/initramfs/elemental-state/.snapshots/1/snapshot.img': 'no image',
  ...(date && { '/run/initramfs/elemental-state/state.yaml': 'date: "2026-03-01T12:00:00Z"\n' }),
  '/oem/grubenv': envBlock(oem),
});
const rauc = (slot: string, variables: Record<string, string>): Files => ({
  '/proc/cmdline': `quiet rauc.slot=${slot}`,
  '/boot/grub/grubenv': envBlock(variables),
});

/** An environment of U-Boot with its checksum, with a flag in front of the variables or without. */
function uBoot(variables: Record<string, string>, flag = false): Uint8Array {
  const text = Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\0`)
    .join('');
  const start = flag ? 5 : 4;
  const bytes = new Uint8Array(4096);
  bytes.set(new TextEncoder().encode(text), start);
  if (flag) bytes[4] = 1;
  new DataView(bytes.buffer).setUint32(0, crc32le(0, bytes.subarray(start)), true);
  return bytes;
}
const raucUBoot = (slot: string, variables: Record<string, string>): Files => ({
  '/proc/cmdline': `rauc.slot=${slot}`,
  '/boot/uboot.env': uBoot(variables, slot === 'B'),
});
const mender = (variables: Record<string, string>): Files => ({
  '/proc/cmdline': 'root=/dev/sda2',
  '/boot/efi/grub-mender-grubenv/mender_grubenv1/env': envBlock({ mender_boot_part: '3', ...variables }),
});
const entry = (name: string): Files => ({
  '/proc/cmdline': 'root=UUID=1',
  [`/efi/loader/entries/${name}`]: 'linux /vmlinuz\n',
});

/** Rule, verdict, exit status, and what shows it. */
const cases: readonly [string, UpgradeReport['verdict'], 0 | 4 | 8, string, Files][] = [
  ['1', 'recovery', 8, 'recovery runs', elementalState({ mode: 'recovery', booted: before, assessment: tentative })],
  [
    '2',
    'interrupted',
    4,
    'transition.img is left',
    elementalState({ mode: 'active', booted: after, more: { ...transition, ...process('systemd', 'systemd\0') } }),
  ],
  [
    '2a',
    'running',
    8,
    'an upgrade is being made',
    elementalState({
      mode: 'active',
      booted: after,
      more: { ...transition, ...process('elemental', 'elemental\0upgrade\0--system\0') },
    }),
  ],
  [
    '3',
    'poisoned',
    4,
    'in place, and the flag of an old attempt is set',
    elementalState({ mode: 'active', booted: before, assessment: tentative }),
  ],
  ['4', 'waiting', 0, 'in place and armed', elementalState({ mode: 'active', booted: before, assessment: armed })],
  ['5', 'no-fallback', 4, 'in place and not armed', elementalState({ mode: 'active', booted: before })],
  [
    '6',
    'fell-back',
    4,
    'the kernel of the new image failed',
    elementalState({ mode: 'passive', booted: after, failure: true, assessment: tentative }),
  ],
  [
    '7',
    'fell-back',
    4,
    'GRUB could not load the new image',
    elementalState({ mode: 'passive', booted: after, assessment: tentative }),
  ],
  [
    '8',
    'not-confirmed',
    4,
    'active runs and was not marked as good',
    elementalState({ mode: 'active', booted: after, assessment: tentative }),
  ],
  ['9', 'upgraded', 0, 'the new image runs', elementalState({ mode: 'active', booted: after, assessment: off })],
  [
    '10',
    'on-passive',
    4,
    'a person chose passive',
    elementalState({ mode: 'passive', booted: after, assessment: off }),
  ],
  [
    '11',
    'interrupted',
    4,
    'armed by an upgrade that never finished',
    elementalState({ mode: 'active', booted: after, assessment: armed }),
  ],
  [
    '12',
    'on-passive',
    4,
    'passive runs with an armed assessment',
    elementalState({ mode: 'passive', booted: after, assessment: armed }),
  ],
  [
    '13',
    'normal',
    0,
    'active runs without signs of an upgrade',
    { '/proc/cmdline': 'root=LABEL=COS_ACTIVE rw', '/run/cos/active_mode': '1' },
  ],
  ['V1', 'recovery', 8, 'recovery of the second generation', second('recovery', before, {})],
  ['V2', 'waiting', 0, 'a snapshot waits', second('active', before, { boot_assessment_check: 'yes' })],
  [
    'V3',
    'fell-back',
    4,
    'a passive snapshot runs while the check is set',
    second('passive', after, { boot_assessment_check: 'yes' }),
  ],
  [
    'V4',
    'not-confirmed',
    4,
    'the new snapshot is being assessed',
    second('active', after, { boot_assessment_check: 'yes', last_boot_attempt: 'yes' }),
  ],
  ['V5', 'no-fallback', 4, 'a snapshot waits without assessment', second('active', before, {})],
  ['V6', 'on-passive', 4, 'a person chose a passive snapshot', second('passive', after, {})],
  ['V7', 'upgraded', 0, 'the new snapshot runs', second('active', after, {})],
  ['V8', 'normal', 0, 'the active snapshot runs', second('active', after, {}, false)],
  [
    'R1',
    'fell-back',
    4,
    'the first slot was tried',
    rauc('A', { ORDER: 'B A', B_OK: '1', B_TRY: '1', A_OK: '1', A_TRY: '0' }),
  ],
  [
    'R2',
    'waiting',
    0,
    'the first slot waits',
    rauc('A', { ORDER: 'B A', B_OK: '1', B_TRY: '0', A_OK: '1', A_TRY: '0' }),
  ],
  ['R3', 'not-confirmed', 4, 'the running slot is on trial', rauc('B', { ORDER: 'B A', B_OK: '1', B_TRY: '1' })],
  ['R4', 'normal', 0, 'the running slot is good', rauc('A', { ORDER: '"A B"', A_OK: '1', A_TRY: '0' })],
  [
    'U1',
    'fell-back',
    4,
    'no attempt is left',
    raucUBoot('A', { BOOT_ORDER: 'B A', BOOT_B_LEFT: '0', BOOT_A_LEFT: '3' }),
  ],
  ['U2', 'waiting', 0, 'all attempts are left', raucUBoot('A', { BOOT_ORDER: 'B A', BOOT_B_LEFT: '3' })],
  ['U3', 'not-confirmed', 4, 'some attempts are left', raucUBoot('A', { BOOT_ORDER: 'B A', BOOT_B_LEFT: '1' })],
  ['U4', 'not-confirmed', 4, 'the running slot used attempts', raucUBoot('B', { BOOT_ORDER: 'B A', BOOT_B_LEFT: '2' })],
  ['U5', 'normal', 0, 'the running slot is good', raucUBoot('B', { BOOT_ORDER: 'B A', BOOT_B_LEFT: '3' })],
  ['M1', 'waiting', 0, 'an artifact waits', mender({ upgrade_available: '1', bootcount: '0' })],
  ['M2', 'not-confirmed', 4, 'an artifact was started', mender({ upgrade_available: '1', bootcount: '1' })],
  ['M3', 'normal', 0, 'no artifact waits', mender({ upgrade_available: '0', bootcount: '0' })],
  ['W1', 'waiting', 0, 'ustate 1', { '/boot/uboot.env': uBoot({ ustate: '1' }) }],
  ['W2', 'not-confirmed', 4, 'ustate 2', { '/boot/uboot.env': uBoot({ ustate: '2' }) }],
  ['W3', 'fell-back', 4, 'ustate 3', { '/boot/uboot.env': uBoot({ ustate: '3' }) }],
  ['W4', 'normal', 0, 'ustate 0', { '/fw_printenv.txt': 'bootcount=0\nustate=0\n' }],
  ['S1', 'fell-back', 4, 'an entry without attempts', entry('os-2+0-3.conf')],
  ['S2', 'not-confirmed', 4, 'an entry that was tried', entry('os-2+2-1.conf')],
  ['S3', 'waiting', 0, 'an entry that was not tried', entry('os-2+3.conf')],
  ['S4', 'normal', 0, 'entries without counters', entry('os-2.conf')],
  ['0', 'unknown', 8, 'an empty folder', {}],
];

describe('rules', () => {
  test.each(cases)('%s: %s', async (rule, verdict, status, _name, files) => {
    const report = await judge(files);
    expect([report.rule, report.verdict]).toEqual([rule, verdict]);
    // a warning raises the status of a good verdict
    expect(upgradeExitStatus({ ...report, warnings: [] })).toBe(status);
    expect(renderUpgrade(report, { width: 500 })).toContain(`(rule ${rule})`);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('every rule has a case', () => {
    expect(cases.map(([rule]) => rule).sort()).toEqual(allRules.map(({ number }) => number).sort());
  });
});

describe('warnings', () => {
  const warned = async (files: Files): Promise<string[]> => (await judge(files)).warnings.map(({ id }) => id);

  test('the next boot is poisoned while the flag is set, and next_entry exempts one boot', async () => {
    const state = elementalState({ mode: 'active', booted: before, assessment: tentative });
    expect(await warned(state)).toEqual(['next-boot-poisoned']);
    const exempt = await judge({ ...state, '/oem/grubenv': envBlock({ next_entry: 'cos' }) });
    expect(exempt.warnings[0]!.message).toContain('next_entry=cos');
    expect(exempt.message).toContain('unless next_entry=cos overrides this');
  });

  test('a retry from the fallback destroys the last good image', async () => {
    const fell = elementalState({ mode: 'passive', booted: after, failure: true, assessment: tentative });
    expect(await warned(fell)).toEqual(['next-boot-poisoned', 'retry-destroys-good-image']);
  });

  test('a block that GRUB cannot save to', async () => {
    const at = `${statePartition}/boot_assessment`;
    const state = elementalState({ mode: 'active', booted: before, assessment: armed });
    for (const [content, why] of [
      [`${envBlock(armed)}\n`, 'an editor added a newline'],
      [envBlock(armed).slice(0, 900), 'it has 900 bytes'],
      ['enable_boot_assessment=yes\n', 'does not start with the header'],
      [1024, 'sparse'],
    ] as const) {
      const report = await judge({ ...state, [at]: content });
      expect(report.warnings.map(({ id }) => id)).toEqual(['environment-unwritable']);
      expect(report.warnings[0]!.message).toContain(why);
      expect(upgradeExitStatus(report)).toBe(4);
    }
  });
});
