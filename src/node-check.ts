/** The check as Node does it: digests by node:crypto, and a second thread where that pays. */
import { type ContentOptions, checkImage as check } from './check';
import type { StartScout } from './checks/scouts';
import { nodeDigests } from './hashing/node-digests';
import type { CheckOptions } from './problem/options';
import type { CheckReport } from './problem/report';
import type { ByteSource } from './source/source';

/** Loaded only for large images. */
const startScout: StartScout = async (file) => (await import('./scouting/scout.js')).startScout(file);

/**
 * As in a browser, but that digests come from node:crypto unless `options.digests` says otherwise, and that a large image
 * is checked by two threads unless `options.jobs` is 1.
 */
export function checkImage(image: ByteSource, options: CheckOptions & ContentOptions = {}): Promise<CheckReport> {
  const digests = options.content?.length ? { digests: nodeDigests(options.jobs) } : {};
  return check(image, { startScout, ...digests, ...options });
}
