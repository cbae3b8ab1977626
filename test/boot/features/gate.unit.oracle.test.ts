/** The feature gate: who can use which features, as asked for on `boot` and on the main check. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readersCheck } from '../../../src/boot/extensions';
import { ConsumerError } from '../../../src/boot/features/consumer';
import { e2fsck } from '../../../src/boot/features/e2fsck';
import { allFeatures, parseConsumers, refusedFeatures } from '../../../src/boot/features/gate';
import { grub } from '../../../src/boot/features/grub';
import { linux } from '../../../src/boot/features/linux';
import { uBoot } from '../../../src/boot/features/u-boot';
import { checkImage } from '../../../src/check';
import { incompat, roCompat } from '../../../src/layout/features';
import { memorySource } from '../../../src/source/memory';
import { hasE2fsprogs, makeImage } from '../../support/e2fsprogs';
import { nativeDescribe, unitDescribe, unitTest } from '../../support/project-tests';

const refused = (asked: Parameters<typeof parseConsumers>[0], ...features: string[]) =>
  parseConsumers(asked).flatMap((consumer) =>
    refusedFeatures(consumer, features).flatMap(({ refusal, maybe, features: found }) =>
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

  test('no version takes inline_data, whatever is in use', () => {
    expect(refused({ bootLoader: 'grub' }, 'inline_data', 'FEATURE_I20')).toEqual([
      'inline_data refuses',
      'FEATURE_I20 refuses',
    ]);
  });
});

unitTest('U-Boot reads wrongly what it does not know', () => {
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
  [{ bootLoader: 'lilo@24' }, "'lilo@24' names none of grub@VERSION, u-boot@VERSION"],
  [{ bootLoader: '2.06' }, 'names none of'],
  [{ bootLoader: 'grub@2.06+casefolding' }, "There is no feature 'casefolding'."],
  [{ kernel: '5..1' }, 'names none of'],
  [{ kernel: '' }, 'names none of'],
  [{ kernel: '2.4.20' }, 'What Linux could do before 2.6.28 is not known here.'],
  [{ e2fsck: '1.40' }, 'What e2fsck could do before 1.42 is not known here.'],
])('%o is refused with a reason', (asked, why) => {
  expect(() => parseConsumers(asked)).toThrow(ConsumerError);
  expect(() => parseConsumers(asked)).toThrow(why);
});

unitDescribe('the tables', () => {
  test.each([
    ['grub', grub, Object.keys(incompat)],
    ['u-boot', uBoot, Object.keys(incompat)],
    ['linux', linux, [...Object.keys(incompat), ...Object.keys(roCompat)]],
    ['e2fsck', e2fsck, [...allFeatures]],
  ])('%s names every feature that it looks at', (_name, table, features) => {
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

  test('findings say who cannot use what', async () => {
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
