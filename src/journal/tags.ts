/** The tags of a descriptor block: which file system blocks the following blocks of the log are copies of. */
import { join32 } from '../bytes/field';
import { journalHeaderSize, journalTag, journalTag3, journalTagFlag, journalUuidSize } from '../layout/journal';
import { tailSize } from './checksums';
import type { LogFormat } from './format';

export interface Tag {
  /** Block of the file system. */
  block: number;
  /** The copy starts with four other bytes than the block: the journal's magic, with which no copy may start. */
  escaped: boolean;
  /** Of the copy; 0 without checksums 2 or 3. */
  checksum: number;
}

/** The tags in disk order; as many as fit when none is marked as the last. All share one object. */
export function* tagsOf(format: LogFormat, view: DataView): Generator<Tag> {
  const { ESCAPE, SAME_UUID, LAST_TAG } = journalTagFlag;
  const { tagSize, wide, checksums } = format;
  const end = format.blockSize - tailSize(format);
  const tag: Tag = { block: 0, escaped: false, checksum: 0 };
  for (let at = journalHeaderSize; at + tagSize <= end; ) {
    const flags = checksums === 3 ? journalTag3.t_flags(view, at) : journalTag.t_flags(view, at);
    const high = wide ? journalTag.t_blocknr_high(view, at) : 0;
    tag.block = join32(journalTag.t_blocknr(view, at), high);
    tag.escaped = (flags & ESCAPE) !== 0;
    tag.checksum = 0;
    if (checksums === 3) tag.checksum = journalTag3.t_checksum(view, at);
    else if (checksums === 2) tag.checksum = journalTag.t_checksum(view, at);
    yield tag;
    if ((flags & LAST_TAG) !== 0) return;
    at += tagSize + ((flags & SAME_UUID) === 0 ? journalUuidSize : 0);
  }
}
