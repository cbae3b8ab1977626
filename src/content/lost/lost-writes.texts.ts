/** The texts of the problems in lost-writes.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface AllNul {
  size: number;
}

export interface NulBlocks {
  kind: string;
  size: number;
  at: number;
  length: number;
  nul: number;
}

export const texts = {
  'file-all-nul': {
    title: 'File holds only NUL bytes',
    explain:
      'The file has its size and its blocks, but every byte in them is NUL, and by its name or place it must hold something. The blocks were set aside and the data never reached the disk: the copy reported success, and what it wrote was lost when the place of the image was full. Checkers of file systems call such an image clean. Make the image again, with room to grow to its full size.',
    say: (d: AllNul) => `all ${d.size} bytes are NUL`,
  },
  'file-all-nul-suspect': {
    title: 'File of NUL bytes in an image that has lost data',
    explain:
      'The file holds only NUL bytes. Nothing in its name or place says that it may not, but other files of this image have certainly lost their data, so that of this one is probably lost as well. Compare it with its source.',
    say: (d: AllNul) => `all ${d.size} bytes are NUL, and other files of the image have lost their data`,
  },
  'file-all-nul-unexplained': {
    title: 'File of NUL bytes',
    explain:
      'The file holds only NUL bytes in blocks that were written. Nothing says that it should hold something else: programs set space aside this way. It is listed so that nobody has to search for it; compare it with its source if you did not expect it.',
    say: (d: AllNul) => `all ${d.size} bytes are NUL, which may be right`,
  },
  'file-nul-blocks': {
    title: 'File has lost some of its blocks',
    explain:
      'Whole blocks of the file are NUL where a file of its kind cannot be: in a text or a script, in a compressed stream, in the tables of a program, or where a name asks for a first block that tells the kind. The data of these blocks never reached the disk. The file opens and has its size; what uses it fails or, worse, works in part. Make the image again.',
    say: (d: NulBlocks) =>
      `${d.length} bytes from byte ${d.at} on are NUL, which cannot be in ${d.kind}; ${d.nul} of its ${d.size} bytes are in such blocks`,
  },
} satisfies ProblemTexts;
