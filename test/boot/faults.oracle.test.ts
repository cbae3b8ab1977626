/** An image of Elemental boots, and each fault is reported with its cause and the console output. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { BootReport } from '../../src/boot/boot-report';
import { type BootOptions, checkBoot } from '../../src/boot/check-boot';
import { inflateRaw } from '../../src/platform/inflate';
import { memorySource } from '../../src/source/memory';
import {
  blocksOf,
  bzImage,
  cpio,
  earlyCpio,
  elementalTree,
  elf,
  type FileTree,
  type ImageOptions,
  imageOf,
  joined,
  mainCpio,
  zeroBlock,
} from '../support/boot-image';
import { hasE2fsprogs } from '../support/e2fsprogs';

const boot = (image: Uint8Array, options: BootOptions = {}): Promise<BootReport> =>
  checkBoot(memorySource(image), { profile: 'elemental', inflate: inflateRaw, ...options });

const ids = (report: BootReport): string[] => report.findings.map(({ id }) => id);
/** The complete console output. */
const consoleOf = (report: BootReport): string =>
  report.steps.flatMap(({ console }) => (console === undefined ? [] : [console])).join('\n');

/** The tree with changes; null removes a path. */
function changed(changes: Record<string, FileTree[string] | null>): FileTree {
  const tree = { ...elementalTree(), ...changes };
  return Object.fromEntries(Object.entries(tree).filter(([, node]) => node !== null)) as FileTree;
}

interface Fault {
  name: string;
  tree?: Record<string, FileTree[string] | null>;
  image?: ImageOptions;
  damage?(image: Uint8Array): void;
  options?: BootOptions;
  finds: string[];
  console: string;
}

/** An archive with zeros after it, which the kernel skips. */
function padded(archive: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(archive);
  return bytes;
}

const initrd = (bytes: Uint8Array): Record<string, FileTree[string]> => ({ '/boot/initrd-6.4.0': bytes });

const faults: readonly Fault[] = [
  {
    name: '1: bootargs.cfg is missing',
    tree: { '/etc/cos/bootargs.cfg': null },
    finds: ['boot-config-missing'],
    console:
      "error: file `/etc/cos/bootargs.cfg' not found.\nerror: invalid file name `'.\nerror: you need to load the kernel first.",
  },
  {
    name: '2: bootargs.cfg has no kernel line',
    tree: { '/etc/cos/bootargs.cfg': 'set initramfs=/boot/initrd\n' },
    finds: ['boot-config-variable-unset'],
    console: "error: invalid file name `'.\nerror: you need to load the kernel first.",
  },
  {
    name: '2a: bootargs.cfg sets the kernel to nothing',
    tree: { '/etc/cos/bootargs.cfg': 'set kernel=\nset initramfs=/boot/initrd\n' },
    finds: ['boot-config-variable-unset'],
    console: "error: invalid file name `'.\nerror: you need to load the kernel first.",
  },
  {
    name: '2b: bootargs.cfg is empty',
    tree: { '/etc/cos/bootargs.cfg': '' },
    finds: ['boot-config-variable-unset', 'boot-config-variable-unset'],
    console: "error: invalid file name `'.\nerror: you need to load the kernel first.",
  },
  {
    name: '2c: bootargs.cfg is all NUL',
    damage: (image) => zeroBlock(image, blocksOf(image, '/etc/cos/bootargs.cfg')[0]!),
    finds: ['boot-config-variable-unset', 'boot-config-variable-unset'],
    console: "error: invalid file name `'.\nerror: you need to load the kernel first.",
  },
  {
    name: '2d: bootargs.cfg names the kernel without a slash',
    tree: { '/etc/cos/bootargs.cfg': 'set kernel=boot/vmlinuz\nset initramfs=/boot/initrd\n' },
    finds: ['boot-file-missing'],
    console: "error: invalid file name `boot/vmlinuz'.\nerror: you need to load the kernel first.",
  },
  {
    name: '2e: bootargs.cfg does not name the initramfs',
    tree: { '/etc/cos/bootargs.cfg': 'set kernel=/boot/vmlinuz\n' },
    finds: ['boot-config-variable-unset'],
    console: "error: invalid file name `'.\n\nPress any key to continue...\nKernel panic - not syncing: VFS:",
  },
  {
    name: '3: the symlink of the kernel is dangling',
    tree: { '/boot/vmlinuz': { link: 'vmlinuz-6.3.9' } },
    finds: ['boot-link-dangling'],
    console: "error: file `/boot/vmlinuz' not found.\nerror: you need to load the kernel first.",
  },
  {
    name: '4: the kernel is truncated',
    tree: { '/boot/vmlinuz-6.4.0': bzImage().slice(0, 40_000) },
    finds: ['kernel-truncated'],
    console: 'error: premature end of file /boot/vmlinuz.',
  },
  {
    name: '5: the kernel is all NUL',
    damage: (image) => {
      for (const block of blocksOf(image, '/boot/vmlinuz-6.4.0').slice(0, 12)) zeroBlock(image, block);
      for (const block of blocksOf(image, '/boot/vmlinuz-6.4.0').slice(13)) zeroBlock(image, block);
    },
    finds: ['kernel-all-nul'],
    console: 'error: invalid magic number.\nerror: you need to load the kernel first.',
  },
  {
    name: "6: the initrd's last block was never written",
    damage: (image) => zeroBlock(image, blocksOf(image, '/boot/initrd-6.4.0').at(-1)!),
    finds: ['initramfs-damaged'],
    console:
      'Initramfs unpacking failed: uncompression error\nKernel panic - not syncing: VFS: Unable to mount root fs',
  },
  {
    name: '7: the gzip of the initrd is damaged in the middle',
    damage: (image) => {
      const block = blocksOf(image, '/boot/initrd-6.4.0')[8]!;
      for (let i = 0; i < 64; i++) image[block * 4096 + 2000 + i]! ^= 0x5a;
    },
    finds: ['initramfs-damaged'],
    console: 'Initramfs unpacking failed: uncompression error',
  },
  {
    name: '8: os-release is missing',
    tree: { '/etc/os-release': null, '/usr/lib/os-release': null },
    finds: ['os-release-missing'],
    console: "Specified switch root path '/sysroot' does not seem to be an OS tree. os-release file is missing.",
  },
  {
    name: '9: init is not executable',
    tree: { '/usr/lib/systemd/systemd': elf({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libc.so.6'] }) },
    finds: ['init-not-executable'],
    console: 'Failed to execute /sbin/init, giving up: Permission denied',
  },
  {
    name: '10: the dynamic loader of init is missing',
    tree: { '/lib64/ld-linux-x86-64.so.2': null },
    finds: ['init-loader-missing'],
    console: 'Failed to execute /sbin/init, giving up: No such file or directory',
  },
  {
    name: '11: a feature that GRUB refuses',
    image: { options: ['-t', 'ext4', '-O', 'metadata_csum,metadata_csum_seed', '-L', 'COS_ACTIVE'] },
    options: { bootLoader: 'grub@2.06' },
    finds: ['boot-loader-refuses-feature'],
    console: 'error: unknown filesystem.',
  },
  {
    name: '12: the directory /boot is destroyed',
    damage: (image) => zeroBlock(image, blocksOf(image, '/boot')[0]!),
    finds: ['boot-file-unreadable', 'boot-file-unreadable'],
    console: "error: file `/boot/vmlinuz' not found.\nerror: you need to load the kernel first.",
  },
];

/** More faults. */
const more: readonly Fault[] = [
  {
    name: 'no initramfs under the name',
    tree: { '/boot/initrd': null },
    finds: ['boot-file-missing'],
    console: "error: file `/boot/initrd' not found.\n\nPress any key to continue...\nKernel panic - not syncing: VFS:",
  },
  {
    name: 'a kernel that is another file',
    tree: { '/boot/vmlinuz-6.4.0': 'This is a text.\n'.repeat(100) },
    finds: ['kernel-not-recognised'],
    console: 'error: invalid magic number.',
  },
  {
    name: 'a NUL block in the packed kernel',
    damage: (image) => zeroBlock(image, blocksOf(image, '/boot/vmlinuz-6.4.0')[6]!),
    finds: ['kernel-damaged'],
    console: 'uncompression error\n\n -- System halted',
  },
  {
    name: 'an initramfs that is not an archive',
    tree: initrd(new TextEncoder().encode('no archive at all, only words')),
    finds: ['initramfs-not-recognised'],
    console: 'Initramfs unpacking failed: invalid magic at start of compressed archive',
  },
  {
    name: 'a truncated initramfs',
    tree: initrd(mainCpio().slice(0, 50_000)),
    finds: ['initramfs-truncated'],
    console: 'Initramfs unpacking failed: unexpected EOF',
  },
  {
    name: 'an initramfs without init',
    tree: initrd(cpio({ 'usr/bin/true': { mode: 0o100755, bytes: 'x' } })),
    finds: ['initramfs-no-init'],
    console: 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
  },
  {
    name: 'only junk after the microcode',
    tree: initrd(joined(earlyCpio(), new TextEncoder().encode('junk'))),
    finds: ['initramfs-not-recognised'],
    console: 'junk within compressed archive',
  },
  {
    name: 'no init',
    tree: { '/sbin/init': null, '/usr/lib/systemd/systemd': null },
    finds: ['init-missing'],
    console: 'No working init found',
  },
  {
    name: 'an init that contains only NUL',
    tree: { '/usr/lib/systemd/systemd': { bytes: new Uint8Array(5000), mode: 0o755 } },
    finds: ['init-not-a-program'],
    console: 'Exec format error',
  },
  {
    name: 'no C library',
    tree: { '/lib64/libc.so.6': null },
    finds: ['init-library-missing'],
    console:
      'libc.so.6: cannot open shared object file: No such file or directory\nKernel panic - not syncing: Attempted to kill init!',
  },
  {
    name: 'a C library for another machine',
    tree: { '/lib64/libc.so.6': elf({ machine: 183 }) },
    finds: ['init-library-missing'],
    console: 'libc.so.6: cannot open shared object file',
  },
  {
    name: 'a kernel for another machine',
    tree: { '/boot/vmlinuz-6.4.0': bzImage(undefined, 0xaa64) },
    finds: ['boot-architecture-mixed'],
    console: "exists but couldn't execute it (error -8)",
  },
  {
    name: 'another label',
    image: { options: ['-t', 'ext2', '-L', 'ROOT'] },
    finds: ['boot-label-wrong'],
    console: '/dev/disk/by-label/COS_ACTIVE does not exist',
  },
  {
    name: 'more symlinks than GRUB follows',
    tree: {
      '/boot/vmlinuz': { link: 'k1' },
      ...Object.fromEntries(
        Array.from({ length: 8 }, (_, i) => [`/boot/k${i + 1}`, { link: i === 7 ? 'vmlinuz-6.4.0' : `k${i + 2}` }]),
      ),
    },
    finds: ['boot-file-not-for-grub'],
    console: 'error: too deep nesting of symlinks.',
  },
  {
    name: 'a required path that is missing',
    options: { require: ['/usr/bin/tool'] },
    finds: ['boot-required-missing'],
    console: '',
  },
  {
    name: 'a directory that the kernel refuses',
    damage: (image) => zeroBlock(image, blocksOf(image, '/usr/lib/systemd')[0]!),
    finds: ['boot-path-damaged'],
    console: 'Structure needs cleaning',
  },
];

describe.skipIf(!hasE2fsprogs)('an image of Elemental', () => {
  test('boots, and every step works', async () => {
    for (const profile of ['elemental', 'harvester', 'kairos'] as const) {
      const report = await boot(imageOf(elementalTree()), { profile });
      expect(report.steps.filter(({ ok }) => !ok)).toEqual([]);
      expect(report.findings).toEqual([]);
      expect([report.verdict, report.notChecked, report.notes]).toEqual(['boots', [], []]);
      expect(report.kernel).toMatchObject({ kind: 'bzImage', machine: 'x86_64', version: '6.4.0-test' });
      expect(report.initramfs[0]!.archives.map(({ kind, files }) => [kind, files])).toEqual([
        ['cpio', 1],
        ['gzip', 3],
      ]);
    }
  });

  test('boots from ext4 with current features, with a warning about older versions of GRUB', async () => {
    const options = ['-t', 'ext4', '-O', 'metadata_csum,metadata_csum_seed,orphan_file,64bit', '-L', 'COS_ACTIVE'];
    const report = await boot(imageOf(elementalTree(), { options }));
    expect([report.verdict, ids(report)]).toEqual(['doubtful', ['boot-loader-may-refuse-feature']]);
    expect((await boot(imageOf(elementalTree(), { options }), { bootLoader: 'grub@2.12' })).verdict).toBe('boots');
  });

  test.each([...faults, ...more].map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
    const image = imageOf(changed(fault.tree ?? {}), fault.image);
    fault.damage?.(image);
    const report = await boot(image, fault.options);
    expect(ids(report)).toEqual(fault.finds);
    expect(consoleOf(report)).toContain(fault.console);
    expect(report.verdict).toBe('fails');
  });

  test('missing kernel variables are not a fault for Kairos, whose own menu sets them', async () => {
    const image = imageOf(changed({ '/etc/cos/bootargs.cfg': 'set kernelcmd=x\n' }));
    expect((await boot(image, { profile: 'kairos' })).verdict).toBe('boots');
  });

  test('GRUB 1.99 does not name a missing file, and GRUB 2.14 names its source', async () => {
    const image = imageOf(changed({ '/boot/vmlinuz': null }));
    const [old, current, newest] = await Promise.all(
      ['grub@1.99', 'grub@2.12', 'grub@2.14'].map((bootLoader) => boot(image, { bootLoader })),
    );
    expect(consoleOf(old!)).toContain('error: file not found.\n');
    expect(consoleOf(current!)).toContain("error: file `/boot/vmlinuz' not found.\n");
    expect([current!.notes.length, newest!.notes.length]).toEqual([0, 1]);
    const good = imageOf(elementalTree());
    for (const bootLoader of ['grub@1.98', 'grub@2.14'])
      expect(await boot(good, { bootLoader })).toMatchObject({ verdict: 'boots', notes: [] });
  });

  test('GRUB 1.98 does not read a file that needs three levels of indirect blocks', async () => {
    const size = (12 + 256 + 65536) * 1024;
    const tree = (bytes: number) => changed({ '/boot/initrd-6.4.0': padded(mainCpio(), bytes) });
    const options = { options: ['-t', 'ext2', '-b', '1024', '-L', 'COS_ACTIVE'], size: '90M' };
    const [within, beyond] = [imageOf(tree(size), options), imageOf(tree(size + 1024), options)];
    expect((await boot(within, { bootLoader: 'grub@1.98' })).verdict).toBe('boots');
    expect((await boot(beyond, { bootLoader: 'grub@1.99' })).verdict).toBe('boots');
    const report = await boot(beyond, { bootLoader: 'grub@1.98' });
    expect([report.verdict, ids(report)]).toEqual(['fails', ['boot-file-not-for-grub']]);
    expect(consoleOf(report)).toContain("error: ext2fs doesn't support triple indirect blocks.");
  });

  test('a lost primary superblock leaves an unknown filesystem, whatever the backups', async () => {
    const image = imageOf(elementalTree(), { options: ['-t', 'ext2', '-g', '1024', '-L', 'COS_ACTIVE'], size: '16M' });
    image.fill(0, 1024, 2048);
    const report = await boot(image);
    expect(ids(report)).toEqual(['boot-superblock-unusable']);
    expect(consoleOf(report)).toContain('error: unknown filesystem.');
    const nothing = await boot(new Uint8Array(100_000));
    expect([nothing.verdict, nothing.steps[0]!.ok]).toEqual(['unknown', false]);
  });

  test('a journal that needs replay is a warning: GRUB does not replay it', async () => {
    const image = imageOf(elementalTree(), {
      options: ['-t', 'ext4', '-O', '^metadata_csum', '-L', 'COS_ACTIVE'],
      size: '16M',
    });
    const view = new DataView(image.buffer);
    view.setUint32(1024 + 0x60, view.getUint32(1024 + 0x60, true) | 4, true);
    const report = await boot(image);
    expect(ids(report)).toContain('boot-journal-unreplayed');
  });
});

describe.skipIf(!hasE2fsprogs)('an initramfs packed with', () => {
  const tools = [
    ['zstd', ['zstd', '-19', '--check', '-c']],
    ['xz', ['xz', '--check=crc32', '-c']],
    ['lzma', ['xz', '--format=lzma', '-c']],
    ['lz4', ['lz4', '-l', '-c']],
    ['bzip2', ['bzip2', '-c']],
  ] as const;
  const available = ([, [tool]]: (typeof tools)[number]) => spawnSync(tool, ['--version']).error === undefined;

  test.each(tools.filter(available))('%s is followed to its end', async (kind, [tool, ...args]) => {
    const content = joined(mainCpio(), mainCpio());
    const archive = new Uint8Array(spawnSync(tool, args, { input: content, maxBuffer: 1 << 26 }).stdout);
    const whole = await boot(imageOf(changed(initrd(joined(earlyCpio(), archive)))));
    expect([whole.verdict, whole.notes.length]).toEqual(['boots', 1]);
    expect(whole.initramfs[0]!.archives[1]).toMatchObject({ kind, at: 3784, length: archive.length });
    const short = await boot(imageOf(changed(initrd(archive.slice(0, -700)))));
    // lzma alone has no end to miss
    expect(ids(short)).toEqual(kind === 'lzma' ? [] : ['initramfs-truncated']);
    const lost = imageOf(changed(initrd(archive)));
    zeroBlock(lost, blocksOf(lost, '/boot/initrd-6.4.0')[9]!);
    expect(ids(await boot(lost))).toEqual(['initramfs-damaged']);
    const noEnd = imageOf(changed(initrd(archive)));
    zeroBlock(noEnd, blocksOf(noEnd, '/boot/initrd-6.4.0').at(-1)!);
    expect(ids(await boot(noEnd))).toEqual(['initramfs-damaged']);
  });

  test('the frame format of lz4 is refused, as kernels refuse it', async () => {
    const archive = joined(Uint8Array.from([0x04, 0x22, 0x4d, 0x18]), mainCpio());
    const report = await boot(imageOf(changed(initrd(archive))));
    expect(ids(report)).toEqual(['initramfs-damaged']);
    expect(consoleOf(report)).toContain('invalid header');
  });
});
