/** The image after a replayed journal: its blocks, and what recovery writes into both superblocks. */
import { crc32c } from '../bytes/crc32c';
import { incompat } from '../layout/features';
import { journalSuperblock, journalSuperblockSize } from '../layout/journal';
import { fsState, superblock, superblockOffset, superblockSize } from '../layout/superblock';
import type { ByteSource } from '../source/source';
import { crcStart, readGeometry } from '../volume/geometry';
import { superblockChecksumGood } from '../volume/validity';
import type { JournalRecord } from './format';
import { overlaySource, type Patch } from './overlay';
import type { Recovery } from './recover';

async function bytesAt(source: ByteSource, at: number, length: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(length);
  return (await source.read(at, bytes)) === length ? bytes : null;
}

/**
 * The superblock after recovery: needs no recovery; is not cleanly unmounted when recovery failed; has an error when
 * the kernel had left one in the journal. One with a wrong checksum is not changed, so that the check finds it.
 */
function recovered(bytes: Uint8Array, failed: boolean, error: boolean): Uint8Array {
  const view = new DataView(bytes.buffer);
  const geometry = readGeometry(view, 0);
  if (!superblockChecksumGood(geometry, bytes)) return bytes;
  const { s_feature_incompat, s_state, s_checksum } = superblock;
  view.setUint32(s_feature_incompat.offset, (s_feature_incompat(view, 0) & ~incompat.needs_recovery) >>> 0, true);
  let state = s_state(view, 0);
  if (failed) state &= ~fsState.VALID;
  if (error) state |= fsState.ERROR;
  view.setUint16(s_state.offset, state, true);
  if (geometry.features.metadata_csum)
    view.setUint32(s_checksum.offset, crc32c(crcStart, bytes, 0, s_checksum.offset), true);
  return bytes;
}

/**
 * The journal's superblock after recovery: an empty log. An error that the kernel recorded there is kept, to be
 * reported.
 */
function emptied(bytes: Uint8Array, recovery: Recovery, summed: boolean): Uint8Array {
  const view = new DataView(bytes.buffer);
  const { s_start, s_sequence, s_checksum } = journalSuperblock;
  view.setUint32(s_start.offset, 0, false);
  view.setUint32(s_sequence.offset, recovery.sequence, false);
  if (summed) {
    view.setUint32(s_checksum.offset, 0, false);
    view.setUint32(s_checksum.offset, crc32c(crcStart, bytes), false);
  }
  return bytes;
}

/** The position and content of the journal's superblock. */
export interface JournalHead {
  /** Byte of the file system. */
  at: number;
  record: JournalRecord;
  /** Whether it has a checksum. */
  summed: boolean;
}

/**
 * `source` after the journal is replayed. Holds the two superblocks and 16 bytes for each replayed block.
 * @throws SourceError when a superblock can no longer be read.
 */
export async function recoveredSource(
  source: ByteSource,
  blockSize: number,
  head: JournalHead,
  recovery: Recovery,
): Promise<ByteSource> {
  const replayed = overlaySource(source, blockSize, recovery.replacements, []);
  const patches: Patch[] = [];
  const journal = await bytesAt(replayed, head.at, journalSuperblockSize);
  if (journal !== null) patches.push({ at: head.at, bytes: emptied(journal, recovery, head.summed) });
  const primary = await bytesAt(replayed, superblockOffset, superblockSize);
  if (primary !== null) {
    const error = head.record.s_errno !== 0;
    patches.push({ at: superblockOffset, bytes: recovered(primary, recovery.failed, error) });
  }
  return overlaySource(source, blockSize, recovery.replacements, patches);
}
