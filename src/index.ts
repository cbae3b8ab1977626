/** extcheck's public API without anything of Node's: for browsers, on a Blob or on bytes. */

export { allProblems as catalogue, type ProblemId } from './all-problems';
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
export { type ContentOptions, checkImage } from './check';
export { type Bmap, BmapError, parseBmap } from './content/bmap/parse';
export { type BmapOptions, type BmapResult, verifyBmap } from './content/bmap/verify';
export type { ContentCheck, ContentContext } from './content/content-check';
export type { Digests } from './content/digests';
export type { DigestName, FileContent, ZeroFacts } from './content/file-content';
export { lostWrites } from './content/lost/lost-writes';
export { type ManifestCheckOptions, manifestCheck } from './content/manifest/check';
export type { Manifest, ManifestEntry, ManifestFault } from './content/manifest/entry';
export { ManifestError, parseManifest } from './content/manifest/parse';
export { digestsHere } from './content/own-digests';
export { packagesCheck } from './content/packages/packages-check';
export { policyCheck } from './content/policy/check';
export { PolicyError, parsePolicy } from './content/policy/parse';
export type { Policy } from './content/policy/policy';
export type { Tree, TreeEntry } from './content/tree';
export { type ManifestOptions, writeManifest } from './content/write-manifest';
export { type OpenOptions, openImage } from './open-image';
export type { Data, DataValue, Finding, Severity, Where } from './problem/finding';
export { severities } from './problem/finding';
export type { CheckOptions, Progress } from './problem/options';
export type {
  Affected,
  BaselineFacts,
  CheckReport,
  ContentFacts,
  FileSystemFacts,
  Harm,
  NotChecked,
  RequiredResult,
  Verdict,
} from './problem/report';
export { type Baseline, BaselineError, baselineOf, parseBaseline, withBaseline } from './report/baseline';
export { exitStatus } from './report/exit-status';
export { fingerprintOf } from './report/fingerprint';
export { toGithub } from './report/github';
export { toJson } from './report/json';
export { toJunit } from './report/junit';
export { toMarkdown } from './report/markdown';
export { type Addition, withAddition } from './report/merge';
export { formatFinding } from './report/message';
export { toPrometheus } from './report/prometheus';
export { toSarif } from './report/sarif';
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
