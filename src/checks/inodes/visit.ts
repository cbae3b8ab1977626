/** Checks one inode in all themes that need only its own bytes, in e2fsck's order. */
import { directoryFlag } from '../../facts/directories';
import { inodeState } from '../../facts/inodes';
import { direntType, inode, inodeFlags } from '../../layout/inode';
import type { InodeScan } from './context';
import type { CurrentInode } from './current';
import { checkDisguisedInline } from './disguised';
import { checkFastSymlink, checkFlags, checkImagic, checkImmutable, checkSpecial } from './flags';
import { checkRoot } from './refused';
import { checkReserved, isReservedInode } from './reserved';
import { reportChecksum, reportGarbage } from './table-block';
import { checkDtime, checkOrphanLeftover, checkRootDtime, checkTimeRange, checkUnused } from './times';
import {
  hasBadBlocksHigh,
  hasBadFields,
  hasBadXattrBlock,
  isSpecialType,
  isValidShortSymlink,
  isValidSpecial,
} from './validity';
import { checkBodyXattrs } from './xattr/body';

/** What remains to be checked: nothing, the attributes, the blocks, or (for the bad-blocks inode) the list. */
export type Rest = 'done' | 'attributes' | 'blocks' | 'bad-blocks';

export interface Outcome {
  rest: Rest;
  /** Whether attributes in the body wait for the inodes that hold their values. */
  bodyWaits: boolean;
}

const outcomes = {
  done: { rest: 'done', bodyWaits: false },
  attributes: { rest: 'attributes', bodyWaits: true },
  blocks: { rest: 'blocks', bodyWaits: false },
  waiting: { rest: 'blocks', bodyWaits: true },
  'bad-blocks': { rest: 'bad-blocks', bodyWaits: false },
} as const satisfies Record<string, Outcome>;

/** The outcome of most inodes. */
export const usualOutcome: Outcome = outcomes.blocks;

/** Flags to check, unless only the usual one of them is set, which nearly every inode or no inode has. */
const flagWatch = inodeFlags.CASEFOLD | inodeFlags.EA_INODE | inodeFlags.INLINE_DATA | inodeFlags.EXTENTS;

function registerDirectory(n: CurrentInode, scan: InodeScan): void {
  let flags = 0;
  if (n.has(inodeFlags.INDEX)) flags |= directoryFlag.INDEXED;
  if (n.has(inodeFlags.ENCRYPT)) flags |= directoryFlag.ENCRYPTED;
  if (n.has(inodeFlags.CASEFOLD)) flags |= directoryFlag.CASEFOLD;
  if (n.has(inodeFlags.INLINE_DATA)) flags |= directoryFlag.INLINE;
  scan.facts.directories.add(n.ino, flags, inode.i_generation(n.view, n.at));
}

/** Checks the type and its fields; returns whether the inode gets the bad mark. */
function checkType(n: CurrentInode, scan: InodeScan): boolean {
  if (n.isDirectory) {
    registerDirectory(n, scan);
    return false;
  }
  if (n.isRegular) return false;
  if (isSpecialType(n.type)) {
    if (!isValidSpecial(n)) return true;
    checkSpecial(n, scan);
    return false;
  }
  if (!n.isSymlink) return true;
  if (!n.isFastSymlink && !n.has(inodeFlags.INLINE_DATA)) return false; // judged when its block is read
  if (!isValidShortSymlink(n)) return true;
  checkImmutable(n, scan);
  return false;
}

/** Checks the current inode. Its blocks follow later, as the outcome requires. */
export function visitInode(n: CurrentInode, scan: InodeScan, garbage: boolean, canDistinguishDtimes: boolean): Outcome {
  const { geometry, facts, volume } = scan;
  const { state, links } = facts.inodes;
  if (garbage && n.links !== 0) reportGarbage(n, scan);
  if (canDistinguishDtimes) checkOrphanLeftover(n, scan);
  const reserved = isReservedInode(geometry, n.ino);
  if (n.links === 0 && !reserved) {
    checkUnused(n, scan);
    if (!n.checksumGood) reportChecksum(n, scan);
    // an entry that still refers to it is compared with its former type
    state[n.ino] = direntType(n.mode);
    return outcomes.done;
  }
  const usual = geometry.features.extent ? inodeFlags.EXTENTS : 0;
  if ((n.flags & flagWatch) !== usual) checkFlags(n, scan);
  if (n.ino === 1) {
    state[1] = inodeState.USED;
    return outcomes['bad-blocks'];
  }
  if (n.ino === 2) {
    checkRoot(n, scan);
    checkRootDtime(n, scan);
  } else if (reserved || n.ino === geometry.sb.s_orphan_file_inum) {
    if (checkReserved(n, scan) === 'walk') {
      state[n.ino] = inodeState.USED | direntType(n.mode);
      links[n.ino] = n.links;
      if (!n.checksumGood) reportChecksum(n, scan);
      return outcomes.blocks;
    }
    if (reserved) state[n.ino] = inodeState.USED | direntType(n.mode);
  }
  if (n.links === 0) {
    if (!n.checksumGood) reportChecksum(n, scan);
    return outcomes.done;
  }
  checkDtime(n, scan);
  let bits = inodeState.USED | direntType(n.mode);
  links[n.ino] = n.links;
  facts.flagsSeen |= n.flags;
  if (!n.checksumGood) bits |= inodeState.CHECKSUM_BAD;
  if (n.has(inodeFlags.IMAGIC)) {
    checkImagic(n, scan);
    if (geometry.features.imagic_inodes) bits |= inodeState.IMAGIC;
  }
  const body = checkBodyXattrs(n, scan);
  if (body !== 'extra-size-wrong' && geometry.inodeSize > 128) checkTimeRange(n, scan);
  if (n.has(inodeFlags.INLINE_DATA) && geometry.features.inline_data) checkDisguisedInline(n, scan);
  if (n.isSymlink) checkFastSymlink(n, scan);
  const badType = checkType(n, scan);
  state[n.ino] = bits;
  if (badType || hasBadFields(n) || hasBadXattrBlock(n, volume)) facts.inodes.markBad(n.ino);
  else if (hasBadBlocksHigh(n)) facts.inodes.markBad(n.ino, true);
  if (!n.checksumGood) reportChecksum(n, scan);
  const waits = body === 'later';
  if (n.isSymlink && n.has(inodeFlags.INLINE_DATA) && !badType) return waits ? outcomes.attributes : outcomes.done;
  return waits ? outcomes.waiting : outcomes.blocks;
}

/** An inode that was never used: the common case in a new table. */
export const isBlank = (view: DataView, at: number): boolean =>
  inode.i_links_count(view, at) === 0 && inode.i_mode(view, at) === 0 && inode.i_dtime(view, at) === 0;
