/** The check as `cli.js` has it: what few images need lies in scripts of its own, which are loaded for those. */
import { type ContentOptions, checkImage } from '../check';
import type { StartScout } from '../checks/scouts';
import { incompat, roCompat } from '../layout/features';
import { superblock, superblockMagic } from '../layout/superblock';
import type { CheckOptions } from '../problem/options';
import type { CheckReport } from '../problem/report';
import { openImageFile } from '../source/gzip-file';
import type { ByteSource } from '../source/source';
import type { Engine } from './io';
import { NotHere } from './not-here';

/** Loaded only for large images. */
const startScout: StartScout = async (file) => (await import('../scouting/scout.js')).startScout(file);

export const realEngine: Engine = {
  catalogue: async () => (await import('./texts.js')).catalogue,
  open: openImageFile,
  check,
};

/** Features whose parts of the check are left out of `cli.js`. */
export const rareFeatures = {
  incompat: incompat.needs_recovery | incompat.journal_dev | incompat.ea_inode,
  roCompat: roCompat.quota | roCompat.project | roCompat.verity,
};

/**
 * `checkImage`, by the whole of it where the image or the request needs more than `cli.js` has. Should that show only
 * on the way, as where a backup superblock asks for more than the primary one, the check is made anew from the start.
 */
async function check(source: ByteSource, options: CheckOptions & ContentOptions): Promise<CheckReport> {
  const asksMore = options.require?.length || options.content?.length || options.readBy !== undefined;
  if (!asksMore && !(await hasRareFeatures(source))) {
    try {
      return await checkImage(source, { startScout, ...options });
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
    }
  }
  return (await import('./later.js')).checkImage(source, { startScout, ...options });
}

/** Whether the primary superblock has a rare feature; false where there is none, or it cannot be read. */
async function hasRareFeatures(source: ByteSource): Promise<boolean> {
  const view = new DataView(new ArrayBuffer(1024));
  try {
    if ((await source.read(1024, new Uint8Array(view.buffer))) < 1024) return false;
  } catch {
    return false; // the check reads it again and says what is wrong
  }
  return (
    superblock.s_magic(view, 0) === superblockMagic &&
    ((superblock.s_feature_incompat(view, 0) & rareFeatures.incompat) !== 0 ||
      (superblock.s_feature_ro_compat(view, 0) & rareFeatures.roCompat) !== 0)
  );
}
