/** Blocks that a volume keeps: read once, whole, and never overwritten while somebody may look at them. */
import { expect, test } from 'vitest';
import { memorySource } from '../../src/source/memory';
import { readGeometry } from '../../src/volume/geometry';
import { bytesOf, Volume } from '../../src/volume/volume';
import { TestImage } from '../support/image';

/** Blocks of 1 KiB, each filled with its own number. */
function numbered(count: number): Volume {
  const { bytes } = TestImage.load('ext2-1k');
  const geometry = { ...readGeometry(new DataView(bytes.buffer, bytes.byteOffset), 1024), blocksCount: count };
  const content = new Uint8Array(count * 1024);
  for (let block = 0; block < count; block++) content.fill(block % 251, block * 1024, (block + 1) * 1024);
  return new Volume(memorySource(content), geometry);
}

const shows = (view: DataView | null, block: number): boolean =>
  view !== null && bytesOf(view).every((byte) => byte === block % 251);

test('blocks answer at once, in few reads, and each only once', () => {
  const volume = numbered(4096);
  expect(volume.prefetch([7, 5, 900, 6, 22])).toBeUndefined();
  expect(volume.readCounts.reads).toBe(2);
  for (const block of [5, 6, 7, 22, 900]) expect(shows(volume.cached(block) ?? null, block)).toBe(true);
  const view = volume.block(900);
  expect(view).toBe(volume.cached(900));
  expect(volume.readCounts.reads).toBe(2);
});

test('a view stays what it was when the blocks kept come to their bound', async () => {
  const volume = numbered(40_000);
  const early = await volume.block(3);
  for (let block = 100; block < 40_000; block += 40)
    await volume.prefetch(Array.from({ length: 40 }, (_, i) => block + i));
  expect(volume.cached(3)).toBeUndefined();
  expect(shows(early, 3)).toBe(true);
});

test('recycling forgets blocks once they take some memory, and reads them again rightly', async () => {
  const volume = numbered(4096);
  await volume.prefetch([1, 2]);
  volume.recycle();
  expect(volume.cached(1)).toBeDefined();
  await volume.prefetch(Array.from({ length: 2048 }, (_, i) => i + 1));
  volume.recycle();
  expect(volume.cached(1)).toBeUndefined();
  await volume.prefetch(Array.from({ length: 2048 }, (_, i) => i + 2048));
  for (const block of [2048, 3000, 4095]) expect(shows(volume.cached(block) ?? null, block)).toBe(true);
});
