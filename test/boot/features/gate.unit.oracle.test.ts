/** The features that readers support: tables, options, and findings of `boot` and of the main check. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readersCheck } from '../../../src/boot/extensions';
import { e2fsck } from '../../../src/boot/features/e2fsck';
import { allFeatures, parseReaders, refusedFeatures } from '../../../src/boot/features/gate';
import { grub } from '../../../src/boot/features/grub';
import { linux } from '../../../src/boot/features/linux';
import { ReaderError } from '../../../src/boot/features/reader';
import { uBoot } from '../../../src/boot/features/u-boot';
import { checkImage } from '../../../src/check';
import { incompat, roCompat } from '../../../src/layout/features';
import { memorySource } from '../../../src/source/memory';
import { hasE2fsprogs, makeImage } from '../../support/e2fsprogs';
import { nativeDescribe, unitDescribe, unitTest } from '../../support/project-tests';

const refused = (asked: Parameters<typeof parseReaders>[0], ...features: string[]) =>
  parseReaders(asked).flatMap((reader) =>
    refusedFeatures(reader, features).flatMap(({ refusal, maybe, features: found }) =>
      found.map((feature) => `${feature} ${refusal}${maybe ? ' maybe' : ''}`),
    ),
  );

unitDescribe('GRUB', () => {
  test.each([
    ['grub@2.00', ['64bit refuses', 'metadata_csum_seed refuses']],
    ['grub@2.06', ['metadata_csum_seed refuses']],
    ['grub@2.06+metadata_csum_seed', []],
    ['grub@2.12', []],
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

unitTest('U-Boot misreads unknown features', () => {
  expect(refused({ bootLoader: 'u-boot@2024.01' }, 'meta_bg', 'large_dir', 'extent', '64bit', 'quota')).toEqual([
    'meta_bg misreads',
    'large_dir misreads',
  ]);
});

unitTest('Linux refuses incompatible features and mounts others read-only', () => {
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

unitTest.each([
  [
    { bootLoader: 'lilo@24' },
    "Expected grub@VERSION or u-boot@VERSION, optionally followed by +FEATURE or -FEATURE, not 'lilo@24'.",
  ],
  [{ bootLoader: '2.06' }, 'Expected grub@VERSION'],
  [{ bootLoader: 'grub@2.06+casefolding' }, "Unknown feature 'casefolding'."],
  [{ kernel: '5..1' }, 'Expected linux@VERSION'],
  [{ kernel: '' }, 'Expected linux@VERSION'],
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
    ['linux', linux, [...Object.keys(incompat), ...Object.keys(roCompat)]],
    ['e2fsck', e2fsck, [...allFeatures]],
  ])('%s contains every feature that the program checks', (_name, table, features) => {
    expect(Object.keys(table.since).sort()).toEqual([...features].sort());
  });

  test('docs/features.md has the same versions', () => {
    const page = readFileSync(new URL('../../../docs/features.md', import.meta.url), 'utf8');
    const rows = new Map(
      [...page.matchAll(/^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)].map((row) => [
        row[1]!,
        row.slice(2),
      ]),
    );
    for (const feature of allFeatures) {
      const shown = [grub, uBoot, linux, e2fsck].map(({ since }) =>
        feature in since ? (since[feature] ?? 'none') : 'not looked at',
      );
      expect([feature, rows.get(feature)]).toEqual([feature, shown]);
    }
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
    expect(await ids({ bootLoader: 'u-boot@2024.01', kernel: '5.1' })).toEqual([
      'boot-loader-misreads-feature casefold',
      'kernel-refuses-feature casefold',
    ]);
    expect(await ids({ bootLoader: 'grub@2.12+casefold', kernel: '4.12+casefold' })).toEqual([]);
    const verity = makeImage({ size: '8M', options: '-t ext4 -O verity' });
    const report = await checkImage(memorySource(verity.bytes), { extensions: [readersCheck({ kernel: '5.3' })] });
    expect(report.findings.map(({ id }) => id)).toEqual(['kernel-mounts-read-only']);
  });
});
