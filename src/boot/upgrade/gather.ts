/** Gathers the facts about a machine's upgrade from its files. */

import type { StateReader } from '../../platform/state-reader';
import { decodeUtf8 } from '../text-of';
import { type EnvBlock, envBlockSize, readEnvBlock } from './env-block';
import type { EnvFact, Mode, Scheme, UpgradeFacts } from './facts';
import { maxStateYaml, readStateYaml } from './state-yaml';
import { maxUBootEnv, readUBootEnv } from './u-boot-env';

/** Where the state partition is mounted; '' is the root of its own image. */
const stateFolders = ['/run/initramfs/cos-state', '/run/initramfs/elemental-state', '/run/cos/state', ''];
/** Where each scheme keeps GRUB environments; `STATE` is the state partition. */
const environments = [
  'STATE/boot_assessment',
  'STATE/grub_oem_env',
  'STATE/grubenv',
  '/oem/grubenv',
  '/run/cos/oem/grubenv',
  '/boot/grub/grubenv',
  '/boot/grub2/grubenv',
  '/boot/efi/EFI/BOOT/grubenv',
  '/boot/efi/grub_oem_env',
  '/efi/EFI/BOOT/grubenv',
  '/boot/efi/grub-mender-grubenv/mender_grubenv1/env',
  '/boot/efi/grub-mender-grubenv/mender_grubenv2/env',
  '/boot/grub-mender-grubenv/mender_grubenv1/env',
  '/boot/grub-mender-grubenv/mender_grubenv2/env',
];
const uBootEnvironments = ['/boot/uboot.env', '/boot/firmware/uboot.env', '/uboot.env', '/fw_printenv.txt'];
const entryFolders = [
  '/boot/loader/entries',
  '/efi/loader/entries',
  '/boot/efi/loader/entries',
  '/loader/entries',
  '/boot/EFI/Linux',
  '/efi/EFI/Linux',
  '/boot/efi/EFI/Linux',
];
const upgraders = ['elemental', 'elementalctl', 'elemental-operator', 'kairos-agent', 'cos-upgrade'];
const maxText = 65536;

export interface Gathered {
  facts: UpgradeFacts;
  /** Folder of the state partition; null if there is none. */
  stateFolder: string | null;
}

async function textAt(reader: StateReader, path: string): Promise<string | null> {
  const bytes = await reader.read(path, maxText);
  return bytes === null ? null : decodeUtf8(bytes);
}

async function stateFolder(reader: StateReader): Promise<string | null> {
  for (const folder of stateFolders)
    for (const mark of ['cOS', '.snapshots', 'boot_assessment', 'state.yaml'])
      if ((await reader.stat(`${folder}/${mark}`)) !== null) return folder;
  return null;
}

async function envBlocks(reader: StateReader, state: string | null, facts: UpgradeFacts): Promise<void> {
  for (const place of environments) {
    if (place.startsWith('STATE') && state === null) continue;
    const path = place.replace('STATE', state ?? '');
    if (facts.environments.some((known) => known.path === path)) continue;
    const found = await reader.stat(path);
    if (found === null || found.type !== 'file') continue;
    const bytes = await reader.read(path, envBlockSize + 1);
    if (bytes === null) continue;
    keep(facts, path, readEnvBlock(bytes, found.size, found.sparse));
  }
  for (const path of uBootEnvironments) {
    const bytes = await reader.read(path, maxUBootEnv);
    const variables = bytes === null ? null : readUBootEnv(bytes);
    if (variables !== null) keep(facts, path, { variables, faults: [] });
  }
}

/** Adds an environment; variables of earlier environments override its own. */
function keep(facts: UpgradeFacts, path: string, block: EnvBlock): void {
  const fact: EnvFact = { path, variables: Object.fromEntries(block.variables), faults: block.faults };
  facts.environments.push(fact);
  facts.variables = { ...fact.variables, ...facts.variables };
}

function modeOf(cmdline: string): Mode | null {
  const words = cmdline.split(/\s+/);
  const value = (name: string): string =>
    words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const named = /(active|passive|recovery)/.exec(value('elemental.mode'))?.[1];
  if (named !== undefined) return named as Mode;
  const image = value('cos-img/filename') || value('iso-scan/filename') || value('rd.live.squashimg');
  const file = /(?:^|\/)(active|passive|recovery)\.(?:img|squashfs)$/.exec(image)?.[1];
  if (file !== undefined) return file as Mode;
  const root = value('root');
  if (/^live:/.test(root) || words.includes('cdroot') || value('rd.live.dir') !== '')
    return /COS_(SYSTEM|RECOVERY)/.test(root) ? 'recovery' : 'live';
  if (/=COS_ACTIVE$/.test(root)) return 'active';
  if (/=COS_PASSIVE$/.test(root)) return 'passive';
  return /=COS_(SYSTEM|RECOVERY)$/.test(root) ? 'recovery' : null;
}

async function mode(reader: StateReader, facts: UpgradeFacts): Promise<void> {
  const fromCmdline = facts.cmdline === null ? null : modeOf(facts.cmdline);
  if (fromCmdline !== null) {
    facts.mode = fromCmdline;
    facts.modeFrom = 'cmdline';
    return;
  }
  for (const folder of ['/run/cos', '/run/elemental'])
    for (const one of ['active', 'passive', 'recovery', 'live'] as const) {
      const path = `${folder}/${one}_mode`;
      if ((await reader.stat(path)) === null) continue;
      facts.mode = one;
      facts.modeFrom = path;
      return;
    }
}

async function failureToken(reader: StateReader, cmdline: string | null): Promise<boolean | null> {
  if (cmdline?.split(/\s+/).includes('upgrade_failure')) return true;
  if ((await reader.stat('/run/cos/upgrade_failure')) !== null) return true;
  return cmdline === null ? null : false;
}

/** Whether a program that upgrades runs; null if there is no list of processes. */
async function upgradeRuns(reader: StateReader): Promise<boolean | null> {
  const processes = (await reader.list('/proc')).filter((name) => /^\d+$/.test(name));
  if (processes.length === 0) return null;
  for (const id of processes) {
    const name = (await textAt(reader, `/proc/${id}/comm`))?.trim() ?? '';
    if (!upgraders.includes(name)) continue;
    const line = (await textAt(reader, `/proc/${id}/cmdline`)) ?? '';
    if (/\0(upgrade|reset|install)\0/.test(line)) return true;
  }
  return false;
}

function seconds(date: string | undefined): number | null {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}

async function times(reader: StateReader, state: string | null, facts: UpgradeFacts): Promise<void> {
  const boot = /^btime (\d{1,12})$/m.exec((await textAt(reader, '/proc/stat')) ?? '')?.[1];
  facts.booted = boot === undefined ? null : Number(boot);
  if (state === null) return;
  const bytes = await reader.read(`${state}/state.yaml`, maxStateYaml);
  facts.upgraded = bytes === null ? null : seconds(readStateYaml(decodeUtf8(bytes)).get('date'));
  if (facts.upgraded !== null) facts.upgradedFrom = `${state}/state.yaml`;
}

/** Entries and unified images with counters in their names: `name+LEFT-DONE.conf`. */
async function countedEntries(reader: StateReader): Promise<UpgradeFacts['entries']> {
  const entries: UpgradeFacts['entries'] = [];
  for (const folder of entryFolders)
    for (const name of await reader.list(folder)) {
      const found = /^.+\+(\d{1,6})(?:-(\d{1,6}))?\.(?:conf|efi)$/.exec(name);
      if (found && entries.length < 256) entries.push({ name, left: Number(found[1]), done: Number(found[2] ?? 0) });
    }
  return entries;
}

async function hasEntries(reader: StateReader): Promise<boolean> {
  for (const folder of entryFolders)
    if ((await reader.list(folder)).some((name) => /\.(conf|efi)$/.test(name))) return true;
  return false;
}

async function schemeOf(reader: StateReader, state: string | null, facts: UpgradeFacts): Promise<Scheme | null> {
  const { cmdline, variables } = facts;
  const exists = async (path: string) => state !== null && (await reader.stat(`${state}/${path}`)) !== null;
  if (/(?:^|\s)elemental\.mode=/.test(cmdline ?? '') || (await exists('.snapshots'))) return 'elemental-2';
  if (
    (await exists('cOS')) ||
    (await exists('boot_assessment')) ||
    /cos-img\/|=COS_/.test(cmdline ?? '') ||
    facts.mode !== null
  )
    return 'elemental-1';
  if (variables['ORDER'] !== undefined) return 'rauc-grub';
  if (variables['BOOT_ORDER'] !== undefined) return 'rauc-u-boot';
  if (variables['mender_boot_part'] !== undefined) return 'mender';
  if (variables['ustate'] !== undefined) return 'swupdate';
  return (await hasEntries(reader)) ? 'systemd-boot' : null;
}

/** All facts except those about images and free space. */
export async function gather(reader: StateReader): Promise<Gathered> {
  const cmdline = (await textAt(reader, '/proc/cmdline'))?.replace(/[\0\n]+/g, ' ').trim() ?? null;
  const state = await stateFolder(reader);
  const facts: UpgradeFacts = {
    scheme: null,
    mode: null,
    modeFrom: null,
    cmdline,
    upgradeFailure: await failureToken(reader, cmdline),
    enabled: false,
    tentative: false,
    nextEntry: null,
    upgraded: null,
    upgradedFrom: null,
    booted: null,
    transition: state !== null && (await reader.stat(`${state}/cOS/transition.img`)) !== null,
    upgradeRuns: await upgradeRuns(reader),
    variables: {},
    entries: await countedEntries(reader),
    environments: [],
    images: [],
    free: null,
    needed: null,
  };
  await mode(reader, facts);
  await envBlocks(reader, state, facts);
  await times(reader, state, facts);
  const yes = (name: string): boolean => facts.variables[name] === 'yes';
  facts.enabled = yes('enable_boot_assessment') || yes('enable_boot_assessment_always');
  facts.tentative = yes('boot_assessment_tentative');
  facts.nextEntry = facts.variables['next_entry'] || null;
  facts.scheme = await schemeOf(reader, state, facts);
  return { facts, stateFolder: state };
}
