/** Hand-made reports and a small catalogue, for tests of the output. */

import type { BootReport, BootStep } from '../../src/boot/boot-report';
import { withCauses } from '../../src/causes/diagnose';
import type { Catalogue, DescribedProblem } from '../../src/problem/define';
import type { Finding, Severity } from '../../src/problem/finding';
import type { Cause, CheckReport, FileSystemFacts } from '../../src/problem/report';
import type { StartFacts } from '../../src/problem/start';

/** A few problems of every severity; `say` of `throws` fails for every payload. */
const stubs = {
  'superblock-missing': {
    severity: 'fatal',
    e2fsck: [0x000004],
    title: 'No superblock was found',
    explain: 'Neither the first block nor any backup holds one. The image was never written or is something else.',
    say: () => 'looked at 12 places',
  },
  'dirent-inode-unused': {
    severity: 'error',
    e2fsck: [0x020002, 0x020003],
    title: 'Directory entry names an inode that is not in use',
    explain: 'The name is still there, the file behind it is not. Writes to the inode table were lost.',
    say: (d: { name: string; target: number }) => `entry '${d.name}' names inode ${d.target}, which is not in use`,
  },
  'inode-zeroed': {
    severity: 'error',
    e2fsck: [],
    title: 'Inode in use is all zeros',
    explain: 'The bitmap says it is in use, the table holds zeros. The block of the table was never written.',
    say: (d: { table: number }) => `its block ${d.table} of the inode table holds only zeros`,
  },
  'bitmap-block-differs': {
    severity: 'warning',
    e2fsck: [0x050000],
    title: 'Block bitmap is wrong',
    explain: 'Some bits differ from what the inodes use. Reads right today, but the next write may overwrite files.',
    say: (d: { stored: number; expected: number }) => `${d.stored} bits are set, should be ${d.expected}`,
  },
  'free-blocks-wrong': {
    severity: 'info',
    e2fsck: [0x050006],
    title: 'Free block count is wrong',
    explain: 'Only a count, which the kernel computes again. Usual after an unclean unmount.',
    say: (d: { stored: number; expected: number }) => `${d.stored} stored, should be ${d.expected}`,
  },
  throws: {
    severity: 'warning',
    e2fsck: [],
    title: 'Its sentence fails',
    explain: 'For tests only. It never says anything.',
    say: (): string => {
      throw new Error('never');
    },
  },
};

export const stubCatalogue = Object.fromEntries(
  Object.entries(stubs).map(([id, entry]) => [id, { id, ...entry }]),
) as unknown as Catalogue;

/** A cause with a text. */
export const causeOf = (text: string): Cause => ({
  id: 'lost-writes',
  kind: 'damage',
  severity: 'error',
  certainty: 'likely',
  headline: 'writes were lost while it was made',
  text,
  nothingLost: false,
});

export const stubEntry = (id: string): DescribedProblem => stubCatalogue[id]!;

export const someFacts: FileSystemFacts = {
  type: 'ext2',
  label: 'COS_ACTIVE',
  uuid: '7c6b2c0e-4b7d-4c8e-9d65-0d6f1d1b9f55',
  revision: 1,
  creatorOs: 'Linux',
  features: ['ext_attr', 'resize_inode', 'dir_index', 'filetype', 'sparse_super', 'large_file'],
  blockSize: 4096,
  blocks: 786432,
  freeBlocks: 333211,
  inodes: 196608,
  freeInodes: 163001,
  inodeSize: 256,
  groups: 24,
  unmountedCleanly: true,
  errorsRecorded: false,
  journalNeedsRecovery: false,
  lastMountedOn: '/run/cos/transition',
  created: '2025-03-04T10:20:30.000Z',
  lastMounted: '2025-03-04T10:20:31.000Z',
  lastWritten: '2025-03-04T10:24:00.000Z',
  lastChecked: null,
  superblockAt: 0,
};

/** A report with the given findings; counts, verdict and causes follow from them unless `parts` replaces them. */
export function reportOf(findings: Finding[] = [], parts: Partial<CheckReport> = {}): CheckReport {
  const counts: Record<string, number> = {};
  const severityCounts: Record<Severity, number> = { info: 0, warning: 0, error: 0, fatal: 0 };
  for (const { id, severity } of findings) {
    counts[id] = (counts[id] ?? 0) + 1;
    severityCounts[severity]++;
  }
  const worst = (['fatal', 'error', 'warning', 'info'] as const).find((severity) => severityCounts[severity] > 0);
  const report: CheckReport = {
    schemaVersion: 2,
    image: 'active.img',
    verdict: worst ?? 'clean',
    filesystem: someFacts,
    journal: null,
    checked: ['superblock', 'groups', 'inodes', 'directories', 'connectivity', 'links', 'bitmaps'],
    notChecked: [],
    causes: [],
    steps: [],
    affected: [],
    affectedCount: parts.affected?.length ?? 0,
    required: [],
    findings,
    counts,
    severityCounts,
    io: { bytesRead: 50_331_648, reads: 120 },
    ...parts,
  };
  return {
    ...withCauses(report),
    ...(parts.causes && { causes: parts.causes }),
    ...(parts.steps && { steps: parts.steps }),
  };
}

export const unusedInode = (name: string, target: number): Finding => ({
  id: 'dirent-inode-unused',
  severity: 'error',
  e2fsck: '0x020002',
  inode: target,
  directory: 2,
  path: `/${name}`,
  bytes: { at: 12345, length: 16 },
  data: { name, target },
});

export const wrongBitmap: Finding = {
  id: 'bitmap-block-differs',
  severity: 'warning',
  e2fsck: '0x050000',
  group: 3,
  data: { stored: 0, expected: 512 },
};

export const wrongCount: Finding = {
  id: 'free-blocks-wrong',
  severity: 'info',
  e2fsck: '0x050006',
  data: { stored: 10, expected: 12 },
};

/** A root image whose writes were lost, as on a full node: many names missing, some files all NUL. */
export function lostWritesCheck(): CheckReport {
  const findings: Finding[] = [];
  for (let i = 0; i < 23; i++) findings.push(unusedInode(`usr/lib/systemd/unit-${i}.service`, 1000 + i));
  findings.push({
    id: 'inode-zeroed',
    severity: 'error',
    inode: 4001,
    block: 1234,
    path: '/boot/vmlinuz',
    data: { table: 1234 },
  });
  findings.push(wrongBitmap, wrongCount);
  const affected: CheckReport['affected'] = [
    { path: '/boot/vmlinuz', how: 'unreadable' },
    { path: '/usr/bin/bash', how: 'damaged' },
    { path: '/usr/sbin', how: 'partly-lost' },
  ];
  for (let i = 0; i < 60; i++) affected.push({ path: `/usr/lib/systemd/unit-${i}.service`, how: 'missing' });
  for (let i = 0; i < 9; i++)
    affected.push({ path: `/usr/share/doc/package-${i}/copyright`, how: i % 2 ? 'damaged' : 'missing' });
  return reportOf(findings, {
    causes: [
      causeOf(
        '14 blocks in use contain only zeros, including inode tables of groups 3 and 4. Writes were lost while the image was made.',
      ),
    ],
    affected,
    required: [
      { path: '/etc/os-release', state: 'ok' },
      { path: '/boot/vmlinuz', state: 'unreadable', stoppedAt: '/boot/vmlinuz' },
      { path: '/boot/initrd/x', state: 'missing', stoppedAt: '/boot/initrd' },
    ],
  });
}

/** A disk with a FAT and an ext4 partition, over an older file system. */
export const diskStart = (): StartFacts => ({
  kind: 'mbr',
  name: 'MBR',
  what: 'a disk with 2 partitions (MBR)',
  claims: true,
  partitions: [
    { number: 1, start: 2 ** 20, size: 4 * 2 ** 20, type: '0x0c', fileSystem: 'FAT', what: 'a FAT file system' },
    {
      number: 2,
      start: 6 * 2 ** 20,
      size: 16 * 2 ** 20,
      type: '0x83',
      fileSystem: 'ext4',
      what: 'an ext4 file system',
      fileSystemSize: 16 * 2 ** 20,
    },
  ],
  leftover: { type: 'ext4', superblockAt: 0, blockSize: 4096, blocks: 8192, label: 'OLD' },
});

/** A report of the boot path in which these steps failed, and nothing else is known. */
export const bootReportOf = (steps: BootStep[] = [], parts: Partial<BootReport> = {}): BootReport => ({
  schemaVersion: 2,
  image: 'active.img',
  verdict: 'fails',
  profile: 'elemental',
  steps,
  kernel: null,
  initramfs: [],
  init: null,
  label: '',
  features: [],
  required: [],
  findings: [],
  counts: {},
  severityCounts: { info: 0, warning: 0, error: 1, fatal: 0 },
  notChecked: [],
  notes: [],
  ...parts,
});
