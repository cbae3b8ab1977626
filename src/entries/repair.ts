/** The entry `extcheck/repair`, Node only: repair of a copy by the native e2fsck, replacement of the image, and undo. */
import type { RepairOptions } from '../repair/options';
import { repairImage as repair } from '../repair/repair';
import type { RepairReport } from '../repair/report';
import { type RepairTextOptions, renderRepair as render } from '../repair/text';
import { type UndoOptions, undoRepair as undo } from '../repair/undo';
import { requireRepairArguments, requireRepairReport, requireUndoArguments } from './repair-arguments';

export type { Acceptance, BootPredicate } from '../repair/accept';
export type { ChangeKind, TreeChange, TreeChanges } from '../repair/changes';
export type { Files } from '../repair/files';
export type { FsckMode, FsckRound } from '../repair/fsck';
export type { RepairEvent, RepairOptions, RepairStep } from '../repair/options';
export type { Backup, RepairOutcome, RepairReport } from '../repair/report';
export type { Runner, RunRequest, RunResult } from '../repair/runner';
export type { UndoOptions } from '../repair/undo';

/**
 * Repairs the image at `path` with the native e2fsck. The image is only replaced, as a whole, by a copy that was repaired,
 * checked and found acceptable; until then, and if anything fails, it is left unchanged. A block device is repaired in place
 * after its content was copied. See docs/repair.md.
 *
 * Whatever happens during the repair is in `outcome`, `status` and `reason` of the report.
 * @throws ArgumentError for an unknown option or if `path` is not a path
 */
export async function repairImage(path: string, options: RepairOptions = {}): Promise<RepairReport> {
  requireRepairArguments(path, options);
  return repair(path, options);
}

/**
 * Restores the newest kept original of an image. The original must have the recorded hash, and the image must be unchanged
 * since the repair. If both are on one file system the original is moved, otherwise it is copied and kept. What happens is in
 * `outcome`, `status` and `reason` of the report.
 * @throws ArgumentError for an unknown option or if `path` is not a path
 */
export async function undoRepair(path: string, options: UndoOptions = {}): Promise<RepairReport> {
  requireUndoArguments(path, options);
  return undo(path, options);
}

/** The report as text that ends with a newline; free of control characters. */
export function renderRepair(report: RepairReport, options: RepairTextOptions = {}): string {
  requireRepairReport(report, options);
  return render(report, options);
}
