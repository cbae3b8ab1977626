/** The image has only metadata, as `e2image -r` makes it. */
import type { CauseEntry } from './cause';
import { advice } from './commands';

export const metadataOnly: CauseEntry = {
  id: 'metadata-only',
  kind: 'damage',
  severity: 'error',
  certainty: 'likely',
  holds: (e) => e.facts.omittedFiles > 0,
  headline: () => 'it has no data, as e2image -r makes it',
  text(e) {
    const files = e.facts.omittedFiles;
    return `The image has no data: ${files === 1 ? 'the examined file' : `all ${files} examined files`} and all copies of the superblock contain only zeros, and nothing else is missing. e2image -r omits exactly these; if it did not make this image, the contents of the files were lost.`;
  },
  steps: () => [advice('Use such an image to look at the structure only. It has no files to boot from.')],
};
