/** Exports of `extcheck/content` in a browser and on Node. */
export { type Bmap, BmapError, type BmapRange, parseBmap } from '../content/bmap/parse';
export { type BmapOptions, type BmapResult, verifyBmap } from '../content/bmap/verify';
export { contentCatalogue } from '../content/catalogue';
export type { ContentCheck, ContentContext } from '../content/content-check';
export { contentExtension } from '../content/content-extension';
export type { FileContent, ZeroFacts } from '../content/file-content';
export { lostWritesCheck } from '../content/lost/lost-writes';
export { type ManifestCheckOptions, manifestCheck } from '../content/manifest/check';
export type { Manifest, ManifestEntry, ManifestFault } from '../content/manifest/entry';
export { ManifestError, parseManifest } from '../content/manifest/parse';
export { packagesCheck } from '../content/packages/packages-check';
export { policyCheck } from '../content/policy/check';
export { PolicyError, parsePolicy } from '../content/policy/parse';
export type { Policy } from '../content/policy/policy';
export type { Tree, TreeEntry } from '../content/tree';
export type { ManifestOptions } from '../content/write-manifest';
export type { DigestFactory, DigestName, Digests, OpenDigest } from '../platform/digests';
