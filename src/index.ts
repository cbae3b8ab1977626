/** extcheck's public API without anything of Node's: for browsers, on a Blob or on bytes. */
export type { BootInitramfs, BootKernel, BootReport, BootStep, BootVerdict } from './boot/boot-report';
export { renderBoot } from './boot/boot-text';
export { type BootOptions, checkBoot } from './boot/check-boot';
export { ConsumerError } from './boot/features/consumer';
export type { Inflate, Inflation } from './boot/initramfs/gzip-member';
export { type Profile, ProfileError, type ProfileStep, parseProfile } from './boot/profile';
export { type ProfileName, profileNames } from './boot/profiles';
export type { EnvFact, ImageFact, Mode, Scheme, UpgradeFacts } from './boot/upgrade/facts';
export type { UpgradeVerdict } from './boot/upgrade/rule';
export type { StateFile, StateReader } from './boot/upgrade/state-reader';
export { type UpgradeReport, type UpgradeWarning, upgradeExitStatus } from './boot/upgrade/upgrade-report';
export { renderUpgrade } from './boot/upgrade/upgrade-text';
export { catalogue, type ProblemId } from './catalogue';
export { checkImage } from './check';
export { type OpenOptions, openImage } from './open-image';
export type { Data, DataValue, Finding, Severity, Where } from './problem/finding';
export { severities } from './problem/finding';
export type { CheckOptions, Progress } from './problem/options';
export type {
  Affected,
  CheckReport,
  FileSystemFacts,
  Harm,
  NotChecked,
  RequiredResult,
  Verdict,
} from './problem/report';
export { exitStatus } from './report/exit-status';
export { toJson } from './report/json';
export { formatFinding } from './report/message';
export { renderText } from './report/text';
export { blobSource } from './source/blob';
export { memorySource } from './source/memory';
export { sliceSource } from './source/slice';
export { type ByteSource, SourceError } from './source/source';
export { stateOfImage, type UpgradeOptions, upgradeState } from './upgrade-state';
export type { DirEntry } from './view/directory';
export { ImageError, type ImageErrorCode } from './view/error';
export { Image } from './view/image';
export type { FileStat, FileType } from './view/stat';
