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
    title: 'File contains only NUL bytes',
    explain:
      'The file has its size and its blocks, but every byte is NUL, and by its name or place it must have other content. The blocks were allocated and the data never reached the disk: the copy reported success, but its data was lost because the file system or partition of the image was full. File system checkers call such an image clean. Make the image again, with space to grow to its full size.',
    say: (d: AllNul) => `all ${d.size} bytes are NUL`,
  },
  'file-all-nul-suspect': {
    title: 'File of NUL bytes in an image that has lost data',
    explain:
      'The file contains only NUL bytes. Its name and place do not exclude that, but other files of this image have certainly lost their data, so this one probably has too. Compare it with its source.',
    say: (d: AllNul) => `all ${d.size} bytes are NUL, and other files of the image have lost their data`,
  },
  'file-all-nul-unexplained': {
    title: 'File of NUL bytes',
    explain:
      'The file contains only NUL bytes in blocks that were written. Nothing indicates that it should have other content: programs reserve space this way. It is listed for completeness; compare it with its source if you did not expect it.',
    say: (d: AllNul) => `all ${d.size} bytes are NUL, which may be right`,
  },
  'file-nul-blocks': {
    title: 'File has lost some of its blocks',
    explain:
      'Whole blocks of the file are NUL, which is impossible in a file of its kind: in a text or a script, in a compressed stream, in the tables of a program, or in the first block of a format with a signature. The data of these blocks never reached the disk. The file opens and has its size, but programs that use it fail or, worse, work in part. Make the image again.',
    say: (d: NulBlocks) =>
      `${d.length} bytes at byte ${d.at} are NUL, which is impossible in ${d.kind}; ${d.nul} of its ${d.size} bytes are in such blocks`,
  },
} satisfies ProblemTexts;
