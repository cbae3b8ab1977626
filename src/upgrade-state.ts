/** The state of an upgrade with images checked: what `boot/upgrade` judges, joined with the check of a whole image. */

import { imageStateReader } from './boot/upgrade/image-reader';
import type { StructureResult } from './boot/upgrade/images';
import type { UpgradeReport } from './boot/upgrade/upgrade-report';
import { judgeUpgrade } from './boot/upgrade/upgrade-state';
import { join32 } from './bytes/field';
import { catalogue } from './catalogue';
import { checkImage } from './check';
import { openImage } from './open-image';
import type { Inflate } from './platform/inflation';
import type { StateReader } from './platform/state-reader';
import { formatFinding } from './report/message';
import { requireFullReads } from './source/full-reads';
import type { ByteSource } from './source/source';
import { openFileSystem } from './volume/open';

/** How `upgradeState` looks at a machine. */
export interface UpgradeOptions {
  /** Check the structure of active, passive and transition images; true when left out. */
  images?: boolean;
  /** Unpacks gzip, for the look at each image's initramfs; `node.ts` has one. */
  inflate?: Inflate;
  signal?: AbortSignal;
}

/**
 * Tells what a machine's upgrade is at: waiting for the reboot, fallen back, poisoned and so on. `reader` gives its files:
 * `stateOfImage` for an image of the state partition, `stateOfFolder` of the Node entry for a live system or a copied
 * folder. Never writes, and never throws on content.
 * @throws the reason of `options.signal` when it is aborted
 */
export async function upgradeState(reader: StateReader, options: UpgradeOptions = {}): Promise<UpgradeReport> {
  const { images = true, inflate, signal } = options;
  const structure = async (source: ByteSource): Promise<StructureResult> => {
    const report = await checkImage(source, { maxFindings: 10, ...(signal !== undefined && { signal }) });
    const worst = report.findings.find(({ severity }) => severity === report.verdict);
    const fault = report.verdict === 'error' || report.verdict === 'fatal' ? (report.diagnosis[0] ?? null) : null;
    return { verdict: report.verdict, fault: fault ?? (worst === undefined ? null : formatFinding(worst, catalogue)) };
  };
  return judgeUpgrade(reader, {
    ...(images && { structure }),
    ...(inflate !== undefined && { inflate }),
    ...(signal !== undefined && { signal }),
  });
}

/**
 * The state in an image of the state partition (COS_STATE), images in it included. What only a running system knows, its
 * command line and the time of its boot, is not there. Closing the source stays with the caller.
 * @throws ImageError when there is no file system in it
 */
export async function stateOfImage(source: ByteSource, options: { signal?: AbortSignal } = {}): Promise<StateReader> {
  const image = await openImage(source, options);
  const geometry = (await openFileSystem(requireFullReads(source), options.signal)).opening?.volume.geometry;
  const sb = geometry?.sb;
  const free =
    sb === undefined
      ? 0
      : join32(sb.s_free_blocks_count_lo, geometry?.features['64bit'] ? sb.s_free_blocks_count_hi : 0);
  return imageStateReader(image, free * (geometry?.blockSize ?? 0));
}
