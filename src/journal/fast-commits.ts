/** The fast-commit area of a journal: small changes since the last transaction, told as what to do instead of as blocks. */
import { crc32c } from '../bytes/crc32c';
import { fastCommitHead, fastCommitKind, fastCommitTag, fastCommitTagSize, fastCommitTail } from '../layout/journal';
import { bytesOf } from '../volume/volume';
import { type Log, missing } from './log';

/** What is known when a block of the area has been read. */
interface Area {
  /** Changes that a tail with a good checksum confirmed. */
  confirmed: number;
  /** Changes since the last tail. */
  open: number;
  sum: number;
}

/** Reads the tags of a block; whether the area goes on behind it. */
function readBlock(view: DataView, transaction: number, area: Area): boolean {
  const { HEAD, TAIL, PAD, ADD_RANGE } = fastCommitKind;
  const bytes = bytesOf(view);
  for (let at = 0; at + fastCommitTagSize <= bytes.length; ) {
    const kind = fastCommitTag.fc_tag(view, at);
    const value = at + fastCommitTagSize;
    const end = value + fastCommitTag.fc_len(view, at);
    if (kind < ADD_RANGE || kind > HEAD || end > bytes.length) return false;
    if (kind === TAIL) {
      if (end - value < 8) return false;
      const sum = crc32c(area.sum, bytes, at, value + fastCommitTail.fc_crc.offset);
      if (fastCommitTail.fc_tid(view, value) !== transaction || fastCommitTail.fc_crc(view, value) !== sum)
        return false;
      area.confirmed += area.open;
      area.open = 0;
      area.sum = 0;
    } else {
      if (kind === HEAD) {
        if (end - value < 8 || fastCommitHead.fc_tid(view, value) !== transaction) return false;
        if (fastCommitHead.fc_features(view, value) !== 0) return false;
      } else if (kind !== PAD) area.open++;
      area.sum = crc32c(area.sum, bytes, at, end);
    }
    at = end;
  }
  return true;
}

/** How many changes the area holds that a mount would make on top of the log, which ended before `transaction`. */
export async function fastCommits(log: Log, transaction: number): Promise<number> {
  const { fastCommits: first, length } = log.format;
  const area: Area = { confirmed: 0, open: 0, sum: 0 };
  if (first < 0) return 0;
  for (let at = first; at < length; at++) {
    const place = log.placeOf(at);
    const view = place === missing ? null : await log.read(place, true);
    if (view === null || !readBlock(view, transaction, area)) break;
  }
  return area.confirmed;
}
