/** The entry `extcheck/repair`, Node only: repair of a copy by the native e2fsck, replacement of the image, and undo. */
export type { Acceptance, BootPredicate } from '../repair/accept';
export type { ChangeKind, TreeChange, TreeChanges } from '../repair/changes';
export type { Files } from '../repair/files';
export type { FsckMode, FsckRound } from '../repair/fsck';
export type { RepairEvent, RepairOptions, RepairStep } from '../repair/options';
export { repairImage } from '../repair/repair';
export type { Backup, RepairOutcome, RepairReport } from '../repair/report';
export type { Runner, RunRequest, RunResult } from '../repair/runner';
export { renderRepair } from '../repair/text';
export { undoRepair } from '../repair/undo';
