/** Each cause on images of its own, and what a report must not say about them. */
import { describe, expect, test } from 'vitest';
import { allCauses } from '../../src/causes/all';
import type { CheckReport } from '../../src/problem/report';
import { renderMarkdown } from '../../src/report/markdown';
import { renderText } from '../../src/report/text';
import { quietLine } from '../../src/report/verdict';
import { cleanNames } from '../support/fixtures';
import { TestImage } from '../support/image';
import { tree } from '../support/tree';
import { examples, reportOf } from './examples';

/** Causes whose images need native tools; their tests are elsewhere. */
const elsewhere = [
  'metadata-only',
  'packages-differ',
  'resized-with-journal',
  'errors-recorded',
  'misread-by-e2fsck',
  'orphan-file-invalid',
  'refused-before-replay',
  'incomplete',
];

const textOf = (report: CheckReport): string => renderText(report).replaceAll(/\s+/g, ' ');

test('every cause has three images', () => {
  const ids = allCauses.map(({ id }) => id).filter((id) => !elsewhere.includes(id));
  expect(Object.keys(examples).sort()).toEqual(ids.sort());
  for (const [id, images] of Object.entries(examples)) expect([id, images.length]).toEqual([id, 3]);
});

for (const [id, images] of Object.entries(examples))
  describe(id, () => {
    test.each(images)('$made', async (example) => {
      const report = await reportOf(example);
      expect(report.causes.map((cause) => cause.id)).toContain(id);
      expect(report.causes[0]?.id).toBe(id);
      const text = textOf(report);
      const quiet = quietLine(report).text;
      expect(text.toLowerCase()).toContain(report.causes[0]!.text.replaceAll(/\s+/g, ' ').toLowerCase());
      // writes were lost only with evidence
      if (id !== 'lost-writes') expect(text).not.toMatch(/async page write|No space left|was full/);
      if (report.causes[0]!.nothingLost || report.affectedCount === 0) {
        expect(quiet.replaceAll('no file is lost', '')).not.toMatch(/DO NOT BOOT|lost|destroyed/);
        expect(text).not.toMatch(/paths? (is|are) lost/);
      }
      const passes = report.verdict === 'info' || report.verdict === 'clean';
      if (!passes) expect(report.steps.length).toBeGreaterThan(0);
      const markdown = renderMarkdown([report]);
      for (const command of report.steps.flatMap(({ commands }) => commands)) {
        expect(text).toContain(command.replaceAll(/\s+/g, ' '));
        expect(markdown).toContain(`   - \`${command}\`\n`);
      }
      if (report.causes[0]!.nothingLost) expect(markdown).not.toContain('Lost or damaged');
    });
  });

test.each(cleanNames)('an intact image has no cause: %s', async (name) => {
  const { causes, steps } = await reportOf({ made: name, image: () => TestImage.load(name) });
  expect([causes, steps]).toEqual([[], []]);
});

test('a UUID that was replaced is named where a backup superblock still has it', async () => {
  const [first] = examples['uuid-changed']!;
  const { causes } = await reportOf(first!);
  expect(causes[0]!.text).toMatch(/ a0a1a2a3-a4a5-\S+ was written into the superblock without renewing them\./);
  expect(causes[0]!.text).toMatch(/ A backup superblock still has the UUID 00c0ffee-0000-4000-8000-\d{12}\.$/);
});

describe('a flipped bit is found by the checksum', () => {
  const base = () => TestImage.load('ext4-4k-csum');
  const flipped = async (at: (image: TestImage) => number, bit = 0) => {
    const image = base();
    image.bytes[at(image)]! ^= 1 << bit;
    return { report: await reportOf({ made: '', image: () => image }), at: at(image) };
  };

  test('with its byte, its bit and its field', async () => {
    const { report, at } = await flipped((image) => image.inodeAt(tree.passwd) + 1, 6);
    expect(report.evidence?.flippedBits).toEqual([{ inode: tree.passwd, byte: at, bit: 6, field: 'i_mode' }]);
  });

  test('in the superblock', async () => {
    const { report } = await flipped(() => 1024 + 0x34, 2);
    expect(report.causes[0]?.id).toBe('superblock-checksum');
    expect(report.causes[0]!.text).toContain('bit 2 of byte 1076, in s_mnt_count, is flipped');
  });

  test('and not where a second one is wrong with it', async () => {
    const image = base();
    image.bytes[image.inodeAt(tree.passwd) + 1]! ^= 0x60;
    const { evidence, causes } = await reportOf({ made: '', image: () => image });
    expect(evidence?.flippedBits).toBeUndefined();
    expect(causes.map(({ id }) => id)).not.toContain('bits-flipped');
  });
});

describe('zeros over the start of a file system', () => {
  const base = () =>
    TestImage.unpack(new URL('../../fixtures/damaged/primary-superblock-destroyed.img.gz', import.meta.url));
  const inodeTable = 78 * 1024;

  test.each([2048, 8192, inodeTable])('%d bytes: no file is lost, and no write', async (bytes) => {
    const { causes, affected } = await reportOf({ made: '', image: () => base().fill(0, bytes) });
    expect(causes.map(({ id }) => id)).toEqual(['start-overwritten']);
    expect(causes[0]!.headline).toBe('the start of the file system was overwritten with zeros; no file is lost');
    expect(affected).toEqual([]);
  });

  test('with the root directory, all paths are lost', async () => {
    const report = await reportOf({ made: '', image: () => base().fill(0, inodeTable + 1024) });
    expect(report.affected).toEqual([{ path: '/', how: 'unreadable' }]);
    expect(quietLine(report).text).toMatch(
      /^DO NOT BOOT FROM active\.img: all paths are lost; .*overwritten with zeros$/,
    );
    expect(report.causes.map(({ id, nothingLost }) => [id, nothingLost])).toEqual([['start-overwritten', false]]);
  });

  test('a block of an inode table that contains zeros after them is a lost write', async () => {
    const { causes } = await reportOf({
      made: '',
      image: () =>
        base()
          .fill(0, 4096)
          .fill(inodeTable + 1024, 2048),
    });
    expect(causes.map(({ id }) => id)).toEqual(['start-overwritten', 'lost-writes']);
  });
});

test.each([
  'ext2-1k',
  'ext3-1k-htree',
  'ext2-4k',
])('text over inodes without checksums is other data: %s', async (name) => {
  const image = TestImage.load(name);
  const at = image.inodeAt(tree.fstab);
  for (let i = 0; i < 256; i++) image.bytes[at + i] = 'a line of a log\n'.charCodeAt(i % 16);
  const { causes } = await reportOf({ made: '', image: () => image });
  expect(causes[0]).toMatchObject({ id: 'overwritten', headline: 'parts of it were overwritten with other data' });
});
