/** Checks the block by which hosts that share a disk show that the file system is in use. */
import { crc32c } from '../../bytes/crc32c';
import { isoTime } from '../../bytes/iso-time';
import { printableField } from '../../bytes/names';
import { mmpBlock, mmpMagic, mmpSequence } from '../../layout/mmp';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { bytesOf, type Volume } from '../../volume/volume';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'mmp-block-location': { severity: 'warning', e2fsck: [0x000042] },
  'mmp-block-magic': { severity: 'warning', e2fsck: [0x000043] },
  'mmp-block-checksum': { severity: 'warning', e2fsck: [0x000047] },
  'mmp-in-use': { severity: 'warning', e2fsck: [] },
});

/** The largest time of Date, in seconds; a damaged block may hold more. */
const lastTime = 8.64e12;

function stateOf(sequence: number): string | null {
  if (sequence === mmpSequence.CLEAN) return null;
  if (sequence === mmpSequence.FSCK) return 'e2fsck is running';
  return sequence <= mmpSequence.MAX ? 'it is mounted' : 'an unknown state';
}

/** Checks the multi-mount protection block, if the feature mmp is on. */
export async function checkMmp(volume: Volume, report: ReportFinding): Promise<void> {
  const { sb, features, firstDataBlock, blocksCount, checksumSeed } = volume.geometry;
  if (!features.mmp) return;
  const block = sb.s_mmp_block;
  if (block <= firstDataBlock || block >= blocksCount) {
    report(problems['mmp-block-location'], {}, { stored: block, least: firstDataBlock + 1, most: blocksCount - 1 });
    return;
  }
  const view = await volume.block(block);
  if (view === null) return;
  const magic = mmpBlock.mmp_magic(view, 0);
  if (magic !== mmpMagic) {
    report(problems['mmp-block-magic'], { block }, { stored: magic });
    return;
  }
  const stored = mmpBlock.mmp_checksum(view, 0);
  const expected = crc32c(checksumSeed, bytesOf(view), 0, mmpBlock.mmp_checksum.offset);
  if (features.metadata_csum && stored !== expected) {
    report(problems['mmp-block-checksum'], { block }, { stored, expected });
    return;
  }
  const sequence = mmpBlock.mmp_seq(view, 0);
  const state = stateOf(sequence);
  if (state === null) return;
  const time = isoTime(Math.min(mmpBlock.mmp_time(view, 0), lastTime));
  report(
    problems['mmp-in-use'],
    { block },
    { state, sequence, host: printableField(mmpBlock.mmp_nodename(view, 0)), time },
  );
}
