/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';
import type { FieldFault } from './descriptor';

export const texts = {
  'verity-descriptor-missing': {
    title: 'Verity file has no descriptor',
    explain:
      'A file with verity stores the hashes of its content after its end, and a descriptor of them in its last blocks. The inode has the verity flag, but the descriptor is not where it must be: blocks were lost or never written, or the flag is wrong. A kernel with fs-verity refuses to open the file; e2fsck does not check this. Restore the file from its source.',
    say: (d: { reason: string }) => `no descriptor of the hashes: ${d.reason}`,
  },
  'verity-descriptor-damaged': {
    title: 'Descriptor of a verity file is damaged',
    explain:
      'The descriptor of a file with verity holds the hash algorithm, its parameters and the root hash. A field has a value that no kernel accepts, most likely because the block was overwritten or lost. A kernel with fs-verity refuses to open the file; e2fsck does not check this. Restore the file from its source.',
    say: (d: FieldFault) => `${d.field} is ${d.stored}, should be ${d.expected}`,
  },
  'verity-size-wrong': {
    title: 'Verity file does not have the size with which it was sealed',
    explain:
      'The descriptor of a file with verity holds the size of the file, which never changes afterwards. The size in the inode differs: something other than the kernel changed it, or the inode is an old version. A kernel with fs-verity refuses to open the file; e2fsck does not check this. Restore the file from its source.',
    say: (d: { stored: number; expected: number }) =>
      `the size is ${d.stored}, the file was sealed with ${d.expected} bytes`,
  },
  'verity-root-wrong': {
    title: 'Root of a verity file has the wrong hash',
    explain:
      'The hash in the descriptor of a file with verity covers the top of its hash tree, and through it the whole file. It does not match, so the descriptor or the top block was overwritten or lost. A kernel with fs-verity does not let programs read any of the file; e2fsck does not check this. Restore the file from its source.',
    say: (d: { size: number }) => `none of its ${d.size} bytes can be verified`,
  },
  'verity-tree-wrong': {
    title: 'Block in the hash tree of a verity file is wrong',
    explain:
      'A file with verity stores the hashes of its content in a tree of blocks after its end. One of these blocks does not match its hash in the block above, so it was overwritten or lost. A kernel with fs-verity returns an error for the part of the file that it covers; e2fsck does not check this. The data may be right: compare the file with its source.',
    say: (d: { level: number; from: number; to: number; zero: boolean }) =>
      `a block of level ${d.level} ${d.zero ? 'contains only zeros' : 'does not match its hash'}: bytes ${d.from} to ${d.to} cannot be read`,
  },
  'verity-data-wrong': {
    title: 'Content of a verity file does not match its hashes',
    explain:
      'Every block of a file with verity has a hash, which was computed when the file was sealed. This part of the file has changed since then, or its write was lost. A kernel with fs-verity returns an error when it is read, and one without returns the wrong bytes; e2fsck does not check content. Restore the file from its source.',
    say: (d: { from: number; to: number; blocks: number; zeroBlocks: number }) => {
      const zeros =
        d.zeroBlocks === d.blocks
          ? ', they contain only zeros'
          : `, ${d.zeroBlocks} of ${d.blocks} blocks contain only zeros`;
      return `bytes ${d.from} to ${d.to} do not match their hash${d.zeroBlocks > 0 ? zeros : ''}`;
    },
  },
} satisfies ProblemTexts;
