/** Feature words of the superblock: bits, and names as mke2fs spells them — Documentation/filesystems/ext4, "Super Block". */

export const compat = {
  dir_prealloc: 0x1,
  imagic_inodes: 0x2,
  has_journal: 0x4,
  ext_attr: 0x8,
  resize_inode: 0x10,
  dir_index: 0x20,
  lazy_bg: 0x40,
  snapshot_bitmap: 0x100,
  sparse_super2: 0x200,
  fast_commit: 0x400,
  stable_inodes: 0x800,
  orphan_file: 0x1000,
};

export const incompat = {
  compression: 0x1,
  filetype: 0x2,
  needs_recovery: 0x4,
  journal_dev: 0x8,
  meta_bg: 0x10,
  extent: 0x40,
  '64bit': 0x80,
  mmp: 0x100,
  flex_bg: 0x200,
  ea_inode: 0x400,
  dirdata: 0x1000,
  metadata_csum_seed: 0x2000,
  large_dir: 0x4000,
  inline_data: 0x8000,
  encrypt: 0x10000,
  casefold: 0x20000,
};

export const roCompat = {
  sparse_super: 0x1,
  large_file: 0x2,
  huge_file: 0x8,
  uninit_bg: 0x10,
  dir_nlink: 0x20,
  extra_isize: 0x40,
  snapshot: 0x80,
  quota: 0x100,
  bigalloc: 0x200,
  metadata_csum: 0x400,
  replica: 0x800,
  'read-only': 0x1000,
  project: 0x2000,
  shared_blocks: 0x4000,
  verity: 0x8000,
  orphan_present: 0x10000,
};

const mask = (...bits: number[]) => bits.reduce((all, bit) => all | bit, 0);

/** The bits that e2fsck 1.47 supports; it refuses an image with any other. */
export const supported = {
  compat: mask(0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x200, 0x400, 0x800, 0x1000),
  incompat: mask(0x2, 0x4, 0x8, 0x10, 0x40, 0x80, 0x100, 0x200, 0x400, 0x2000, 0x4000, 0x8000, 0x10000, 0x20000),
  roCompat: mask(0x1, 0x2, 0x8, 0x10, 0x20, 0x40, 0x100, 0x200, 0x400, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000),
};

function namesIn(word: number, table: Record<string, number>, set: string): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if (((word >>> bit) & 1) === 0) continue;
    const name = Object.keys(table).find((key) => table[key] === 2 ** bit);
    names.push(name ?? `FEATURE_${set}${bit}`);
  }
  return names;
}

/** Chrome OS sets these bits of the read-only compatible features in a root that must not be mounted for writing. */
export const chromeOsReadOnly = 0xff000000;

/** Names of the bits of two feature words that older programs may ignore and that are not supported. */
export const unknownOptional = (compatWord: number, roCompatWord: number): string[] =>
  featureNames(compatWord & ~supported.compat, 0, roCompatWord & ~supported.roCompat);

/** Names of all bits set in the three feature words; unknown bit 12 of compat is FEATURE_C12, as in mke2fs. */
export function featureNames(compatWord: number, incompatWord: number, roCompatWord: number): string[] {
  return [
    ...namesIn(compatWord, compat, 'C'),
    ...namesIn(incompatWord, incompat, 'I'),
    ...namesIn(roCompatWord, roCompat, 'R'),
  ];
}
