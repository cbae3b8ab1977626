/** The boot path and the features that readers support, as extensions of a check. */
import type { Extension } from '../extension';
import { describe } from '../problem/define';
import { withAddition } from '../report/merge';
import { opened } from '../view/opened-image';
import { bootCatalogue } from './catalogue';
import { type BootOptions, checkBoot } from './check-boot';
import explanations from './features/explanations.json';
import { checkFeatures, parseReaders, problems, type Readers } from './features/gate';
import { texts } from './features/texts';

/**
 * Traces the boot path of the image after the check, and adds the findings of `checkBoot` to the report.
 * @throws ReaderError for an option that does not name a known version
 */
export function bootCheck(options: BootOptions = {}): Extension {
  parseReaders(options);
  return {
    name: 'boot',
    problems: bootCatalogue,
    async finish(report, { source, signal }) {
      const boot = await checkBoot(source, { ...options, ...(signal && { signal }) });
      return withAddition(report, { ...boot, checked: 'boot' });
    },
  };
}

/**
 * Reports the features of the file system that a boot loader, a kernel or an e2fsck does not support.
 * @throws ReaderError for a text that does not name a known program and version
 */
export function readersCheck(asked: Readers): Extension {
  const readers = parseReaders(asked);
  return {
    name: 'readers',
    problems: describe(problems, texts, explanations),
    async run({ image, report }) {
      const { volume, groups } = opened(image);
      await checkFeatures(volume, groups, readers, report);
    },
  };
}
