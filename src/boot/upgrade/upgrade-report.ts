/** What `upgradeState` returns, and what it means to a script. */
import type { NotChecked } from '../../problem/report';
import type { UpgradeFacts } from './facts';
import type { UpgradeVerdict } from './rule';

/** Something that should be put right before the next boot or upgrade. */
export interface UpgradeWarning {
  /**
   * - `next-boot-poisoned`: GRUB will pass the active image over at the next boot;
   * - `retry-destroys-good-image`: the next upgrade would move a bad image over the only good one;
   * - `image-damaged`: an image must not be booted;
   * - `environment-unwritable`: GRUB cannot save its flag, so that it would try a bad image for ever;
   * - `no-room`: the state partition has no room for the next upgrade.
   */
  id: 'next-boot-poisoned' | 'retry-destroys-good-image' | 'image-damaged' | 'environment-unwritable' | 'no-room';
  /** As sentences. */
  says: string;
}

/** What `upgradeState` returns: plain, JSON-safe data. */
export interface UpgradeReport {
  /** Version of this shape; raised when a field changes meaning or goes. */
  schemaVersion: 1;
  verdict: UpgradeVerdict;
  /** The rule that fits, as docs/upgrade-state.md numbers them. */
  rule: string;
  /** What that means, as sentences. */
  says: string;
  /** What to do: sentences and commands. */
  next: readonly string[];
  warnings: UpgradeWarning[];
  facts: UpgradeFacts;
  notChecked: NotChecked[];
}

/** Exit status of each verdict: 0 all is as it should be, 4 somebody has to act, 8 cannot tell. */
export const statusOfVerdict: Readonly<Record<UpgradeVerdict, 0 | 4 | 8>> = {
  upgraded: 0,
  normal: 0,
  waiting: 0,
  poisoned: 4,
  'no-fallback': 4,
  'fell-back': 4,
  'on-passive': 4,
  'not-confirmed': 4,
  interrupted: 4,
  running: 8,
  recovery: 8,
  unknown: 8,
};

/** The status for a report: that of its verdict, or 4 where the verdict is good and a warning was given. */
export function upgradeExitStatus(report: UpgradeReport): 0 | 4 | 8 {
  const status = statusOfVerdict[report.verdict];
  return status === 0 && report.warnings.length > 0 ? 4 : status;
}
