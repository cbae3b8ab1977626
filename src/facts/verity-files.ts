/** The verity files that the inode pass finds, for the pass that hashes them. */
import { GrowableU32 } from '../bytes/growable';

/** Largest number of inode numbers in a finding. */
const named = 10;

export class VerityFiles {
  /** Files to check, in inode order. */
  readonly inodes = new GrowableU32();
  /** Clusters of these files, to estimate the work. */
  clusters = 0;
  /** Files that are also encrypted, so that neither their tree nor their data can be read. */
  encryptedCount = 0;
  /** The first of the encrypted files. */
  readonly encrypted: number[] = [];
  /** Not all files were hashed: they share their blocks repeatedly, or have too many pieces. */
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
