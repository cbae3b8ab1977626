/** What a mutation can aim at in an image whose journal must be replayed: the log, fast commits, orphans and their flags. */
import { inode } from '../../src/layout/inode';
import { journalBlock, journalHeader, journalMagic, journalSuperblock } from '../../src/layout/journal';
import { superblock, superblockMagic, superblockOffset } from '../../src/layout/superblock';
import { blocksOf } from '../support/directory';
import type { TestImage } from '../support/image';
import { addOrphanFile } from './sites-of-files';
import { type Site, Targets, wordFields } from './targets';

/** Fields of the superblock that decide what a mount does first. */
const deciding = [
  's_state',
  's_feature_compat',
  's_feature_incompat',
  's_feature_ro_compat',
  's_last_orphan',
  's_orphan_file_inum',
  's_journal_inum',
  's_journal_dev',
  's_jnl_backup_type',
  's_blocks_count_lo',
  's_inodes_count',
] as const satisfies readonly (keyof typeof superblock)[];

/** Words at the start of a block of the log that are aimed at: the header, tags or the checksum and time of a commit. */
const firstWords = 32;

/** The used blocks of the log: each a header or a copy of a block of the file system. */
function addLog(targets: Targets, blocks: readonly number[]): void {
  const { image } = targets;
  const { view, made, bytes } = image;
  for (const block of blocks.slice(1)) {
    const at = image.blockAt(block);
    if (bytes.subarray(at, at + made.blockSize).every((byte) => byte === 0)) continue;
    // the kernel reads the journal by the superblock that it replays, so a copy of that has effects on the replay itself
    if (superblock.s_magic(view, at) === superblockMagic) continue;
    const isHeader = journalHeader.h_magic(view, at) === journalMagic;
    const kind = isHeader ? 'log block' : 'block in the log';
    const type = isHeader ? journalHeader.h_blocktype(view, at) : 0;
    const name = Object.entries(journalBlock).find(([, value]) => value === type)?.[0] ?? 'data';
    targets.block(kind, block, null);
    if (isHeader) targets.site('log header', `${name} block ${block}`, journalHeader, at, null);
    targets.site(kind, `${name} block ${block}`, wordFields('word', 0, firstWords), at, null);
  }
}

export function journalTargetsOf(image: TestImage): Targets {
  const targets = new Targets(image);
  const { sb, features, inodeSize } = image.made;
  const stamp = { of: 'superblock', at: superblockOffset } as const;
  const fields: Site['fields'] = Object.fromEntries(deciding.map((name) => [name, superblock[name]]));
  targets.site('superblock', 'superblock', fields, superblockOffset, stamp);
  const at = image.inodeAt(sb.s_journal_inum);
  const all = { ...inode, ...wordFields('i_block', inode.i_block.offset, 15) };
  const inside = Object.entries(all).filter(([, { offset, bytes }]) => offset + bytes <= inodeSize);
  const ofJournal = { of: 'inode', ino: sb.s_journal_inum, at } as const;
  targets.site('journal inode', `inode ${sb.s_journal_inum}`, Object.fromEntries(inside), at, ofJournal);
  const blocks = [...blocksOf(image, sb.s_journal_inum).values()];
  const first = image.blockAt(blocks[0]!);
  targets.site('journal', 'journal superblock', journalSuperblock, first, { of: 'journal', at: first });
  targets.block('journal block', blocks[0]!, null);
  addLog(targets, blocks);
  if (features.orphan_file) addOrphanFile(targets, sb.s_orphan_file_inum);
  return targets;
}
