/** What the fuzzer makes of mounts of an image with the kernel of this machine. */
import { compareMounts } from '../support/compare-mounts';
import type { TestImage } from '../support/image';
import { mountResults } from '../support/kernel-mounts';
import type { CompareMounts } from './fuzz';

/** Whether this process can mount images: it is root and there are loop devices. */
export function canMountHere(sound: TestImage): boolean {
  try {
    return mountResults(sound.bytes).readOnly;
  } catch {
    return false;
  }
}

/** A mount that is said to work and fails is a failure; one that is said to fail and works, a divergence. */
export const judgeMounts: CompareMounts = (image, report) => {
  const result = compareMounts(image, report);
  if (result === null) return null;
  const { refused, accepted, detail } = result;
  const ids = Object.entries(report.counts).map(([id, count]) => `${id} x${count}`);
  const all = `${detail}; ${report.verdict}, ${ids.join(', ') || 'no finding'}`;
  if (refused.length > 0)
    return { kind: 'failure', signature: `the kernel refuses ${refused.join(', ')}`, detail: all };
  if (accepted.length > 0)
    return { kind: 'divergence', signature: `the kernel accepts ${accepted.join(', ')}`, detail: all };
  return null;
};
