/** The word indexes of inode fields are those of the table of fields. */
import { expect, test } from 'vitest';
import { inode, oldInodeSize } from '../../src/layout/inode';
import {
  blocksWord,
  blockWord,
  checksumWord,
  crtimeExtraWord,
  dtimeWord,
  extraWord,
  flagsWord,
  fragmentWord,
  generationWord,
  highHalvesWord,
  indirectWord,
  linksWord,
  modeWord,
  oldInodeWords,
  sizeHighWord,
  sizeWord,
  timesExtraWord,
  xattrBlockWord,
} from '../../src/layout/inode-words';

test.each([
  ['modeWord', modeWord, inode.i_mode.offset],
  ['sizeWord', sizeWord, inode.i_size_lo.offset],
  ['dtimeWord', dtimeWord, inode.i_dtime.offset],
  ['linksWord', linksWord, inode.i_links_count.offset - 2],
  ['blocksWord', blocksWord, inode.i_blocks_lo.offset],
  ['flagsWord', flagsWord, inode.i_flags.offset],
  ['blockWord', blockWord, inode.i_block.offset],
  ['indirectWord', indirectWord, inode.i_block.offset + 48],
  ['generationWord', generationWord, inode.i_generation.offset],
  ['xattrBlockWord', xattrBlockWord, inode.i_file_acl_lo.offset],
  ['sizeHighWord', sizeHighWord, inode.i_size_high.offset],
  ['fragmentWord', fragmentWord, inode.i_faddr.offset],
  ['highHalvesWord', highHalvesWord, inode.i_blocks_high.offset],
  ['checksumWord', checksumWord, inode.i_checksum_lo.offset],
  ['oldInodeWords', oldInodeWords, oldInodeSize],
  ['extraWord', extraWord, inode.i_extra_isize.offset],
  ['timesExtraWord', timesExtraWord, inode.i_ctime_extra.offset],
  ['crtimeExtraWord', crtimeExtraWord, inode.i_crtime_extra.offset],
])('%s', (_name, word, offset) => {
  expect(word * 4).toBe(offset);
});

test('halves and neighbours lie where the loops take them to be', () => {
  expect(inode.i_file_acl_high.offset).toBe(inode.i_blocks_high.offset + 2);
  expect(inode.i_checksum_hi.offset).toBe(inode.i_extra_isize.offset + 2);
  expect(inode.i_mtime_extra.offset).toBe(inode.i_ctime_extra.offset + 4);
  expect(inode.i_atime_extra.offset).toBe(inode.i_ctime_extra.offset + 8);
});
