/** Whether the image is long enough for the file system in it. */
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { ByteSource } from '../../source/source';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';

export const problems = define({
  'image-truncated': {
    severity: 'fatal',
    e2fsck: [0x000005],
    title: 'Image is shorter than its file system',
    explain:
      'The superblock counts more blocks than the image has. A copy was cut off, the disk below was full, or the partition is smaller than the one the file system was made for. What lay behind the end is lost, and the kernel refuses to mount. Copy or build the image again.',
    say: (d: { stored: number; found: number; missing: number }) =>
      `the file system has ${d.stored} blocks, the image ${d.found}; ${d.missing} bytes are missing at the end`,
  },
});

/** A longer image is never wrong. */
export function checkSize(opening: Opening, source: ByteSource, report: Report): void {
  const { blocksCount, blockSize } = opening.volume.geometry;
  const found = Math.floor(source.size / blockSize);
  if (found >= blocksCount) return;
  const missing = blocksCount * blockSize - source.size;
  report(problems['image-truncated'], superblockPlace(opening, 's_blocks_count_lo'), {
    stored: blocksCount,
    found,
    missing,
  });
}
