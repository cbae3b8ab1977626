import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkWhole } from '../support/check-damages';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { copyOf } from '../support/sparse';

const hasE2image = hasE2fsprogs && spawnSync('e2image', ['-V']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'extcheck-'));
const content = join(folder, 'content');
writeFileSync(content, 'x'.repeat(3000));

/** Two groups, a copy of the superblock in the second, and three files. */
const whole = () =>
  makeImage({
    size: '12M',
    options: '-t ext4 -b 1024',
    commands: ['mkdir a', `write ${content} a/one`, `write ${content} a/two`, `write ${content} three`],
  });

function rawImage(image: TestImage, mode = '-r'): TestImage {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  writeFileSync(from, image.bytes);
  rmSync(to, { force: true });
  const { status } = spawnSync('e2image', [mode, from, to]);
  expect(status).toBe(0);
  return new TestImage(copyOf(readFileSync(to)));
}

const native = test.skipIf(!hasE2image);
const lost = /writes were lost|lost writes/i;

native('a raw file of e2image has its own diagnosis, without lost writes', async () => {
  const { causes, counts, affected, verdict } = await checkWhole(rawImage(whole()));
  expect(Object.keys(counts)).toEqual(['superblock-backups-absent', 'image-without-data']);
  expect(verdict).toBe('warning');
  expect(affected).toEqual([]);
  expect(causes.map(({ id }) => id)).toEqual(['metadata-only']);
  expect(causes[0]?.text).toMatch(/^The image has no data: all 3 examined files .* e2image -r/);
  expect(causes[0]?.text).not.toMatch(lost);
});

native('a copy by e2image with the data passes: it lacks the backups of the superblock only', async () => {
  const { counts, verdict } = await checkWhole(rawImage(whole(), '-ra'));
  expect(counts).toEqual({ 'superblock-backups-absent': 1 });
  expect(verdict).toBe('info');
});

native(
  'with data in one file the image has data, and with a lost block of metadata the diagnosis is lost writes',
  async () => {
    const image = rawImage(whole());
    const at = whole().bytes.findIndex((_, i, bytes) => bytes[i] === 0x78 && bytes[i + 2999] === 0x78);
    const one = image.copy().fill(at, 100, 1);
    expect((await checkWhole(one)).counts).toEqual({ 'superblock-backups-absent': 1 });
    const directory = image.copy();
    const block = directory.bytes.findIndex((_, i, b) => b[i] === 116 && b[i + 1] === 119 && b[i + 2] === 111);
    directory.fill(Math.floor(block / 1024) * 1024, 1024);
    expect((await checkWhole(directory)).causes.map(({ text }) => text).join(' ')).toMatch(lost);
  },
);

native('an image whose block maps e2fsck made into extents passes: its backups are older', async () => {
  const path = join(folder, 'converted');
  const made = makeImage({ size: '12M', options: '-b 1024', commands: [`write ${content} three`] });
  writeFileSync(path, made.bytes);
  expect(spawnSync('e2fsck', ['-fy', '-E', 'bmap2extent', path]).status).toBeLessThan(2);
  const now = new Date(Date.now() + 60_000);
  const { counts, verdict } = await checkWhole(new TestImage(copyOf(readFileSync(path))), { now });
  expect(counts).toEqual({ 'superblock-backup-older': 1 });
  expect(verdict).toBe('info');
});

native('an intact image has no diagnosis', async () => {
  expect((await checkWhole(whole())).causes).toEqual([]);
});

test.skipIf(!hasE2fsprogs)('an image without files whose backup superblock was lost has lost writes', async () => {
  const image = makeImage({ size: '12M', options: '-t ext4 -b 1024' });
  image.fill(8193 * 1024, 1024);
  expect((await checkWhole(image)).causes.map(({ text }) => text).join(' ')).toMatch(lost);
});
