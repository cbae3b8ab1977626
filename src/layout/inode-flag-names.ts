/** The names of all inode flags, also of those that no reader here needs — Documentation/filesystems/ext4, "Inode Table". */

const names: readonly (readonly [number, string])[] = [
  [0x1, 'SECRM'],
  [0x2, 'UNRM'],
  [0x4, 'COMPR'],
  [0x8, 'SYNC'],
  [0x10, 'IMMUTABLE'],
  [0x20, 'APPEND'],
  [0x40, 'NODUMP'],
  [0x80, 'NOATIME'],
  [0x100, 'DIRTY'],
  [0x200, 'COMPRBLK'],
  [0x400, 'NOCOMPR'],
  [0x800, 'ENCRYPT'],
  [0x1000, 'INDEX'],
  [0x2000, 'IMAGIC'],
  [0x4000, 'JOURNAL_DATA'],
  [0x8000, 'NOTAIL'],
  [0x10000, 'DIRSYNC'],
  [0x20000, 'TOPDIR'],
  [0x40000, 'HUGE_FILE'],
  [0x80000, 'EXTENTS'],
  [0x100000, 'VERITY'],
  [0x200000, 'EA_INODE'],
  [0x400000, 'EOFBLOCKS'],
  [0x1000000, 'SNAPFILE'],
  [0x2000000, 'DAX'],
  [0x4000000, 'SNAPFILE_DELETED'],
  [0x8000000, 'SNAPFILE_SHRUNK'],
  [0x10000000, 'INLINE_DATA'],
  [0x20000000, 'PROJINHERIT'],
  [0x40000000, 'CASEFOLD'],
  [0x80000000, 'RESERVED'],
];

/** The names of the flags in `i_flags`, and bits without a name as a number. */
export function inodeFlagNames(flags: number): string[] {
  const found: string[] = [];
  let rest = flags >>> 0;
  for (const [bit, name] of names) {
    if ((rest & bit) === 0) continue;
    found.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  return rest === 0 ? found : [...found, `0x${rest.toString(16)}`];
}
