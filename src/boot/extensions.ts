/** The boot path and the features of readers as extensions of a check. */
import type { Extension } from '../extension';
import { describe } from '../problem/define';
import { withAddition } from '../report/merge';
import { opened } from '../view/opened-image';
import { bootCatalogue } from './catalogue';
import { type BootOptions, checkBoot } from './check-boot';
import { type Consumers, checkFeatures, parseConsumers, problems } from './features/gate';
import { texts } from './features/gate.texts';

/**
 * Traces the boot path of the image after the check; see `checkBoot`, whose findings the report gets.
 * @throws ConsumerError for an option that does not name a known version
 */
export function bootCheck(options: BootOptions = {}): Extension {
  parseConsumers(options);
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
 * @throws ConsumerError for a text that does not name a known program and version
 */
export function readersCheck(asked: Consumers): Extension {
  const consumers = parseConsumers(asked);
  return {
    name: 'readers',
    problems: describe(problems, texts),
    run: ({ image, report }) => checkFeatures(opened(image).volume.geometry, consumers, report),
  };
}
