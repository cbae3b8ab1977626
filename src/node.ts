/** extcheck's public API on Node: all of index, images from files, files of a machine, and repair by the native e2fsck. */
export { nodeDigests } from './hashing/node-digests';
export * from './index';
export type { Acceptance, BootPredicate } from './native/accept';
export type { ChangeKind, TreeChange, TreeChanges } from './native/changes';
export type { Files } from './native/files';
export { stateOfFolder } from './native/folder-state';
export type { FsckMode, FsckRound } from './native/fsck';
export { inflateRaw } from './native/inflate';
export type { RepairEvent, RepairOptions, RepairStep } from './native/options';
export { repairImage } from './native/repair';
export type { Backup, RepairOutcome, RepairReport } from './native/report';
export type { Runner, RunRequest, RunResult } from './native/runner';
export { renderRepair } from './native/text';
export { undoRepair } from './native/undo';
export { checkImage } from './node-check';
export { fileSource } from './source/file';
export { type OpenImageOptions, openImageFile } from './source/gzip-file';
