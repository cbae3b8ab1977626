/** The texts of the problems in pass.ts. */
import type { ProblemTexts } from '../../problem/define';
import type { FieldFault } from './descriptor';

export const texts = {
  'verity-descriptor-missing': {
    title: 'Verity file has no descriptor',
    explain:
      'A file with verity keeps the hashes of its content behind its end, and a descriptor of them in its last blocks. The inode is marked as such a file, but the descriptor is not where it must be: blocks were lost or never written, or the flag is wrong. A kernel with fs-verity refuses to open the file; e2fsck does not look. Restore the file from its source.',
    say: (d: { reason: string }) => `no descriptor of the hashes: ${d.reason}`,
  },
  'verity-descriptor-damaged': {
    title: 'Descriptor of a verity file is damaged',
    explain:
      'The descriptor of a file with verity says how its content was hashed and what the hash of all is. A field holds what no kernel accepts, most likely because the block was overwritten or lost. A kernel with fs-verity refuses to open the file; e2fsck does not look. Restore the file from its source.',
    say: (d: FieldFault) => `${d.field} is ${d.stored}, should be ${d.expected}`,
  },
  'verity-size-wrong': {
    title: 'Verity file does not have the size it was sealed with',
    explain:
      'The descriptor of a file with verity keeps the size of the file, which never changes afterwards. The inode has another one: it was changed behind the kernel’s back, or an old version of the inode came back. A kernel with fs-verity refuses to open the file; e2fsck does not look. Restore the file from its source.',
    say: (d: { stored: number; expected: number }) =>
      `the size is ${d.stored}, the file was sealed with ${d.expected} bytes`,
  },
  'verity-root-wrong': {
    title: 'Root of a verity file has the wrong hash',
    explain:
      'The hash in the descriptor of a file with verity stands for the top of its tree of hashes, and through it for the whole file. It does not match, so the descriptor or the top block was overwritten or lost. A kernel with fs-verity lets nothing of the file be read; e2fsck does not look. Restore the file from its source.',
    say: (d: { size: number }) => `nothing of its ${d.size} bytes can be verified`,
  },
  'verity-tree-wrong': {
    title: 'Block in the hash tree of a verity file is wrong',
    explain:
      'A file with verity keeps the hashes of its content in a tree of blocks behind its end. One of them does not have the hash that the block above states, so it was overwritten or lost. A kernel with fs-verity returns an error for the part of the file that it stands for; e2fsck does not look. The data may be right: hold the file against its source.',
    say: (d: { level: number; from: number; to: number; zero: boolean }) =>
      `a block of level ${d.level} ${d.zero ? 'holds only zeros' : 'does not match its hash'}: bytes ${d.from} to ${d.to} cannot be read`,
  },
  'verity-data-wrong': {
    title: 'Content of a verity file is not what was sealed',
    explain:
      'Every block of a file with verity has a hash, made when the file was sealed. This part of the file has changed since, or its write was lost. A kernel with fs-verity returns an error when it is read, and one without hands out the wrong bytes; e2fsck does not look at content. Restore the file from its source.',
    say: (d: { from: number; to: number; blocks: number; zeroBlocks: number }) => {
      const zeros =
        d.zeroBlocks === d.blocks
          ? ', they hold only zeros'
          : `, ${d.zeroBlocks} of ${d.blocks} blocks hold only zeros`;
      return `bytes ${d.from} to ${d.to} do not match their hash${d.zeroBlocks > 0 ? zeros : ''}`;
    },
  },
} satisfies ProblemTexts;
