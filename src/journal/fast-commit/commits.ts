/**
 * The fast-commit area of a journal: small changes since the last transaction, recorded as operations instead of
 * blocks.
 */
import { crc32c } from '../../bytes/crc32c';
import { oldInodeSize } from '../../layout/inode';
import {
  fastCommitExtentSize,
  fastCommitHead,
  fastCommitHeadSize,
  fastCommitInodeSize,
  fastCommitKind,
  fastCommitNameSize,
  fastCommitRangeSize,
  fastCommitTag,
  fastCommitTagSize,
  fastCommitTail,
  fastCommitTailSize,
} from '../../layout/journal';
import { bytesOf } from '../../volume/volume';
import { type Log, missing } from '../log';

const { HEAD, TAIL, PAD, ADD_RANGE, DEL_RANGE, CREAT, LINK, UNLINK, INODE } = fastCommitKind;

/** A change: its kind, and its value in a buffer that is valid until the next one. */
export interface FastTag {
  kind: number;
  /** Block of the journal. */
  block: number;
  view: DataView;
  /** First byte of the value, and first byte after it. */
  at: number;
  end: number;
}

/** What a mount would replay from the fast-commit area. */
export interface FastCommits {
  /** Changes: tags other than heads, tails and padding. */
  changes: number;
  /** All tags up to the last tail with a right checksum. */
  tags: number;
}

/** Why a kernel fails to read an area before it has replayed anything. `at` is a block of the journal. */
export type FastCommitFault =
  | { kind: 'fast-commits-full' | 'fast-commits-unreadable'; at: number }
  | { kind: 'fast-commits-corrupt'; at: number; reason: FastCommitReason };

export type FastCommitReason = 'no-tail' | 'checksum' | 'features';

/** Where the tags of an area end, except by the choice of the reader. */
type AreaEnd =
  | { why: 'full'; block: number }
  | { why: 'unreadable'; block: number }
  /** The kind of what follows is unknown, or its length is impossible. */
  | { why: 'invalid'; block: number; kind: number };

/** Longest name of an entry, in bytes. */
const maxName = 255;

/** Whether a value of this kind can have `length` bytes; newer kernels end the area at an impossible length. */
function lengthFits(kind: number, length: number, inodeSize: number): boolean {
  switch (kind) {
    case ADD_RANGE:
      return length === fastCommitExtentSize;
    case DEL_RANGE:
      return length === fastCommitRangeSize;
    case CREAT:
    case LINK:
    case UNLINK:
      return length > fastCommitNameSize && length <= fastCommitNameSize + maxName;
    case INODE:
      return length >= fastCommitInodeSize + oldInodeSize && length <= fastCommitInodeSize + inodeSize;
    case HEAD:
      return length === fastCommitHeadSize;
    case TAIL:
      return length >= fastCommitTailSize;
    default:
      return kind === PAD;
  }
}

/** The tags of the area in order; ends at the first thing that cannot be a tag, and says where. */
async function* tagsOf(log: Log, inodeSize: number, ended: (end: AreaEnd) => void): AsyncGenerator<FastTag> {
  const { fastCommits: first, length } = log.format;
  if (first < 0) return;
  for (let block = first; block < length; block++) {
    const place = log.placeOf(block);
    const view = place === missing ? null : await log.read(place, true);
    if (view === null) return ended({ why: 'unreadable', block });
    for (let at = 0; at + fastCommitTagSize <= view.byteLength; ) {
      const kind = fastCommitTag.fc_tag(view, at);
      const value = at + fastCommitTagSize;
      const end = value + fastCommitTag.fc_len(view, at);
      if (end > view.byteLength || !lengthFits(kind, end - value, inodeSize))
        return ended({ why: 'invalid', block, kind });
      yield { kind, block, view, at: value, end };
      at = end;
    }
  }
  ended({ why: 'full', block: length });
}

/**
 * The fault that the end of an area is for a kernel. It reads blocks until it finds something that is not part of the
 * current fast commits, so it runs past the end of an area without such a thing. What is not valid ends the area, but
 * before the first tail it is an error.
 */
function faultOf(end: AreaEnd, tags: number, found: FastCommits): FastCommitFault | null {
  if (end.why === 'full') return { kind: 'fast-commits-full', at: end.block };
  if (end.why === 'unreadable') return { kind: 'fast-commits-unreadable', at: end.block };
  // an area that does not begin with a head was not used since the last transaction
  if (found.tags > 0 || (tags === 0 && end.kind !== HEAD)) return null;
  return { kind: 'fast-commits-corrupt', at: end.block, reason: 'no-tail' };
}

/**
 * What the area holds in addition to the log, which ended before `transaction`. `inodeSize` is that of the file system.
 */
export async function scanFastCommits(
  log: Log,
  transaction: number,
  inodeSize: number,
): Promise<{ found: FastCommits; fault: FastCommitFault | null }> {
  const found: FastCommits = { changes: 0, tags: 0 };
  let fault: FastCommitFault | null = null;
  let tags = 0;
  let changes = 0;
  let sum = 0;
  const ended = (end: AreaEnd) => {
    fault = faultOf(end, tags, found);
  };
  for await (const { kind, block, view, at, end } of tagsOf(log, inodeSize, ended)) {
    if (tags === 0 && kind !== HEAD) break;
    tags++;
    const bytes = bytesOf(view);
    if (kind === TAIL) {
      sum = crc32c(sum, bytes, at - fastCommitTagSize, at + fastCommitTail.fc_crc.offset);
      if (fastCommitTail.fc_tid(view, at) !== transaction || fastCommitTail.fc_crc(view, at) !== sum) {
        if (found.tags === 0) fault = { kind: 'fast-commits-corrupt', at: block, reason: 'checksum' };
        break;
      }
      found.tags = tags;
      found.changes = changes;
      sum = 0;
      continue;
    }
    if (kind === HEAD) {
      if (fastCommitHead.fc_features(view, at) !== 0) {
        fault = { kind: 'fast-commits-corrupt', at: block, reason: 'features' };
        break;
      }
      if (fastCommitHead.fc_tid(view, at) !== transaction) break;
    } else if (kind !== PAD) changes++;
    sum = crc32c(sum, bytes, at - fastCommitTagSize, end);
  }
  return { found, fault };
}

/** The changes that `scanFastCommits` counted, in order. */
export async function* changesOf(log: Log, { tags }: FastCommits, inodeSize: number): AsyncGenerator<FastTag> {
  let left = tags;
  for await (const tag of tagsOf(log, inodeSize, () => {})) {
    if (left-- === 0) return;
    if (tag.kind !== HEAD && tag.kind !== TAIL && tag.kind !== PAD) yield tag;
  }
}
