/** The likely cause: what probably happened to the image, from all findings together. */
import type { ScanFacts } from '../facts/scan';
import type { Collector } from '../problem/collector';
import type { Volume } from '../volume/volume';
import { metadataOnlyWords } from './metadata-only';

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

function listed(numbers: readonly number[]): string {
  if (numbers.length === 1) return String(numbers[0]);
  const shown = numbers.slice(0, 6);
  if (numbers.length > 6) return `${shown.join(', ')} and ${numbers.length - 6} more`;
  return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

/** Kinds of blocks that contain only zeros, with their numbers. */
function zeroKinds(count: (id: string) => number, facts: ScanFacts): string {
  const kinds: string[] = [];
  const groups = [...facts.zeroTableGroups].sort((a, b) => a - b);
  if (groups.length > 0) kinds.push(`inode tables of group${groups.length > 1 ? 's' : ''} ${listed(groups)}`);
  if (count('directory-block-zero') > 0) kinds.push(plural(count('directory-block-zero'), 'directory block'));
  const maps = count('indirect-block-zero') + count('extent-node-zero');
  if (maps > 0) kinds.push(plural(maps, 'block that maps a file', 'blocks that map files'));
  const bitmaps = count('block-bitmap-zero') + count('inode-bitmap-zero');
  if (bitmaps > 0) kinds.push(plural(bitmaps, 'bitmap'));
  if (count('xattr-block-zero') > 0) kinds.push(plural(count('xattr-block-zero'), 'attribute block'));
  return kinds.join(', ');
}

/**
 * Sentences, the most important first; empty if there is no finding. `dataless` is the number of files that were examined
 * in a metadata-only image, otherwise 0.
 */
export function diagnose(
  volume: Volume,
  facts: ScanFacts,
  collector: Collector,
  backupUsed: boolean,
  dataless = 0,
): string[] {
  const said: string[] = [];
  const count = (id: string) => collector.counts.get(id) ?? 0;
  const { geometry, source } = volume;
  const needed = geometry.blocksCount * geometry.blockSize;
  if (source.size < needed && count('image-truncated') > 0)
    said.push(
      `The image is truncated: it has ${source.size} bytes, but its file system needs ${needed}. It was not copied or downloaded completely.`,
    );
  if (backupUsed)
    said.push(
      'The start of the file system is destroyed, so a backup of the superblock was used. The kernel does not mount this image.',
    );
  if (facts.zeroBlocks > 0)
    said.push(
      `${plural(facts.zeroBlocks, 'block')} in use ${facts.zeroBlocks === 1 ? 'contains' : 'contain'} only zeros, including ${zeroKinds(count, facts)}. Writes were lost while the image was made, most likely because the file system or partition that holds it was full.`,
    );
  const gone = count('entry-inode-unused');
  if (gone > 0 && facts.zeroBlocks === 0)
    said.push(
      `${plural(gone, 'name')} in directories ${gone === 1 ? 'refers' : 'refer'} to deleted or unused inodes: directories and inode tables were not written together.`,
    );
  const destroyed = count('directory-entry-corrupt') + count('directory-block-unreadable') + count('directory-hole');
  if (destroyed > 0)
    said.push(
      `${plural(destroyed, 'directory block')} ${destroyed === 1 ? 'is' : 'are'} destroyed; the files and directories in ${destroyed === 1 ? 'it' : 'them'} cannot be reached. The kernel reports "Structure needs cleaning".`,
    );
  if (count('file-shares-blocks') > 0)
    said.push(
      `${plural(count('file-shares-blocks'), 'file claims', 'files claim')} blocks that also belong to other files or to metadata; their content cannot be trusted.`,
    );
  const nul = count('file-all-nul') + count('file-all-nul-suspect');
  const parts = count('file-nul-blocks');
  if (nul + parts > 0) said.push(lostContentWords(nul, parts));
  if (dataless > 0) said.push(metadataOnlyWords(dataless));
  if (said.length === 0) said.push(...mildDiagnosis(collector));
  return said;
}

function lostContentWords(nul: number, parts: number): string {
  const whole = nul > 0 ? `${plural(nul, 'file')} ${nul === 1 ? 'contains' : 'contain'} only NUL bytes` : '';
  const some =
    parts > 0
      ? `${plural(parts, 'file')} ${parts === 1 ? 'has' : 'have'} lost some of ${parts === 1 ? 'its' : 'their'} blocks`
      : '';
  return `${[whole, some].filter((part) => part !== '').join(' and ')}: their names, sizes and blocks were written, but their data was not, most likely because the file system or partition that holds the image was full. File system checkers do not detect this.`;
}

function mildDiagnosis(collector: Collector): string[] {
  const { fatal, error, warning, info } = collector.severityCounts;
  if (fatal + error > 0)
    return [
      'The image is damaged. Nothing indicates lost writes; it may have been changed or overwritten after it was made.',
    ];
  if (warning > 0)
    return [
      'All files and directories can be read, but parts of the bookkeeping are wrong. This is often a sign of lost writes.',
    ];
  if (info > 0)
    return ['Only bookkeeping is out of date, as after an unclean shutdown. All files and directories can be read.'];
  return [];
}
