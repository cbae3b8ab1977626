/** What `upgradeState` returns, and its exit status. */
import type { NotChecked } from '../../problem/report';
import type { UpgradeFacts } from './facts';
import type { UpgradeVerdict } from './rule';

/** Something that should be fixed before the next boot or upgrade. */
export interface UpgradeWarning {
  /**
   * - `next-boot-poisoned`: GRUB will skip the active image at the next boot;
   * - `retry-destroys-good-image`: the next upgrade would move a bad image over the only good one;
   * - `image-damaged`: an image must not be booted;
   * - `environment-unwritable`: GRUB cannot save its flag, so it would try a bad image again and again;
   * - `no-room`: the state partition has no room for the next upgrade.
   */
  id: 'next-boot-poisoned' | 'retry-destroys-good-image' | 'image-damaged' | 'environment-unwritable' | 'no-room';
  /** What is wrong, as sentences. */
  message: string;
}

/** What `upgradeState` returns: plain, JSON-safe data. */
export interface UpgradeReport {
  /** Version of this format; raised when a field changes its meaning or is removed. */
  schemaVersion: 2;
  verdict: UpgradeVerdict;
  /** Number of the rule that matches, see docs/upgrade-state.md. */
  rule: string;
  /** What the verdict means, as sentences. */
  message: string;
  /** What to do: sentences and commands, one each. */
  next: readonly string[];
  warnings: UpgradeWarning[];
  facts: UpgradeFacts;
  notChecked: NotChecked[];
}

/** Exit status of each verdict: 0 nothing to do, 4 action is needed, 8 unknown. */
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

/** The exit status for a report: that of its verdict, or 4 if the verdict has status 0 and there is a warning. */
export function upgradeExitStatus(report: UpgradeReport): 0 | 4 | 8 {
  const status = statusOfVerdict[report.verdict];
  return status === 0 && report.warnings.length > 0 ? 4 : status;
}
