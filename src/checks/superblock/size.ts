/** Checks that the image is long enough for its file system. */
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { ByteSource } from '../../source/source';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'image-truncated': { severity: 'fatal', e2fsck: [0x000005] },
});

/** A longer image is never wrong. */
export function checkSize(opening: Opening, source: ByteSource, report: ReportFinding): void {
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
