/** Files with verity that the inode pass met, for the pass that reads what is in them. */
import { GrowableU32 } from '../bytes/growable';

/** Inode numbers that are named where only some can be. */
const named = 10;

export class VerityFiles {
  /** Files to be checked, in the order of their inodes. */
  readonly inodes = new GrowableU32();
  /** Clusters that these files take, for a measure of the work ahead. */
  clusters = 0;
  /** Files that are encrypted as well, so that neither their tree nor their data can be read. */
  encryptedCount = 0;
  /** The first of them. */
  readonly encrypted: number[] = [];
  /** Not all was hashed: the files share their blocks over and over, or lie in too many pieces. */
  gaveUp = false;

  add(ino: number, clusters: number, encrypted: boolean): void {
    if (encrypted) {
      if (this.encryptedCount++ < named) this.encrypted.push(ino);
      return;
    }
    this.inodes.push(ino);
    this.clusters += clusters;
  }
}
