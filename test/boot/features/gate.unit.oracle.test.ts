/** The features that readers support: tables, options, and findings of `boot` and of the main check. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkBoot } from '../../../src/boot/check-boot';
import { readersCheck } from '../../../src/boot/extensions';
import { barebox } from '../../../src/boot/features/barebox';
import { e2fsck } from '../../../src/boot/features/e2fsck';
import { edk2 } from '../../../src/boot/features/edk2';
import { allFeatures, parseReaders, refusedFeatures, refusedJournalFeatures } from '../../../src/boot/features/gate';
import { grub, grubLimitsOf } from '../../../src/boot/features/grub';
import { linux } from '../../../src/boot/features/linux';
import { ReaderError } from '../../../src/boot/features/reader';
import { syslinux } from '../../../src/boot/features/syslinux';
import { uBoot } from '../../../src/boot/features/u-boot';
import { checkImage } from '../../../src/check';
import { formatFinding } from '../../../src/entries/common';
import { compat, incompat, roCompat } from '../../../src/layout/features';
import { journalIncompat } from '../../../src/layout/journal';
import { memorySource } from '../../../src/source/memory';
import { hasE2fsprogs, makeImage } from '../../support/e2fsprogs';
import { FastLog } from '../../support/fast-log';
import { TestImage } from '../../support/image';
import { LogBuilder } from '../../support/journal-log';
import { nativeDescribe, unitDescribe, unitTest } from '../../support/project-tests';

const refused = (asked: Parameters<typeof parseReaders>[0], ...features: string[]) =>
  parseReaders(asked).flatMap((reader) =>
    refusedFeatures(reader, features).flatMap(({ refusal, maybe, features: found }) =>
      found.map((feature) => `${feature} ${refusal}${maybe ? ' maybe' : ''}`),
    ),
  );

unitDescribe('GRUB', () => {
  test.each([
    ['grub@1.98', ['64bit refuses', 'metadata_csum_seed refuses']],
    ['grub@1.99', ['64bit refuses', 'metadata_csum_seed refuses']],
    ['grub@2.00', ['64bit refuses', 'metadata_csum_seed refuses']],
    ['grub@2.02', ['metadata_csum_seed refuses']],
    ['grub@2.04', ['metadata_csum_seed refuses']],
    ['grub@2.06', ['metadata_csum_seed refuses']],
    ['grub@2.06+metadata_csum_seed', []],
    ['grub@2.12', []],
    ['grub@2.14', []],
    ['grub@2.12-metadata_csum_seed', ['metadata_csum_seed refuses']],
    ['grub', ['metadata_csum_seed refuses maybe']],
  ])('%s', (bootLoader, expected) => {
    expect(refused({ bootLoader }, 'extent', '64bit', 'metadata_csum_seed', 'metadata_csum', 'orphan_file')).toEqual(
      expected,
    );
  });

  test('no version supports inline_data', () => {
    expect(refused({ bootLoader: 'grub' }, 'inline_data', 'FEATURE_I20')).toEqual([
      'inline_data refuses',
      'FEATURE_I20 refuses',
    ]);
  });
});

unitTest.each([
  ['1.98', [8, true, true, true, true, false]],
  ['1.99', [8, true, true, false, true, false]],
  ['2.00', [8, true, true, false, false, false]],
  ['2.04', [8, true, true, false, false, false]],
  ['2.06', [8, false, true, false, false, false]],
  ['2.12', [8, false, false, false, false, false]],
  ['2.14', [8, false, false, false, false, true]],
])('the other limits of GRUB %s', (version, limits) => {
  expect(Object.values(grubLimitsOf(version))).toEqual(limits);
});

/** Each feature beside its neighbours that the same version reads. */
unitTest.each([
  ['u-boot@2012.10', ['64bit misreads', 'meta_bg misreads', 'inline_data misreads']],
  ['u-boot@2016.07', ['64bit misreads', 'meta_bg misreads', 'inline_data misreads']],
  ['u-boot@2016.09', ['64bit refuses', 'meta_bg misreads', 'inline_data misreads']],
  ['u-boot@2016.09.01', ['64bit refuses', 'meta_bg misreads', 'inline_data misreads']],
  ['u-boot@2016.11', ['meta_bg misreads', 'inline_data misreads']],
  ['u-boot@2024.01', ['meta_bg misreads', 'inline_data misreads']],
  ['u-boot', ['64bit misreads maybe', 'meta_bg misreads', 'inline_data misreads']],
  ['barebox@2013.01', ['64bit misreads', 'meta_bg misreads', 'inline_data misreads']],
  ['barebox@2017.04', ['64bit misreads', 'meta_bg misreads', 'inline_data misreads']],
  ['barebox@2017.05', ['meta_bg misreads', 'inline_data misreads']],
  ['barebox@2024.01+meta_bg', ['inline_data misreads']],
  ['barebox', ['meta_bg misreads', 'inline_data misreads']],
  ['syslinux@6.03', ['64bit misreads', 'meta_bg misreads', 'inline_data misreads']],
  ['extlinux@6.03', ['64bit misreads', 'meta_bg misreads', 'inline_data misreads']],
  ['syslinux@6.04', ['meta_bg misreads', 'inline_data misreads']],
  ['syslinux', ['64bit misreads maybe', 'meta_bg misreads', 'inline_data misreads']],
  ['edk2@202108', ['metadata_csum_seed refuses', 'meta_bg refuses', 'inline_data refuses', 'needs_recovery refuses']],
  ['ext4dxe@202111', ['metadata_csum_seed refuses', 'meta_bg refuses', 'inline_data refuses']],
  ['edk2@202302', ['metadata_csum_seed refuses', 'meta_bg refuses', 'inline_data refuses']],
  ['edk2@202305', ['meta_bg refuses', 'inline_data refuses']],
  [
    'edk2',
    ['metadata_csum_seed refuses maybe', 'meta_bg refuses', 'inline_data refuses', 'needs_recovery refuses maybe'],
  ],
])('%s', (bootLoader, expected) => {
  const features = 'extent 64bit flex_bg mmp metadata_csum_seed meta_bg inline_data needs_recovery metadata_csum quota';
  expect(refused({ bootLoader }, ...features.split(' '), 'orphan_file').sort()).toEqual([...expected].sort());
});

unitTest('casefold, large_dir and ea_inode: drivers that scan directories read them, others refuse them', () => {
  const features = ['casefold', 'large_dir', 'ea_inode'];
  expect(refused({ bootLoader: 'barebox@2024.01' }, ...features)).toEqual([]);
  expect(refused({ bootLoader: 'syslinux@6.03' }, ...features)).toEqual([]);
  expect(refused({ bootLoader: 'edk2@202305' }, ...features)).toEqual(['casefold refuses', 'ea_inode refuses']);
  expect(refused({ bootLoader: 'barebox@2024.01' }, 'FEATURE_I20')).toEqual(['FEATURE_I20 misreads']);
});

unitTest('Linux refuses incompatible features, and with others a read-write mount', () => {
  expect(refused({ kernel: '5.14' }, 'orphan_present', 'orphan_file', 'casefold')).toEqual([
    'orphan_present read-only',
  ]);
  expect(refused({ kernel: '4.12' }, 'large_dir', 'verity', 'FEATURE_R20')).toEqual([
    'large_dir refuses',
    'verity read-only',
    'FEATURE_R20 read-only',
  ]);
  expect(refused({ kernel: 'linux@4.12+large_dir' }, 'large_dir')).toEqual([]);
});

unitTest('e2fsck refuses compatible features too', () => {
  expect(refused({ e2fsck: '1.46' }, 'orphan_file', 'metadata_csum_seed', 'FEATURE_C20')).toEqual([
    'orphan_file refuses',
    'FEATURE_C20 refuses',
  ]);
  expect(refused({ e2fsck: '1.47.0' }, 'orphan_file')).toEqual([]);
});

unitDescribe('features of the journal', () => {
  const load = () => TestImage.load('ext4-1k-csum-tree');
  const found = async (image: TestImage, asked: Parameters<typeof parseReaders>[0]) => {
    const report = await checkImage(image.source(), { extensions: [readersCheck(asked)] });
    return report.findings
      .filter(({ id }) => id.includes('refuses') || id.startsWith('kernel'))
      .map((finding) => formatFinding(finding));
  };
  const withFastCommits = async () => {
    const log = await FastLog.on(
      TestImage.unpack(new URL('../../../fixtures/recovery/ext4-1k-fast-commit-area.img.gz', import.meta.url)),
    );
    return log.image;
  };

  test('a kernel before 5.10 refuses fast commits', async () => {
    const image = await withFastCommits();
    expect(await found(image, { kernel: '5.9' })).toEqual([
      'The kernel refuses to mount the file system: the journal uses fast_commit, which linux 5.9 does not support (fast_commit: needs Linux 5.10)',
    ]);
    for (const kernel of ['5.10', '5.15', '6.12', '5.4+fast_commit'])
      expect(await found(image, { kernel })).toEqual([]);
    expect(await found(image, { kernel: '5.15-fast_commit' })).toHaveLength(1);
  });

  test('an e2fsck before 1.46 refuses them too, and says so of the file system as well', async () => {
    const image = await withFastCommits();
    expect(await found(image, { e2fsck: '1.45.6' })).toEqual([
      'The e2fsck of the machine refuses the file system: e2fsck 1.45.6 does not support fast_commit (fast_commit: needs e2fsck 1.46)',
      'The e2fsck of the machine refuses the file system: the journal uses fast_commit, which e2fsck 1.45.6 does not support (fast_commit: needs e2fsck 1.46)',
    ]);
    expect(await found(image, { e2fsck: '1.46.2' })).toEqual([]);
  });

  test.each([
    [3, '3.17', ['journal_checksum_v3']],
    [3, '3.18', []],
    [2, '3.4', ['journal_checksum_v2']],
    [2, '3.5', []],
    [1, '2.6.28', []],
    [0, '2.6.28', []],
  ] as const)('checksums of version %i and Linux %s', async (checksums, kernel, features) => {
    const { image } = await LogBuilder.on(TestImage.load('ext4-4k-csum'), { checksums, wide: true, asyncCommit: true });
    const report = await checkImage(image.source(), { extensions: [readersCheck({ kernel })] });
    expect(report.findings.flatMap(({ data }) => (data?.['journal'] === true ? data['features'] : []))).toEqual(
      features,
    );
  });

  test('the feature of the file system alone, as mke2fs sets it, does not stop a kernel', async () => {
    const image = load().setSuper({ s_feature_compat: load().made.sb.s_feature_compat | compat.fast_commit });
    expect(await found(image, { kernel: '5.4' })).toEqual([]);
  });

  test('nothing is said of a journal without features, and of none', async () => {
    const { builder } = await FastLog.on(load());
    builder.setSuper({ h_blocktype: 3 });
    expect(await found(builder.image, { kernel: '5.4' })).toEqual([]);
    builder.setSuper({ h_magic: 1 });
    expect(await found(builder.image, { kernel: '5.4' })).toEqual([]);
    const external = (await withFastCommits()).setSuper({ s_journal_inum: 0 });
    expect(await found(external, { kernel: '5.4' })).toEqual([]);
    expect(await found(TestImage.load('ext2-1k'), { kernel: '5.4' })).toEqual([]);
  });

  test('boot loaders do not read the journal', () => {
    for (const bootLoader of ['grub@2.06', 'u-boot@2024.01', 'grub'])
      for (const reader of parseReaders({ bootLoader }))
        expect(refusedJournalFeatures(reader, Object.keys(journalIncompat))).toEqual([]);
  });

  test('boot says what the console shows', async () => {
    const { steps } = await checkBoot((await withFastCommits()).source(), { kernel: '5.4' });
    expect(steps.find(({ step }) => step === 'features')).toMatchObject({
      ok: false,
      console: 'JBD2: Unrecognised features on journal\nEXT4-fs: error loading journal',
    });
  });
});

unitTest.each([
  [
    { bootLoader: 'lilo@24' },
    "Expected grub@VERSION, u-boot@VERSION, barebox@VERSION, syslinux@VERSION or edk2@VERSION, optionally followed by +FEATURE or -FEATURE, not 'lilo@24'.",
  ],
  [{ bootLoader: '2.06' }, 'Expected grub@VERSION'],
  [{ bootLoader: 'grub@2.06+casefolding' }, "Unknown feature 'casefolding'."],
  [{ kernel: '5..1' }, 'Expected linux@VERSION'],
  [{ kernel: '' }, 'Expected linux@VERSION'],
  [{ bootLoader: 'grub@0.97' }, 'extcheck knows the features of GRUB 1.98 and newer only.'],
  [{ bootLoader: 'barebox@2012.12.0' }, 'extcheck knows the features of barebox 2013.01 and newer only.'],
  [{ bootLoader: 'syslinux@3.86' }, 'extcheck knows the features of Syslinux 4.00 and newer only.'],
  [{ bootLoader: 'edk2@2023.05' }, 'extcheck knows the features of Ext4Dxe of edk2 202108 and newer only.'],
  [{ kernel: '2.4.20' }, 'extcheck knows the features of Linux 2.6.28 and newer only.'],
  [{ e2fsck: '1.40' }, 'extcheck knows the features of e2fsck 1.42 and newer only.'],
])('%o is refused with a reason', (asked, why) => {
  expect(() => parseReaders(asked)).toThrow(ReaderError);
  expect(() => parseReaders(asked)).toThrow(why);
});

unitDescribe('the tables', () => {
  test.each([
    ['grub', grub, Object.keys(incompat)],
    ['u-boot', uBoot, Object.keys(incompat)],
    ['barebox', barebox, Object.keys(incompat)],
    ['syslinux', syslinux, Object.keys(incompat)],
    ['edk2', edk2, Object.keys(incompat)],
    ['linux', linux, [...Object.keys(incompat), ...Object.keys(roCompat)]],
    ['e2fsck', e2fsck, [...allFeatures]],
  ])('%s contains every feature that the program checks', (_name, table, features) => {
    expect(Object.keys(table.since).sort()).toEqual([...features].sort());
  });

  test('docs/features.md has the same versions', () => {
    const page = readFileSync(new URL('../../../docs/features.md', import.meta.url), 'utf8');
    const tables = [grub, uBoot, barebox, syslinux, edk2, linux, e2fsck];
    const cells = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.slice(2, -2).split(' | '));
    const rows = new Map(
      cells.filter(({ length }) => length === tables.length + 1).map(([name, ...row]) => [name, row]),
    );
    for (const feature of allFeatures) {
      const shown = tables.map(({ since }) => (feature in since ? (since[feature] ?? 'none') : 'not looked at'));
      expect([feature, rows.get(`\`${feature}\``)]).toEqual([feature, shown]);
    }
    const ofJournal = [...page.matchAll(/^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \|$/gm)].map((row) => row.slice(1));
    expect(ofJournal).toEqual(
      Object.keys(journalIncompat).map((name) => [name, linux.journal![name], e2fsck.journal![name]]),
    );
  });
});

nativeDescribe('on the main check', () => {
  const image = hasE2fsprogs
    ? makeImage({ size: '8M', options: '-t ext4 -O metadata_csum,metadata_csum_seed,orphan_file,casefold' })
    : null;
  const ids = async (readBy: { bootLoader?: string; kernel?: string; e2fsck?: string }) =>
    (await checkImage(memorySource(image!.bytes), { extensions: [readersCheck(readBy)] })).findings.map(
      ({ id, data }) => `${id} ${(data as { features: string[] }).features}`,
    );

  test('findings name the programs and the features they do not support', async () => {
    expect(await ids({})).toEqual([]);
    expect(await ids({ bootLoader: 'grub@2.06', kernel: '5.14', e2fsck: '1.46' })).toEqual([
      'boot-loader-refuses-feature metadata_csum_seed,casefold',
      'e2fsck-refuses-feature orphan_file',
    ]);
    expect(await ids({ bootLoader: 'barebox@2024.01' })).toEqual([]);
    expect(await ids({ bootLoader: 'syslinux@6.03' })).toEqual(['boot-loader-misreads-feature 64bit']);
    expect(await ids({ bootLoader: 'syslinux@6.04' })).toEqual([]);
    expect(await ids({ bootLoader: 'u-boot@2024.01', kernel: '5.1' })).toEqual([
      'boot-loader-misreads-feature casefold',
      'kernel-refuses-feature casefold',
    ]);
    expect(await ids({ bootLoader: 'grub@2.12+casefold', kernel: '4.12+casefold' })).toEqual([]);
    const verity = makeImage({ size: '8M', options: '-t ext4 -O verity' });
    const report = await checkImage(memorySource(verity.bytes), { extensions: [readersCheck({ kernel: '5.3' })] });
    expect(report.findings.map(({ id }) => id)).toEqual(['kernel-mounts-read-only']);
  });

  /** What Ext4Dxe says about an image made with these options. */
  const edk2Finds = async (options: string, size: string, bootLoader = 'edk2@202305') => {
    const { bytes } = makeImage({ size, options });
    const { findings } = await checkImage(memorySource(bytes), { extensions: [readersCheck({ bootLoader })] });
    return findings.map(({ id, data }) => [id, (data as { why?: string }).why ?? '']);
  };

  test.each([
    ['-t ext4 -b 1024', '8M', 'edk2@202305', null],
    [
      '-t ext4 -b 1024',
      '8000K',
      'edk2@202305',
      'it has 8000 blocks, and the driver opens only file systems with a whole',
    ],
    [
      '-t ext4 -b 4096',
      '64M',
      'edk2@202305',
      'it has 16384 blocks, and the driver opens only file systems with a whole',
    ],
    [
      '-t ext4 -b 1024 -g 4096',
      '16M',
      'edk2@202305',
      'its groups have 4096 blocks, and the driver opens only groups of 8192',
    ],
    ['-t ext4 -b 1024 -O bigalloc', '256M', 'edk2', 'its groups have 131072 blocks'],
    ['-t ext2 -b 1024', '16M', 'edk2@202202', 'it has no extents'],
    ['-t ext2 -b 1024', '16M', 'edk2@202205', null],
    ['-t ext2 -b 1024', '16M', 'edk2', null],
  ])('Ext4Dxe and the layout of mke2fs %s of %s, for %s', async (options, size, reader, why) => {
    const found = await edk2Finds(options, size, reader);
    expect(found).toEqual(why === null ? [] : [['boot-loader-refuses-layout', expect.stringContaining(why)]]);
  });

  test('each boot loader shows its own message', async () => {
    const { bytes } = makeImage({ size: '8M', options: '-t ext4 -O 64bit,inline_data,^metadata_csum_seed' });
    const consoles = async (bootLoader: string) =>
      (await checkBoot(memorySource(bytes), { bootLoader })).steps.find(({ step }) => step === 'features')?.console;
    expect(await consoles('grub@2.12')).toContain('error: unknown filesystem.');
    expect(await consoles('u-boot@2016.09')).toContain('Unsupported feature found (64bit');
    expect(await consoles('u-boot@2024.10')).toBeUndefined();
    expect(await consoles('u-boot@2025.01')).toBe('fs uses incompatible features: 00008000, ignoring');
    expect(await consoles('edk2@202305')).toBeUndefined();
  });
});
