/** Checks that the image is long enough for its file system. */
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { PartitionFacts } from '../../problem/start';
import type { ByteSource } from '../../source/source';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'image-truncated': { severity: 'fatal', e2fsck: [0x000005] },
  'file-system-larger-than-partition': { severity: 'fatal', e2fsck: [0x000005] },
});

/** A longer image is never wrong. If `partition` is what is too short, the image is not called truncated. */
export function checkSize(
  opening: Opening,
  source: ByteSource,
  report: ReportFinding,
  partition?: PartitionFacts,
): void {
  const { blocksCount, blockSize } = opening.volume.geometry;
  const place = superblockPlace(opening, 's_blocks_count_lo');
  const room = partition && Math.floor(partition.size / blockSize);
  if (room !== undefined && room < blocksCount) {
    const { number, size } = partition!;
    const needed = blocksCount * blockSize;
    const data = { partition: number, stored: blocksCount, found: room, needed, size };
    report(problems['file-system-larger-than-partition'], place, data);
    return;
  }
  const found = Math.floor(source.size / blockSize);
  if (found >= blocksCount) return;
  const missing = blocksCount * blockSize - source.size;
  report(problems['image-truncated'], place, {
    stored: blocksCount,
    found,
    missing,
  });
}
