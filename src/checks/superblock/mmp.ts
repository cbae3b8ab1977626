/** The block by which hosts that share a disk tell each other that the file system is in use. */
import { crc32c } from '../../bytes/crc32c';
import { printableName } from '../../bytes/names';
import { mmpBlock, mmpMagic, mmpSequence } from '../../layout/mmp';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import { bytesOf, type Volume } from '../../volume/volume';
import { isoTime } from './times';

export const problems = define({
  'mmp-block-location': {
    severity: 'warning',
    e2fsck: [0x000042],
    title: 'Block of multiple mount protection lies outside the file system',
    explain:
      's_mmp_block says where hosts write down that they use the file system. There is no such block, so the superblock was damaged. The kernel refuses to mount read-write while the feature mmp is on; tune2fs can switch it off.',
    say: (d: { stored: number; least: number; most: number }) =>
      `s_mmp_block is ${d.stored}, should be from ${d.least} to ${d.most}`,
  },
  'mmp-block-magic': {
    severity: 'warning',
    e2fsck: [0x000043],
    title: 'Block of multiple mount protection is destroyed',
    explain:
      'The block by which hosts tell each other that they use the file system does not carry its magic number: it was overwritten or lost. The kernel refuses to mount read-write while the feature mmp is on; e2fsck writes the block anew.',
    say: (d: { stored: number }) => `mmp_magic is 0x${d.stored.toString(16)}, should be 0x${mmpMagic.toString(16)}`,
  },
  'mmp-block-checksum': {
    severity: 'warning',
    e2fsck: [0x000047],
    title: 'Block of multiple mount protection does not match its checksum',
    explain:
      'The block by which hosts tell each other that they use the file system was overwritten in part. The kernel refuses to mount read-write while the feature mmp is on; e2fsck writes the block anew.',
    say: (d: { stored: number; expected: number }) => `mmp_checksum is ${d.stored}, should be ${d.expected}`,
  },
  'mmp-in-use': {
    severity: 'warning',
    e2fsck: [],
    title: 'File system is marked as in use',
    explain:
      'By multiple mount protection a host said that it mounts or repairs the file system, and has not said that it is done. Either it is at work now, then the image changes while it is read and findings mean little, or it went down without unmounting. Unmount it there and copy the image again.',
    say: (d: { state: string; sequence: number; host: string; time: string }) =>
      `${d.state} (mmp_seq 0x${d.sequence.toString(16)}), last on host '${d.host}' at ${d.time}`,
  },
});

/** Text up to the first NUL. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return printableName(bytes, 0, end < 0 ? bytes.length : end);
}

/** Largest time that Date can show, in seconds; a damaged block may hold more. */
const lastTime = 8.64e12;

function stateOf(sequence: number): string | null {
  if (sequence === mmpSequence.CLEAN) return null;
  if (sequence === mmpSequence.FSCK) return 'e2fsck is running';
  return sequence <= mmpSequence.MAX ? 'it is mounted' : 'an unknown state';
}

/** Checks the block of multiple mount protection, where the feature mmp is on. */
export async function checkMmp(volume: Volume, report: Report): Promise<void> {
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
  report(problems['mmp-in-use'], { block }, { state, sequence, host: textOf(mmpBlock.mmp_nodename(view, 0)), time });
}
