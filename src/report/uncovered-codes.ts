/** The codes of e2fsck without a problem, each with the reason. */

/**
 * Why a code has no entry:
 * - `not a finding`: logged, but not a problem;
 * - `reported as its cause`: e2fsck aborts with it after a problem that has an entry;
 * - `not reachable`: `e2fsck -fn` logs it for no image.
 */
export type Uncovered = 'not a finding' | 'reported as its cause' | 'not reachable';

export interface UncoveredCodes {
  state: Uncovered;
  /** One or two sentences that apply to all of the codes. */
  why: string;
  /** The codes, ascending, and their meaning. */
  codes: readonly (readonly [code: number, meaning: string])[];
}

export const uncoveredCodes: readonly UncoveredCodes[] = [
  {
    state: 'not a finding',
    why: 'A heading, a sum or the end of a list; the items of the list are reported.',
    codes: [
      [0x00000a, 'hint before the first structure outside its group'],
      [0x00003e, 'heading before the first descriptor with a wrong checksum'],
      [0x010010, 'heading before the illegal blocks of an inode'],
      [0x010013, 'heading before the illegal blocks of the bad-blocks inode'],
      [0x010037, 'heading before the first leftover of an orphan list'],
      [0x010043, 'heading before the blocks that are after the size limit of a file'],
      [0x011001, 'heading before the shared blocks of an inode'],
      [0x011003, 'end of that list'],
      [0x013004, 'number of inodes that share blocks'],
      [0x050003, 'heading before the differences of the block bitmap'],
      [0x050006, 'end of that list'],
      [0x050007, 'heading before the differences of the inode bitmap'],
      [0x05000a, 'end of that list'],
    ],
  },
  {
    state: 'not a finding',
    why: 'A question about a problem that was reported just before; a read-only run answers no.',
    codes: [
      [0x000019, 'whether to empty a journal that was not replayed'],
      [0x00002b, 'whether to replay the journal although no flag requires it'],
      [0x00002c, 'the same, with a backup superblock in use'],
      [0x010017, 'whether to continue with a bad block in the first group'],
      [0x010018, 'the same, asked earlier'],
      [0x01002d, 'whether to suppress messages about further bad blocks of an inode'],
      [0x013006, 'whether to copy shared blocks for an inode'],
      [0x013007, 'whether to delete a file that shares blocks'],
      [0x020038, 'whether to remove the index of a directory'],
    ],
  },
  {
    state: 'not a finding',
    why: 'Advice: the mapping is valid and could be stored in less space.',
    codes: [
      [0x014006, 'an extent tree has an unnecessary level'],
      [0x014007, 'an extent tree has more nodes than necessary'],
    ],
  },
  {
    state: 'reported as its cause',
    why: 'The line with which e2fsck aborts. The cause has a separate entry, and extcheck continues after it.',
    codes: [
      [0x01003b, 'an attribute block could not be read again: 0x010039, 0x01003a, 0x01003e or 0x01006c'],
      [0x011004, 'the inode tables could not be read again: 0x010068 or a read error'],
      [0x030014, 'the root is not a directory: 0x010001'],
      [0x030015, 'there is no root directory: 0x030001'],
      [0x030016, 'a directory that pass 1 did not register: 0x02001c'],
    ],
  },
  {
    state: 'not reachable',
    why: 'e2fsck skips this step if it opens the image read-only.',
    codes: [
      [0x000009, 'the file system has no UUID'],
      [0x00000e, 'Hurd with file types in directory entries'],
      [0x00001a, 'features in a file system of revision 0; 0x010033 covers some'],
      [0x000020, 'an inode on the orphan list'],
      [0x000021, 'an orphan with a block out of range'],
      [0x000022, 'an orphan with a block that is free already'],
      [0x000023, 's_last_orphan is not an ordinary inode'],
      [0x000024, 'the orphan list continues at an inode that is not ordinary'],
      [0x000028, 'the journal is a visible file'],
      [0x00002d, 'the superblock has no valid copy of the journal inode'],
      [0x000034, 'no kind of directory hash is set'],
      [0x00003a, 'a transaction of the journal is damaged, logged during replay'],
      [0x00003b, 'the file system is marked for an experimental driver'],
      [0x00003f, 'free inodes differ, logged when a clean file system is skipped'],
      [0x000040, 'free blocks differ, logged when a clean file system is skipped'],
      [0x000041, 'a quota file is an ordinary inode'],
      [0x000052, 'the orphan file has a hole, logged during recovery; see 0x060010'],
      [0x000053, 'a block of the orphan file is invalid, logged during recovery; see 0x06000c'],
      [0x000054, 'a block of the orphan file has a wrong checksum, logged during recovery; see 0x06000c'],
      [0x000055, 'the orphan file has a wrong size, logged during recovery; see 0x06000f'],
      [0x030004, 'there is no lost+found'],
      [0x030017, 'lost+found is not a directory'],
      [0x030018, 'lost+found has inline data'],
      [0x03001b, 'lost+found is encrypted'],
      [0x040007, 'the link count of a directory is recounted'],
      [0x060003, 'checksums of descriptors could not be set'],
      [0x060004, 'the file system could not be written'],
      [0x060005, 'the device could not be flushed'],
    ],
  },
  {
    state: 'not reachable',
    why: 'A step of a repair, which requires the answer yes.',
    codes: [
      [0x000029, 'moving the journal failed'],
      [0x01001e, 'no space for a structure to be moved'],
      [0x010020, 'a structure is moved'],
      [0x010022, 'a structure to be moved cannot be read'],
      [0x01003d, 'an attribute block could not be written'],
      [0x011007, 'the reference count of an attribute block could not be decreased'],
      [0x013008, 'copying shared blocks failed'],
      [0x014001, 'an extent tree could not be rebuilt'],
      [0x020021, 'a directory block could not be written'],
      [0x020022, 'no block for a directory'],
      [0x020023, 'an inode could not be released'],
      [0x02003b, 'the reference count of an attribute block could not be decreased'],
      [0x02004f, 'an inline directory could not be resized'],
      [0x030002, 'lost+found is full'],
      [0x030006, 'lost+found cannot be used'],
      [0x030007, 'lost+found cannot be extended'],
      [0x030008, 'a directory could not be moved to lost+found'],
      [0x030009, 'lost+found could not be looked up'],
      [0x03000a, 'no block for lost+found'],
      [0x03000b, 'no inode for lost+found'],
      [0x03000c, 'no directory block for lost+found'],
      [0x03000d, 'lost+found could not be written'],
      [0x03000e, 'a link count could not be set'],
      [0x03000f, 'an entry ".." could not be set'],
      [0x030010, 'the entry ".." to set was not found'],
      [0x030012, 'no new root directory'],
      [0x030013, 'no new lost+found'],
      [0x030019, 'no space for lost+found'],
      [0x03001a, 'no space for lost files'],
      [0x050012, 'a new inode bitmap could not be installed'],
      [0x050013, 'a new block bitmap could not be installed'],
      [0x060001, 'a deleted journal is recreated'],
      [0x060006, 'a quota file could not be written'],
      [0x060008, 'the orphan file could not be truncated'],
      [0x06000a, 'the orphan file cannot be recreated'],
      [0x06000b, 'the orphan file could not be recreated'],
    ],
  },
  {
    state: 'not reachable',
    why: 'The machine that runs e2fsck is out of memory, or e2fsck has an internal error; no image causes it.',
    codes: [
      [0x00004c, 'no memory for quotas'],
      [0x01001f, 'no memory for moving a structure'],
      [0x010023, 'a moved structure could not be written'],
      [0x010024, 'no memory for an inode bitmap'],
      [0x010025, 'no memory for a block bitmap'],
      [0x010026, 'no memory for link counts'],
      [0x010027, 'no memory for the list of directory blocks'],
      [0x01002a, 'a link count could not be stored'],
      [0x01002b, 'a directory block could not be stored'],
      [0x010038, 'no memory for counts of attribute blocks'],
      [0x01003f, 'no memory for a map of attributes'],
      [0x010061, 'no memory for a map of clusters'],
      [0x01007e, 'no memory for the list of encrypted inodes'],
      [0x01008c, 'no memory for the list of casefolded directories'],
      [0x011005, 'no memory for a map of inodes'],
      [0x013005, 'shared blocks are already processed'],
      [0x014005, 'an extent tree would have too many levels'],
      [0x02001e, 'no memory for link counts'],
      [0x02001f, 'the list of directory blocks cannot be traversed'],
      [0x030011, 'no memory for a map of directories'],
      [0x031001, 'no memory for the list of directories to rebuild'],
      [0x040004, 'a link count changed during the run'],
      [0x050010, 'bitmaps in memory differ in size'],
      [0x050011, 'a bitmap in memory could not be truncated'],
    ],
  },
  {
    state: 'not reachable',
    why: 'e2fsck never logs it, or only in a mode that -n excludes.',
    codes: [
      [0x000006, 'fragments of another size than blocks'],
      [0x000007, 'blocks of a group; 0x00000b covers them'],
      [0x000014, 'the journal has an unknown type; 0x000027 covers it'],
      [0x01000f, 'a block that overlaps metadata; the codes of shared blocks cover it'],
      [0x010014, 'shared blocks in automatic repair'],
      [0x01002c, 'an inode could not be read'],
      [0x010051, 'the offset of an attribute value; 0x010069 covers it'],
      [0x010052, 'the block of an attribute value'],
      [0x010064, 'a quota inode with a name'],
      [0x01007c, 'no memory for a map of extents'],
      [0x010087, 'an unwritten extent, under an option for developers'],
      [0x014002, 'heading before extent trees that are rebuilt'],
      [0x014003, 'an extent tree is rebuilt'],
      [0x014004, 'end of that list'],
      [0x020014, 'a name longer than its record; 0x020013 covers it'],
      [0x03001d, 'a loop of directories; see `directory-loop`'],
      [0x031003, 'heading before directories that are rebuilt'],
      [0x031004, 'a directory is rebuilt'],
      [0x031005, 'end of that list'],
    ],
  },
  {
    state: 'not reachable',
    why: 'An earlier test excludes every image that could cause it.',
    codes: [
      [0x010050, 'an attribute name longer than the remaining space; 0x010069 refuses every such entry earlier'],
      [0x010056, 'an extent tree that cannot be opened; 0x010081 refuses every such root earlier'],
      [0x02001d, 'directory entries that do not end with their block; 0x020013 comes first'],
      [0x020045, 'a block after the end of an indexed directory; the end is computed from the blocks'],
      [0x050019, 'an inode in use in a group without inodes; inodes of such groups are not read'],
    ],
  },
  {
    state: 'not reachable',
    why: 'It requires more than the image: another device of the host, or a file of unknown size.',
    codes: [
      [0x00000c, 'the size of the device is unknown'],
      [0x000012, 'the device of the journal has no journal'],
      [0x000013, 'the device of the journal belongs to another file system'],
      [0x000033, 'the host knows the device of the journal under another number'],
      [0x00004a, 'the superblock of the device of the journal has a wrong checksum'],
    ],
  },
];

/** The reason and meaning of one such code; undefined if it has an entry or e2fsck does not have it. */
export function uncoveredCode(code: number): { state: Uncovered; why: string; meaning: string } | undefined {
  for (const { state, why, codes } of uncoveredCodes)
    for (const [each, meaning] of codes) if (each === code) return { state, why, meaning };
  return undefined;
}
