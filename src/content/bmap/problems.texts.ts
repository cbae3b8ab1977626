/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'bmap-range-differs': {
    title: 'Blocks of the image differ from its block map',
    explain:
      'The block map (bmap) holds a checksum of each range of blocks that was written, and this range has another one. The image was changed since, was not copied whole, or blocks of it were lost. An image that was mounted for writing differs even if nothing is wrong with it; one that was only copied must not. Copy it again, with bmaptool copy or dd, from the original.',
    say: (d: { from: number; to: number; stored: string; expected: string }) =>
      `blocks ${d.from} to ${d.to} of the image: checksum is ${d.stored}, should be ${d.expected}`,
  },
  'bmap-size-differs': {
    title: 'Image has another size than its block map says',
    explain:
      'The block map (bmap) says how many bytes the image has. One that is shorter was cut off; one that is longer is another image, or was made larger since. A device may be longer than the image that was written to it: check the file instead.',
    say: (d: { stored: number; expected: number }) => `it has ${d.stored} bytes, should have ${d.expected}`,
  },
  'bmap-range-unreadable': {
    title: 'Blocks that a block map names cannot be read',
    explain:
      'The block map (bmap) has a checksum for these blocks, but they could not be read to the end. The device fails there, or the file ends too early. Copy the image again, or replace the device.',
    say: (d: { from: number; to: number; why: string }) => `blocks ${d.from} to ${d.to} of the image: ${d.why}`,
  },
} satisfies ProblemTexts;
