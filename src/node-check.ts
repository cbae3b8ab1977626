/** The check as Node does it: digests by node:crypto, on two threads where that pays. */
import { type ContentOptions, checkImage as check } from './check';
import { nodeDigests } from './hashing/node-digests';
import type { CheckOptions } from './problem/options';
import type { CheckReport } from './problem/report';
import type { ByteSource } from './source/source';

/** As in a browser, but that digests come from node:crypto unless `options.digests` says otherwise. */
export const checkImage = (image: ByteSource, options: CheckOptions & ContentOptions = {}): Promise<CheckReport> =>
  check(image, options.content?.length ? { digests: nodeDigests(), ...options } : options);
