/** State directories of machines, for tests: the content of /proc, /run, /oem and the state partition. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An environment block as grub-editenv writes it. */
export function envBlock(variables: Record<string, string>): string {
  const escaped = Object.entries(variables).map(([name, value]) => `${name}=${value.replace(/[\\\n]/g, '\\$&')}\n`);
  return `# GRUB Environment Block\n${escaped.join('')}`.padEnd(1024, '#');
}

/** Paths with contents; a number makes a sparse file of that many bytes. */
export type Files = Record<string, string | Uint8Array | number>;

/** The time of the upgrade in all of them: 2026-03-01T12:00:00Z. */
export const upgradedAt = Date.parse('2026-03-01T12:00:00Z') / 1000;
export const before = upgradedAt - 3600;
export const after = upgradedAt + 3600;

export const statePartition = '/run/initramfs/cos-state';

const stateYaml = `date: "2026-03-01T12:00:00Z"
state:
  label: COS_STATE
  active:
    source: oci://registry.example/os:v2
    label: COS_ACTIVE
    fs: ext2
  passive:
    source: oci://registry.example/os:v1
    label: COS_PASSIVE
    fs: ext2
`;

export interface Elemental {
  mode: 'active' | 'passive' | 'recovery';
  /** Seconds since 1970. */
  booted: number;
  failure?: boolean;
  assessment?: Record<string, string>;
  more?: Files;
}

/** A machine with Elemental 1 in some state. */
export const elementalState = ({ mode, booted, failure = false, assessment = {}, more = {} }: Elemental): Files => ({
  '/proc/cmdline': `BOOT_IMAGE=(loop0)/boot/vmlinuz console=tty1 root=LABEL=COS_STATE cos-img/filename=/cOS/${mode}.img panic=0${failure ? ' upgrade_failure' : ''}\n`,
  '/proc/stat': `cpu  1 2 3\nbtime ${booted}\nprocesses 4\n`,
  [`/run/cos/${mode}_mode`]: '1',
  [`${statePartition}/state.yaml`]: stateYaml,
  [`${statePartition}/boot_assessment`]: envBlock(assessment),
  [`${statePartition}/cOS/active.img`]: 'no image',
  [`${statePartition}/cOS/passive.img`]: 'no image',
  ...more,
});

/** Calls `work` with a folder that contains the files. */
export async function inStateFolder<T>(files: Files, work: (root: string) => T | Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'extcheck-state-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      const at = join(root, path);
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, typeof content === 'number' ? '' : content);
      if (typeof content === 'number') truncateSync(at, content);
    }
    return await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
