/** Writes were lost while the image was made: metadata in use, or contents, of only zeros. */
import { counted, digits, listed, size } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import { keepTheOldSystem } from './steps';

function listedGroups(groups: readonly number[]): string {
  const shown = groups.slice(0, 6).map(String);
  return listed(groups.length > shown.length ? [...shown, `${groups.length - shown.length} more`] : shown);
}

/** Kinds of blocks that contain only zeros, with their numbers. */
function zeroKinds(e: Evidence): string {
  const kinds: string[] = [];
  const add = (count: number, one: string, many?: string) => {
    if (count > 0) kinds.push(counted(count, one, many));
  };
  const groups = e.facts.zeroTableGroups;
  if (groups.length > 0) kinds.push(`inode tables of group${groups.length > 1 ? 's' : ''} ${listedGroups(groups)}`);
  add(e.count('directory-block-zero'), 'directory block');
  add(e.count('indirect-block-zero', 'extent-node-zero'), 'block that maps a file', 'blocks that map files');
  add(e.count('block-bitmap-zero', 'inode-bitmap-zero'), 'bitmap');
  add(e.count('xattr-block-zero'), 'attribute block');
  return kinds.length === 0 ? '' : `, including ${kinds.join(', ')}`;
}

const emptied = (e: Evidence): number =>
  e.count('file-all-nul', 'file-all-nul-suspect', 'file-empty', 'file-empty-suspect');

function contents(e: Evidence): string[] {
  const whole = emptied(e);
  const parts = e.count('file-nul-blocks');
  const said: string[] = [];
  if (whole > 0)
    said.push(`${counted(whole, 'file')} ${whole === 1 ? 'contains' : 'contain'} only NUL bytes or nothing`);
  if (parts > 0) said.push(`${counted(parts, 'file')} lost some of ${parts === 1 ? 'its' : 'their'} blocks`);
  if (said.length === 0) return [];
  return [`${said.join(' and ')}: their names were written, but their data was not; e2fsck does not detect this.`];
}

/** Kinds of blocks that show a lost write if they contain zeros, even if descriptors and bitmaps are lost. */
const alone = ['directory-block-zero', 'indirect-block-zero', 'extent-node-zero', 'xattr-block-zero'];

/**
 * Whether the destroyed start explains all blocks of zeros: they are among the zeros that were written over it, or they were
 * never written, and only the lost descriptors and bitmaps said so.
 */
function explainedByStart(e: Evidence): boolean {
  const { foundAtStart, filesystem, findings } = e.report;
  if (e.count('superblock-backup-used') === 0 || filesystem === null) return false;
  const zeros = foundAtStart?.zeros;
  const end = zeros === undefined ? 0 : Math.floor((zeros.at + zeros.length) / filesystem.blockSize);
  // inodes of zeros were in use if a name refers to them
  const ids = e.count('entry-inode-unused') > 0 ? [...alone, 'inode-table-block-zero'] : alone;
  return findings.every(({ id, block }) => !ids.includes(id) || (block !== undefined && block < end));
}

const withoutSpace = (count: number): string =>
  `The file that holds the file system has no space for ${digits(count)} of them: they were never written to it.`;

export const lostWrites: CauseEntry = {
  id: 'lost-writes',
  kind: 'damage',
  severity: 'error',
  certainty: 'likely',
  holds: (e) =>
    (e.facts.zeroBlocks > 0 && !e.isSound && !explainedByStart(e)) || emptied(e) + e.count('file-nul-blocks') > 0,
  headline: () => 'writes were lost while it was made',
  text(e) {
    const { zeroBlocks, zeroBlocksWithoutSpace = 0 } = e.facts;
    const zeros = `${counted(zeroBlocks, 'block')} in use ${zeroBlocks === 1 ? 'contains' : 'contain'} only zeros${zeroKinds(e)}.`;
    return [
      ...(zeroBlocks > 0 ? [zeros] : []),
      ...(zeroBlocks > 0 && zeroBlocksWithoutSpace > 0 ? [withoutSpace(zeroBlocksWithoutSpace)] : []),
      ...contents(e),
      'Writes were lost while the image was made, most likely because the file system or partition that holds it was full.',
    ].join(' ');
  },
  steps: (e) => [
    ...keepTheOldSystem,
    {
      text: `Make the image again where it has space to grow to its full size (${size(e.neededBytes)}), sync, and look for writes that the kernel lost; the copy may have reported success nevertheless:`,
      commands: ["dmesg | grep -E 'lost async page write|I/O error|No space left'"],
      changes: 'nothing',
    },
    ...(e.isSound
      ? [advice('The structure of the file system is valid, so e2fsck reports nothing and repairs nothing.')]
      : [e.commands.secondOpinion]),
  ],
};
