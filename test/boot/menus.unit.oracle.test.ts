/** Root file systems with menus of their own, other kinds of kernels, and profiles that users write. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { renderBoot } from '../../src/boot/boot-text';
import { type BootOptions, checkBoot } from '../../src/boot/check-boot';
import { readScript } from '../../src/boot/grub/script';
import { readKernel } from '../../src/boot/kernel/kernel';
import { ProfileError, parseProfile } from '../../src/boot/profile';
import { profileData, profileNames } from '../../src/boot/profiles';
import { inflateRaw } from '../../src/platform/inflate';
import { memorySource } from '../../src/source/memory';
import { arm64Image, elementalTree, elf, type FileTree, imageOf, noise } from '../support/boot-image';
import { validate } from '../support/json-schema';
import { nativeDescribe, unitDescribe } from '../support/project-tests';

const boot = (tree: FileTree, options: BootOptions = {}) =>
  checkBoot(memorySource(imageOf(tree)), { inflate: inflateRaw, ...options });
const menu = (...entries: readonly [title: string, kernel: string, initrd: string][]): string =>
  `set default=0\n${entries.map(([title, kernel, initrd]) => `menuentry '${title}' --class os {\n\tsearch --no-floppy --set=root x\n\tlinux\t${kernel} root=UUID=1 ro quiet\n\tinitrd ${initrd}\n}\n`).join('')}`;

nativeDescribe('menus', () => {
  const base = (): FileTree => elementalTree();

  test('the first entry of grub.cfg is followed, others only have to lead to files', async () => {
    const good = ['Test', '/boot/vmlinuz-6.4.0', '/boot/initrd-6.4.0'] as const;
    const tree = { ...base(), '/boot/grub/grub.cfg': menu([...good], ['Old', '/boot/vmlinuz-5', '/boot/initrd-5']) };
    const report = await boot(tree);
    expect(report.findings.map(({ id, data }) => [id, (data as { entry: string }).entry])).toEqual([
      ['boot-entry-broken', 'Old'],
    ]);
    expect(report.verdict).toBe('doubtful');
    expect((await boot({ ...base(), '/boot/grub2/grub.cfg': menu([...good]) })).verdict).toBe('boots');
  });

  test.each([
    ['linux (loop0)$kernel root=x', "error: invalid file name `'."],
    ['linux "$kernel" root=x', "error: invalid file name `'."],
    ['linux $kernel root=x', "error: invalid file name `root=x'."],
    ['linux $kernel', 'error: filename expected.'],
  ])('an entry with %s shows a message, since nothing sets the variable', async (line, console) => {
    const lost = `menuentry Lost {\n ${line}\n initrd /boot/initrd-6.4.0\n}\n`;
    const good = menu(['Good', '/boot/vmlinuz-6.4.0', '/boot/initrd-6.4.0']);
    const first = await boot({ ...base(), '/boot/grub/grub.cfg': lost + good });
    expect([first.verdict, first.findings.map(({ id }) => id)]).toEqual(['fails', ['boot-config-variable-unset']]);
    expect(first.findings[0]!.data).toMatchObject({ variable: 'kernel', file: '/boot/grub/grub.cfg' });
    const step = first.steps.find(({ step }) => step === 'kernel')!;
    expect(step.console).toBe(`${console}\nerror: you need to load the kernel first.\n\nPress any key to continue...`);
    const second = await boot({ ...base(), '/boot/grub/grub.cfg': good + lost });
    expect([second.verdict, second.findings.map(({ id }) => id)]).toEqual(['doubtful', ['boot-entry-broken']]);
    expect(second.steps.find(({ step }) => step === 'entry')!.console).toBe(console);
    const set = `set kernel=/boot/vmlinuz-6.4.0\n${lost}`;
    expect((await boot({ ...base(), '/boot/grub/grub.cfg': set })).verdict).toBe('boots');
    const unknown = await boot({ ...base(), '/boot/grub/grub.cfg': `load_env\n${lost}${good}` });
    expect([unknown.verdict, unknown.notes]).toEqual([
      'boots',
      ['1 menu entries name a kernel whose path cannot be determined.'],
    ]);
  });

  test('paths that count from a partition on /boot are found', async () => {
    const report = await boot({ ...base(), '/boot/grub/grub.cfg': menu(['Test', '/vmlinuz-6.4.0', '/initrd-6.4.0']) });
    expect([report.verdict, report.kernel!.path]).toEqual(['boots', '/boot/vmlinuz-6.4.0']);
  });

  test('entries of the Boot Loader Specification, newest first', async () => {
    const entry = (version: string) =>
      `title Test ${version}\nversion ${version}\nlinux /boot/vmlinuz-${version}\ninitrd /boot/initrd-${version} $tuned_initrd\noptions root=UUID=1\n`;
    const tree = { ...base(), '/boot/loader/entries/a-6.4.0.conf': entry('6.4.0') };
    expect((await boot(tree)).verdict).toBe('boots');
    const newer = await boot({ ...tree, '/boot/loader/entries/b-6.5.0.conf': entry('6.5.0') });
    expect(newer.findings.map(({ id }) => id)).toEqual(['boot-file-missing', 'boot-file-missing']);
  });

  test('without a menu the usual names are tried, and without a kernel there is nothing to boot', async () => {
    const report = await boot(base());
    expect([report.verdict, report.notes.length]).toEqual(['boots', 1]);
    const { '/boot/vmlinuz': _link, '/boot/vmlinuz-6.4.0': kernel, ...rest } = base();
    expect((await boot({ ...rest, '/boot/zImage': kernel! })).kernel!.path).toBe('/boot/zImage');
    const empty = await boot({ '/etc/os-release': 'ID=test\n', '/sbin/init': { bytes: elf(), mode: 0o755 } });
    expect(empty.findings.map(({ id }) => id)).toEqual(['boot-no-entries']);
  });

  test('of several values of a variable the last that leads to a file counts', async () => {
    const config =
      'if [ "$grub_cpu" == arm64 ]; then\n set kernel=/boot/Image\nelse\n set kernel=/boot/vmlinuz\nfi\nset initramfs=/boot/initrd';
    const tree: FileTree = { ...base(), '/etc/cos/bootargs.cfg': config };
    expect((await boot(tree, { profile: 'elemental' })).kernel!.kind).toBe('bzImage');
    delete tree['/boot/vmlinuz'];
    tree['/boot/Image'] = arm64Image();
    const arm = await boot(tree, { profile: 'elemental' });
    expect([arm.kernel!.kind, arm.kernel!.machine]).toEqual(['arm64 Image', 'aarch64']);
    expect(arm.findings.map(({ id }) => id)).toEqual(['boot-architecture-mixed']);
  });

  test('a kernel of arm64 packed with gzip is unpacked to see what it is, and checked whole', async () => {
    const packed = new Uint8Array(gzipSync(arm64Image()));
    const tree = (bytes: Uint8Array): FileTree => ({ ...base(), '/boot/vmlinuz-6.4.0': bytes });
    const whole = await boot(tree(packed), { profile: 'elemental' });
    expect(whole.findings.map(({ id }) => id)).toEqual(['boot-architecture-mixed']);
    const broken = packed.slice();
    broken[packed.length - 3]! ^= 1;
    expect((await boot(tree(broken), { profile: 'elemental' })).findings.map(({ id }) => id)).toContain(
      'kernel-damaged',
    );
  });

  test('a script may be init', async () => {
    const tree: FileTree = { ...base(), '/sbin/init': { bytes: '#!/bin/sh -e\nexec true\n', mode: 0o755 } };
    expect((await boot(tree)).findings.map(({ id }) => id)).toEqual(['init-loader-missing']);
    tree['/bin/sh'] = { bytes: elf(), mode: 0o755 };
    expect((await boot(tree)).verdict).toBe('boots');
  });

  test('the text names the first failure, and shows the console', async () => {
    const tree = base();
    delete tree['/boot/vmlinuz-6.4.0'];
    const text = renderBoot(await boot(tree, { profile: 'elemental', image: 'a\u001b[31m.img' }), { width: 500 });
    expect(text.split('\n')[0]).toBe(
      'DO NOT BOOT FROM a\\x1b[31m.img: GRUB cannot load the kernel /boot/vmlinuz: /boot/vmlinuz: the symlink points to /boot/vmlinuz-6.4.0, which does not exist',
    );
    expect(text).toContain("| error: file `/boot/vmlinuz' not found.\n");
    expect(text).not.toContain('\u001b');
  });
});

unitDescribe('scripts', () => {
  test('quotes, variables, comments, joined lines, blocks', () => {
    const { variables, entries } = readScript(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a variable of GRUB's
      'set a="x y" # comment\nset b=$a-${a}\\\n-z\nset c=\'$a\'; set d=\nmenuentry "T $b" { linux16 ($root)/k $c\n initrd16 /i1 /i2 }\nsubmenu x { menuentry y { linuxefi $nothing } }',
    );
    expect(Object.fromEntries(variables)).toEqual({ a: ['x y'], b: ['x y-x y-z'], c: ['$a'], d: [''] });
    expect(entries).toEqual([
      { title: 'T x y-x y-z', kernel: '/k', cmdline: '$a', initramfs: ['/i1', '/i2'], unset: [], nameless: false },
      { title: 'y', kernel: '', cmdline: '', initramfs: [], unset: ['nothing'], nameless: true },
    ]);
  });
});

unitDescribe('a kernel whose name is a variable without a value', () => {
  const kernelOf = (text: string) => {
    const [entry] = readScript(`${text}\n`).entries;
    return [entry!.kernel, entry!.unset, entry!.nameless];
  };

  test.each([
    // what GRUB does: an empty word without quotes is dropped
    ['linux $kernel root=x quiet', ['root=x', ['kernel'], false]],
    ['linux "$kernel" root=x', ['', ['kernel'], false]],
    ['linux ($root)$kernel root=x', ['', ['kernel'], false]],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a variable of GRUB's
    ['linux (loop0)${kernel}', ['', ['kernel'], false]],
    ['if true; then linux $kernel; fi', ['', ['kernel'], true]],
    ['linux $kernel $kernelcmd $more root=x', ['root=x', ['kernel', 'kernelcmd', 'more'], false]],
    ['# set by kernel --set=kernel\necho kernel is loaded\nlinux $kernel', ['', ['kernel'], true]],
    // only the name counts
    ['linux /k root=$disk', ['/k', [], false]],
    ['linux k root=$disk', ['k', [], false]],
    // it has a value
    ['set kernel=/k\nlinux $kernel', ['/k', [], false]],
    ['set kernel=\nlinux $kernel root=x', ['root=x', [], false]],
    // it may have a value
    ['linux $prefix/k', ['/k', [], false]],
    ['linux $grub_cpu', ['', [], true]],
    ['for kernel in /a /b; do linux $kernel; done', ['', [], true]],
    ['read kernel\nlinux $kernel', ['', [], true]],
    ['probe --set=kernel -f $root\nlinux $kernel', ['', [], true]],
    ['regexp --set 1:kernel x y\nlinux $kernel', ['', [], true]],
    ['if [ -s $prefix/grubenv ]; then load_env; fi\nlinux $kernel', ['', [], true]],
    ['source /etc/kernel.cfg\nlinux $kernel', ['', [], true]],
    ['. /etc/kernel.cfg\nlinux $kernel', ['', [], true]],
  ])('%j', (text, expected) => {
    expect(kernelOf(text)).toEqual(expected);
  });
});

unitDescribe('kernels', () => {
  test.each([
    [
      'an EFI zboot',
      { 0: [0x4d, 0x5a, 0, 0, 0x7a, 0x69, 0x6d, 0x67, 0, 1, 0, 0, 0, 2, 0, 0] },
      { kind: 'EFI zboot', declared: 768 },
    ],
    ['a RISC-V Image', { 56: [0x52, 0x53, 0x43, 0x05] }, { kind: 'riscv Image', machine: 'riscv64' }],
    [
      'an EFI program',
      { 0: [0x4d, 0x5a], 60: [0x80, 0, 0, 0], 128: [0x50, 0x45, 0, 0, 0x64, 0xaa, 0, 0] },
      { kind: 'EFI program', machine: 'aarch64' },
    ],
    ['an ELF file', { 0: [0x7f, 0x45, 0x4c, 0x46, 2, 1], 18: [62] }, { kind: 'ELF', machine: 'x86_64' }],
  ])('%s', (_name, bytes, expected) => {
    const file = new Uint8Array(1024);
    for (const [at, values] of Object.entries(bytes)) file.set(values, Number(at));
    expect(readKernel(file)).toMatchObject(expected);
  });

  test('anything else is none', () => {
    expect([readKernel(new Uint8Array(0)), readKernel(noise(5000)), readKernel(new Uint8Array(70_000))]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

unitDescribe('profiles', () => {
  const schema = JSON.parse(readFileSync(new URL('../../docs/profile.schema.json', import.meta.url), 'utf8'));

  test.each(profileNames)('%s fits the schema and is named in docs/boot.md', (name) => {
    expect(validate(JSON.parse(JSON.stringify(profileData[name])), schema, { strict: true })).toEqual([]);
    expect(parseProfile(profileData[name]).name).toBe(name);
    expect(readFileSync(new URL('../../docs/boot.md', import.meta.url), 'utf8')).toContain(`| \`${name}\``);
  });

  test('the one in docs/boot.md works', () => {
    const page = readFileSync(new URL('../../docs/boot.md', import.meta.url), 'utf8');
    const profile = JSON.parse(/```json\n(.*?)```/s.exec(page)![1]!);
    expect(validate(profile, schema, { strict: true })).toEqual([]);
    expect(parseProfile(profile).steps.length).toBe(2);
  });

  test.each([
    [null, 'top level must be an object'],
    [{}, 'steps must be a list'],
    [{ name: 'x', steps: [{ do: 'jump' }] }, 'step must be one of source, kernel, initramfs, entries'],
    [{ name: 'x', steps: [{ do: 'source', file: [] }] }, 'source names no file'],
    [{ name: 'x', steps: [], required: ['etc'] }, 'required must contain only absolute paths'],
    [{ name: 'x', steps: [], lables: [] }, "has an unknown key 'lables'"],
    [{ name: '', steps: [] }, 'name must be a string'],
    [{ name: 'x', steps: [], osRelease: 'no' }, 'osRelease must be true or false'],
  ])('%o is refused with a reason', (value, why) => {
    expect(() => parseProfile(value)).toThrow(ProfileError);
    expect(() => parseProfile(value)).toThrow(why);
  });
});
