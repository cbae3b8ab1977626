/** The block map as an extension of a check. */
import type { Extension } from '../../extension';
import type { DigestFactory } from '../../platform/digests';
import { describe } from '../../problem/define';
import { withAddition } from '../../report/merge';
import type { ByteSource } from '../../source/source';
import explanations from './explanations.json';
import { problems } from './problems';
import { texts } from './texts';
import { trustedBmap, verifyRanges } from './verify';

/** How `bmapCheck` verifies. */
export interface BmapCheckOptions {
  /** The image that the block map describes, if the check covers only a part of it. Default: the source of the check. */
  whole?: ByteSource;
  /** Computes checksums. Default: node:crypto on Node, own implementations in a browser. */
  digest?: DigestFactory;
}

/**
 * Verifies the bytes of the image against the text of a block map; see `verifyBmap`.
 * @throws BmapError when the text is not a block map, or its own checksum is wrong
 */
export function bmapCheck(text: string, { whole, digest }: BmapCheckOptions = {}): Extension {
  const trusted = trustedBmap(text, digest);
  return {
    name: 'bmap',
    problems: describe(problems, texts, explanations),
    async finish(report, { source, signal }) {
      const result = await verifyRanges(whole ?? source, trusted, { ...(signal && { signal }) });
      const none = result.withoutChecksum;
      const notChecked = none === 0 ? [] : [{ what: 'part of the block map', why: `${none} ranges have no checksum` }];
      return withAddition(report, { checked: 'bmap', ...result, notChecked });
    },
  };
}
