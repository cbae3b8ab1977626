/**
 * Replays fast commits in memory, on an image whose log has been replayed: with the same result as a kernel, or not at
 * all.
 */
import { join32 } from '../../bytes/field';
import { extentLeaf, maxInitializedLength } from '../../layout/extent';
import {
  fastCommitExtent,
  fastCommitInode,
  fastCommitInodeSize,
  fastCommitKind,
  fastCommitName,
  fastCommitNameSize,
  fastCommitRange,
} from '../../layout/journal';
import type { Opening } from '../../volume/open';
import { bytesOf } from '../../volume/volume';
import { HeldBlocks, Unreplayable } from '../held-blocks';
import type { Log } from '../log';
import { changesOf, type FastCommits, type FastTag } from './commits';
import type { FastFile } from './file';
import { FastFiles } from './files';
import { FastNames } from './names';
import { Space } from './space';

/** Changed blocks by number; or the reason why the changes were not replayed. */
export type FastReplay = { blocks: ReadonlyMap<number, DataView> } | { left: string };

/** Largest link count of an inode. */
const maxLinks = 65000;

class FastReplayer {
  readonly held: HeldBlocks;
  private readonly space: Space;
  private readonly files: FastFiles;
  private readonly names: FastNames;

  constructor(
    private readonly opening: Opening,
    now: number,
  ) {
    this.held = new HeldBlocks(opening.volume);
    this.space = new Space(opening, this.held);
    this.files = new FastFiles(opening, this.held, this.space, now);
    this.names = new FastNames(opening.volume.geometry, this.held);
  }

  async apply({ kind, view, at, end }: FastTag): Promise<void> {
    switch (kind) {
      case fastCommitKind.INODE:
        return this.files.replace(fastCommitInode.fc_ino(view, at), view, at + fastCommitInodeSize, end);
      case fastCommitKind.ADD_RANGE:
        return this.addRange(view, at);
      case fastCommitKind.DEL_RANGE: {
        const list = await this.files.extentsOf(fastCommitRange.fc_ino(view, at));
        list.remove(fastCommitRange.fc_lblk(view, at), fastCommitRange.fc_len(view, at));
        return;
      }
      default: {
        const name = bytesOf(view).slice(at + fastCommitNameSize, end);
        if (name.includes(0) || name.includes(0x2f)) throw new Unreplayable('they make a name that cannot be one');
        const parent = await this.files.get(fastCommitName.fc_parent_ino(view, at));
        const file = await this.files.get(fastCommitName.fc_ino(view, at));
        return kind === fastCommitKind.UNLINK ? this.unlink(parent, file, name) : this.link(parent, file, name, kind);
      }
    }
  }

  private async addRange(view: DataView, at: number): Promise<void> {
    const { geometry } = this.opening.volume;
    const extent = at + fastCommitExtent.fc_ino.bytes;
    const stored = extentLeaf.ee_len(view, extent);
    const unwritten = stored > maxInitializedLength;
    const length = unwritten ? stored - maxInitializedLength : stored;
    const physical = join32(extentLeaf.ee_start_lo(view, extent), extentLeaf.ee_start_hi(view, extent));
    if (length === 0 || physical < geometry.firstDataBlock || physical + length > geometry.blocksCount)
      throw new Unreplayable('they map blocks that do not exist');
    const logical = extentLeaf.ee_block(view, extent);
    if (logical + length > 2 ** 32) throw new Unreplayable('they map blocks after the size limit of a file');
    const list = await this.files.extentsOf(fastCommitExtent.fc_ino(view, at));
    list.add({ logical, physical, length, unwritten, fresh: true });
  }

  private async link(parent: FastFile, file: FastFile, name: Uint8Array, kind: number): Promise<void> {
    const made = kind === fastCommitKind.CREAT;
    // the kernel's replay does not count links of both directories, and versions differ in the new one's block
    if (file.isDirectory) throw new Unreplayable(`they make directory ${file.ino}`);
    if (file.links === 0) {
      if (made) throw new Unreplayable(`they name inode ${file.ino}, which is not in use`);
      return;
    }
    const found = await this.names.find(parent, name);
    if (found !== 0 && found !== file.ino)
      throw new Unreplayable(`a name they make in directory ${parent.ino} is taken`);
    if (found === 0) await this.names.add(parent, name, file.ino, file.mode);
    if (made) file.links = 1;
    else if (found === 0) {
      if (file.links >= maxLinks) throw new Unreplayable(`they give inode ${file.ino} too many names`);
      file.links++;
    }
  }

  private async unlink(parent: FastFile, file: FastFile, name: Uint8Array): Promise<void> {
    if (file.isDirectory) throw new Unreplayable(`they remove directory ${file.ino}`);
    if (file.links === 0) return;
    const found = await this.names.find(parent, name);
    // the name may already have been removed
    if (found === 0) return;
    if (found !== file.ino) throw new Unreplayable(`a name they remove from directory ${parent.ino} leads elsewhere`);
    await this.names.remove(parent, name);
    file.links--;
    if (file.links === 0) await this.files.delete(file);
  }

  async finish(): Promise<void> {
    await this.files.finish(this.names.growths);
    await this.space.finish();
  }
}

/** Features for which the kernel's replay does more than this one. */
function hindrance({ volume, backup }: Opening): string | null {
  const { features } = volume.geometry;
  if (backup) return 'only a backup of the superblock can be used';
  if (features.bigalloc) return 'the file system has clusters of several blocks';
  if (features.quota) return 'the file system counts quotas, which would have to follow';
  return null;
}

/**
 * Replays `found`, the fast commits of `log`, on `opening`, the file system after the log was replayed: all of them, or
 * none. `now`, in seconds since 1970, becomes the deletion time of inodes that lose their last name. Never throws on
 * content. Holds at most 64 MiB of changed blocks, and lists of a few million elements.
 */
export async function replayFastCommits(
  log: Log,
  found: FastCommits,
  opening: Opening,
  now: number,
): Promise<FastReplay> {
  const left = hindrance(opening);
  if (left !== null) return { left };
  const replayer = new FastReplayer(opening, now);
  try {
    for await (const tag of changesOf(log, found, opening.volume.geometry.inodeSize)) await replayer.apply(tag);
    await replayer.finish();
  } catch (error) {
    if (error instanceof Unreplayable) return { left: error.message };
    throw error;
  }
  return { blocks: replayer.held.blocks };
}
