/** Judges one entry of a directory block: its target, name and type, and its effect on the tree. */
import { printableName } from '../../bytes/names';
import { noPolicy } from '../../facts/encryption';
import { inodeState } from '../../facts/inodes';
import { dirent, direntHeaderSize } from '../../layout/dirent';
import { groupFlags } from '../../layout/group';
import { direntType, inode } from '../../layout/inode';
import type { Problem } from '../../problem/define';
import { type Geometry, groupOfInode } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { checkEncoding, checkEncryptedEntry } from './encoded-names';
import { problems } from './entries';
import type { EntryPlace } from './entry-place';
import type { NameTable } from './names';
import type { DirectoryScan } from './scan';

/** Largest number of entries whose type is read afterwards. */
const maxUnread = 10_000;

/** The first inode of a group that its descriptor marks as never used; a group may have none. */
export function firstUnusedOf(geometry: Geometry, groups: Groups, group: number): number {
  // the difference is taken in 32 unsigned bits, so a tail longer than all tables before it hides nothing
  return (group * geometry.inodesPerGroup + 1 + geometry.inodesPerGroup - groups.itableUnused[group]!) >>> 0;
}

type EntryProblem = Problem<{ name: string; target: number }>;

export class EntryChecks {
  /** @param names has hashed the name of the checked entry */
  constructor(
    private readonly scan: DirectoryScan,
    private readonly names: NameTable,
  ) {}

  /** The name as text; only made for a report. */
  private name(e: EntryPlace): string {
    const start = e.at + direntHeaderSize;
    return printableName(e.bytes, start, start + dirent.name_len(e.view, e.at));
  }

  private tell(e: EntryPlace, problem: EntryProblem, target: number): void {
    this.scan.report(problem, { inode: e.ino, directory: e.ino, block: e.block }, { name: this.name(e), target });
  }

  /** The first fault of the entry's target or name, in e2fsck's order. */
  private problemOf(e: EntryPlace, target: number, nameLength: number): EntryProblem | null {
    const { geometry, facts } = this.scan;
    const { sb } = geometry;
    const outside = (target !== 2 && target < geometry.firstIno) || target > geometry.inodesCount;
    const system =
      target === sb.s_usr_quota_inum ||
      target === sb.s_grp_quota_inum ||
      target === sb.s_prj_quota_inum ||
      target === sb.s_orphan_file_inum;
    if (outside || system) return problems['entry-inode-invalid'];
    if ((facts.inodes.state[target]! & inodeState.IN_BAD_BLOCK) !== 0) return problems['entry-inode-in-bad-block'];
    if (e.rank < 2) return null;
    const name = e.at + direntHeaderSize;
    if (nameLength === 1 && e.bytes[name] === 0x2e) return problems['entry-dot-again'];
    if (nameLength === 2 && e.bytes[name] === 0x2e && e.bytes[name + 1] === 0x2e) return problems['entry-dotdot-again'];
    if (target === 2) return problems['entry-links-root'];
    return nameLength === 0 ? problems['entry-name-empty'] : null;
  }

  /** Whether the target is among inodes that are marked as unused; reports it. */
  private checkUnscanned(e: EntryPlace, target: number): boolean {
    const { geometry, groups } = this.scan;
    const group = groupOfInode(geometry, target);
    if ((groups.flags[group]! & groupFlags.INODE_UNINIT) !== 0) {
      this.tell(e, problems['entry-inode-group-uninit'], target);
      return true;
    }
    if (target < firstUnusedOf(geometry, groups, group)) return false;
    this.tell(e, problems['entry-inode-in-unused-tail'], target);
    return true;
  }

  private checkName(e: EntryPlace, target: number): void {
    if (e.policy !== noPolicy) {
      if (e.rank === 2) checkEncryptedEntry(this.scan, e, e.policy, target);
      return;
    }
    if (e.strict) checkEncoding(this.scan, e, target);
    if (this.names.illegal) this.tell(e, problems['entry-name-illegal'], target);
  }

  /** The type that the entry should have: as the inode pass found it, 0 for bad or unknown inodes. */
  private expectedType(target: number): number {
    const state = this.scan.facts.inodes.state[target]!;
    const type = state & inodeState.TYPE;
    if ((state & inodeState.USED) !== 0 && (type === 1 || type === 2)) return type;
    return this.scan.facts.inodes.typeOf(target);
  }

  private checkType(e: EntryPlace, target: number, used: boolean): void {
    const stored = dirent.file_type(e.view, e.at);
    if (!this.scan.geometry.features.filetype) {
      if (stored !== 0) this.tell(e, problems['entry-type-without-feature'], target);
      return;
    }
    const expected = this.expectedType(target);
    if (stored === expected) return;
    const where = { inode: e.ino, directory: e.ino, block: e.block };
    if (stored === 0) this.scan.report(problems['entry-type-unset'], where, { name: this.name(e), target, expected });
    else {
      this.scan.report(problems['entry-type-wrong'], where, { name: this.name(e), target, stored, expected });
      if (used && e.rank === 2) this.scan.lostEntries.add(e.ino, this.name(e), 'wrong-type');
    }
  }

  private deferType(e: EntryPlace, target: number): void {
    const stored = dirent.file_type(e.view, e.at);
    if (this.scan.unread.length < maxUnread)
      this.scan.unread.push({ directory: e.ino, block: e.block, name: this.name(e), target, stored });
  }

  async checkUnread(): Promise<void> {
    const { volume, groups, report, unread } = this.scan;
    for (const { directory, block, name, target, stored } of unread) {
      const view = await readInode(volume, groups, target);
      const expected = view ? direntType(inode.i_mode(view, 0)) : 0;
      const where = { inode: directory, directory, block };
      if (stored !== 0 && stored !== expected)
        report(problems['entry-type-wrong'], where, { name, target, stored, expected });
      else if (stored !== expected) report(problems['entry-type-unset'], where, { name, target, expected });
    }
  }

  /** Makes this directory the parent of a subdirectory; the first entry that refers to it wins. */
  private checkSubdirectory(e: EntryPlace, target: number): void {
    const { directories, namePlaces } = this.scan.facts;
    const child = directories.indexOf(target);
    if (child < 0) return;
    const parent = directories.parent.get(child);
    if (parent === 0) {
      directories.parent.set(child, e.ino);
      if (e.block > 0) namePlaces.note(child, e.block, e.at);
      else namePlaces.noteInline(child, this.name(e));
    } else {
      const where = { inode: e.ino, directory: e.ino, block: e.block };
      this.scan.report(problems['entry-links-directory-again'], where, {
        name: this.name(e),
        target,
        firstParent: parent,
      });
    }
  }

  /** Checks an entry in use. Returns whether it counts as a link. */
  check(e: EntryPlace, target: number, nameLength: number): boolean {
    const { facts } = this.scan;
    const linksSelf = e.rank === 2 && target === e.ino;
    if (linksSelf) this.tell(e, problems['entry-links-self'], target);
    const problem = this.problemOf(e, target, nameLength);
    if (problem) this.tell(e, problem, target);
    else if (!linksSelf && facts.xattrInodes.has(target) && !this.scan.namedValues.has(target))
      this.scan.namedValues.set(target, e.ino);
    if (problem === problems['entry-inode-invalid']) {
      if (e.rank === 2) this.scan.lostEntries.add(e.ino, this.name(e), 'missing');
      return false;
    }
    if (facts.inodes.isBad(target) && !this.scan.badNamed.has(target)) this.scan.badNamed.set(target, e.ino);
    const unscanned = this.checkUnscanned(e, target);
    const used = facts.inodes.isUsed(target);
    if (!used) {
      this.tell(e, problems['entry-inode-unused'], target);
      if (e.rank === 2) this.scan.lostEntries.add(e.ino, this.name(e), 'missing');
    }
    const unread = (unscanned && !used) || problem === problems['entry-inode-in-bad-block'];
    if (unread && this.scan.geometry.features.filetype) this.deferType(e, target);
    else this.checkType(e, target, used);
    this.checkName(e, target);
    if (e.rank === 2 && facts.inodes.isDirectory(target)) this.checkSubdirectory(e, target);
    facts.inodes.countLink(target);
    return true;
  }
}
