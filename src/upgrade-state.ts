/** The state of an upgrade: combines the verdict of `boot/upgrade` with the check of each image. */

import { imageStateReader } from './boot/upgrade/image-reader';
import type { StructureResult } from './boot/upgrade/images';
import type { UpgradeReport } from './boot/upgrade/upgrade-report';
import { readUpgradeState } from './boot/upgrade/upgrade-state';
import { join32 } from './bytes/field';
import { catalogue } from './catalogue';
import { checkImage } from './check';
import { openImage } from './open-image';
import type { Inflate } from './platform/inflation';
import type { StateReader } from './platform/state-reader';
import { formatFinding } from './report/message';
import { guardedSource } from './source/guarded';
import type { ByteSource } from './source/source';
import { openFileSystem } from './volume/open';

/** How `upgradeState` looks at a machine. */
export interface UpgradeOptions {
  /** Check the structure of active, passive and transition images. Default true. */
  images?: boolean;
  /** Unpacks gzip, to check the initramfs of each image. */
  inflate?: Inflate;
  signal?: AbortSignal;
}

/**
 * The state of a machine's upgrade: waiting for the reboot, fallen back, poisoned and so on. `reader` reads its files: use
 * `stateOfImage` for an image of the state partition, `stateOfFolder` of the Node entry for a live system or a copied
 * folder. Never writes, and never throws because of content.
 * @throws the reason of `options.signal` when it is aborted
 */
export async function upgradeState(reader: StateReader, options: UpgradeOptions = {}): Promise<UpgradeReport> {
  const { images = true, inflate, signal } = options;
  const structure = async (source: ByteSource): Promise<StructureResult> => {
    const report = await checkImage(source, { maxFindings: 10, ...(signal !== undefined && { signal }) });
    const worst = report.findings.find(({ severity }) => severity === report.verdict);
    const fault = report.verdict === 'error' || report.verdict === 'fatal' ? (report.causes[0]?.text ?? null) : null;
    return { verdict: report.verdict, fault: fault ?? (worst === undefined ? null : formatFinding(worst, catalogue)) };
  };
  return readUpgradeState(reader, {
    ...(images && { structure }),
    ...(inflate !== undefined && { inflate }),
    ...(signal !== undefined && { signal }),
  });
}

/**
 * Reads an image of the state partition (COS_STATE), including the images in it. It lacks the facts of a running system:
 * its command line and the time of its boot. The caller must close the source.
 * @throws ImageError if it has no file system
 */
export async function stateOfImage(source: ByteSource, options: { signal?: AbortSignal } = {}): Promise<StateReader> {
  const image = await openImage(source, options);
  const { opening } = await openFileSystem(guardedSource(source, options.signal), options.signal);
  const geometry = opening?.volume.geometry;
  if (geometry === undefined) return imageStateReader(image, 0);
  const { sb, features, blockSize } = geometry;
  const free = join32(sb.s_free_blocks_count_lo, features['64bit'] ? sb.s_free_blocks_count_hi : 0);
  return imageStateReader(image, free * blockSize);
}
