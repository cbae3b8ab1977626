/** Problems of the source: bytes it cannot read although they exist, and bytes that change during a check. */
import { superblockOffset, superblockSize } from '../layout/superblock';
import type { ReportFinding } from '../problem/collector';
import { define } from '../problem/define';
import { readGeometry, type SuperblockRecord } from '../volume/geometry';
import type { Volume } from '../volume/volume';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'image-read-failed': { severity: 'error', e2fsck: [] },
  'image-changed': { severity: 'warning', e2fsck: [] },
});

/** Whether two records have the same fields with the same values. */
function sameRecord(a: SuperblockRecord, b: SuperblockRecord): boolean {
  for (const name of Object.keys(a) as (keyof SuperblockRecord)[]) {
    const [x, y] = [a[name], b[name]];
    if (typeof x === 'number' || typeof y === 'number') {
      if (x !== y) return false;
    } else if (x.some((byte, i) => byte !== y[i])) return false;
  }
  return true;
}

/**
 * Reads the superblock in block `superBlock` and the last byte again at the end of a check: a file system in use, and a
 * file that gets shorter, show there first.
 */
export async function checkUnchanged(volume: Volume, superBlock: number, report: ReportFinding): Promise<void> {
  const { geometry, source } = volume;
  const at = Math.max(superblockOffset, superBlock * geometry.blockSize);
  const bytes = await volume.read(at, superblockSize);
  const end = Math.min(source.size, geometry.blocksCount * geometry.blockSize);
  await volume.read(end - 1, 1);
  if (bytes === null || bytes.length < superblockSize) return;
  const now = readGeometry(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0).sb;
  if (!sameRecord(geometry.sb, now)) report(problems['image-changed'], { bytes: { at, length: superblockSize } }, {});
}
