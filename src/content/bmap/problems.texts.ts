/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'bmap-range-differs': {
    title: 'Blocks of the image differ from its block map',
    explain:
      'The block map (bmap) has a checksum of each range of blocks that was written, and the checksum of this range differs. The image was changed since then, was not copied completely, or lost blocks. An image that was mounted for writing differs even if nothing is wrong with it; one that was only copied must not. Copy it again from the original, with bmaptool copy or dd.',
    say: (d: { from: number; to: number; stored: string; expected: string }) =>
      `blocks ${d.from} to ${d.to} of the image: checksum is ${d.stored}, should be ${d.expected}`,
  },
  'bmap-size-differs': {
    title: 'Image has another size than its block map',
    explain:
      'The block map (bmap) has the size of the image in bytes. A shorter image was truncated; a longer one is another image, or was enlarged since then. A device may be longer than the image that was written to it: check the file instead.',
    say: (d: { stored: number; expected: number }) => `it has ${d.stored} bytes, should have ${d.expected}`,
  },
  'bmap-range-unreadable': {
    title: 'Blocks of a block map cannot be read',
    explain:
      'The block map (bmap) has a checksum for these blocks, but they could not be read completely. The device fails there, or the file ends too early. Copy the image again, or replace the device.',
    say: (d: { from: number; to: number; why: string }) => `blocks ${d.from} to ${d.to} of the image: ${d.why}`,
  },
} satisfies ProblemTexts;
