/** The file has no ext2, ext3 or ext4 file system that can be opened. */
import type { CauseEntry } from './cause';

export const notAFileSystem: CauseEntry = {
  id: 'not-a-file-system',
  kind: 'not-a-file-system',
  severity: 'fatal',
  certainty: 'likely',
  holds: (e, found) => e.report.filesystem === null && e.worstOfStructure === 'fatal' && found.size === 0,
  headline: () => 'it has no ext2, ext3 or ext4 file system',
  text(e) {
    const { looksLike } = e.data('superblock-missing');
    const what = typeof looksLike === 'string' ? ` It is ${looksLike}.` : '';
    return `No superblock of an ext2, ext3 or ext4 file system was found.${what} If this should be the image of a root file system, it was never written, its start is lost, or it has another format.`;
  },
  steps: (e) => [{ text: 'See what the file is:', commands: [`file ${e.commands.file}`], changes: 'nothing' }],
};
