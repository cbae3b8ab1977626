/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

/** The files that a damaged range belongs to; `paths` has some of them. */
export interface Owned {
  from: number;
  to: number;
  paths: readonly string[];
}

/** At most three paths, as the end of a sentence; a single one is the path of the finding. */
const ownersOf = ({ paths }: Owned): string =>
  paths.length < 2 ? '' : `; they belong to ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' and others' : ''}`;

export const texts = {
  'dm-verity-root-hash-mismatch': (d: { stored: string; expected: string }) =>
    `the hash of the top block is ${d.stored === '' ? 'not known: it cannot be read' : d.stored}, should be ${d.expected}`,
  'dm-verity-tree-damaged': (d: Owned & { level: number }) =>
    `a block of hashes in level ${d.level} does not match: data blocks ${d.from} to ${d.to} cannot be read${ownersOf(d)}`,
  'dm-verity-block-damaged': (d: Owned & { blocks: number; zeroBlocks: number; unreadBlocks: number }) => {
    const range =
      d.blocks === 1
        ? `data block ${d.from} does not match its hash`
        : `data blocks ${d.from} to ${d.to} do not match their hashes`;
    const zeros = d.zeroBlocks === 0 ? '' : `, ${d.zeroBlocks} of ${d.blocks} contain only zeros`;
    const unread = d.unreadBlocks === 0 ? '' : `, ${d.unreadBlocks} of ${d.blocks} cannot be read`;
    return `${range}${zeros}${unread}${ownersOf(d)}`;
  },
} satisfies Sentences;
