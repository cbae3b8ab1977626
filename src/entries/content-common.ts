/** Exports of `extcheck/content` in a browser and on Node. */
import { type BmapOptions, type BmapResult, verifyBmap as verify } from '../content/bmap/verify';
import { type LayoutOptions, layoutMap as newLayoutMap } from '../content/layout/layout-map';
import { type ManifestCheckOptions, manifestCheck as manifestExtension } from '../content/manifest/check';
import type { Manifest } from '../content/manifest/entry';
import { policyCheck as policyExtension } from '../content/policy/check';
import type { Policy } from '../content/policy/policy';
import type { Extension } from '../extension';
import type { ByteSource } from '../source/source';
import { requireLayoutMap, requireManifestCheck, requirePolicy, requireVerifyBmap } from './content-arguments';

export { type Bmap, BmapError, type BmapRange, parseBmap } from '../content/bmap/parse';
export type { BmapOptions, BmapResult } from '../content/bmap/verify';
export { contentCatalogue } from '../content/catalogue';
export type { ContentCheck, ContentContext } from '../content/content-check';
export { contentExtension } from '../content/content-extension';
export type { FileContent, ZeroFacts } from '../content/file-content';
export type { LayoutOptions } from '../content/layout/layout-map';
export { lostWritesCheck } from '../content/lost/lost-writes';
export type { ManifestCheckOptions } from '../content/manifest/check';
export type { Manifest, ManifestEntry, ManifestFault } from '../content/manifest/entry';
export { ManifestError, parseManifest } from '../content/manifest/parse';
export { packagesCheck } from '../content/packages/packages-check';
export { PolicyError, parsePolicy } from '../content/policy/parse';
export type { Policy } from '../content/policy/policy';
export type { Tree, TreeEntry } from '../content/tree';
export type { ManifestOptions } from '../content/write-manifest';
export type { DigestFactory, DigestName, Digests, OpenDigest } from '../platform/digests';

/** Verifies an image against a manifest (see `parseManifest`); several manifests need one check each. */
export function manifestCheck(manifest: Manifest, options: ManifestCheckOptions = {}): Extension {
  requireManifestCheck(manifest, options);
  return manifestExtension(manifest, options);
}

/** Verifies the rules of a policy (see `parsePolicy`). */
export function policyCheck(policy: Policy): Extension {
  requirePolicy(policy);
  return policyExtension(policy);
}

/**
 * Verifies `source`, which must be the complete image, against the text of its block map. Bytes outside its ranges were
 * holes and are not checked. The block map's own checksum is verified first.
 * @throws BmapError if the text is not a block map, or its own checksum is wrong; the reason of `options.signal`
 */
export async function verifyBmap(source: ByteSource, text: string, options: BmapOptions = {}): Promise<BmapResult> {
  requireVerifyBmap(source, text, options);
  return verify(source, text, options);
}

/**
 * Adds `layout` to the report: what each block of the file system holds, whose it is, and where damage is, for the picture in
 * `renderHtml` of `extcheck/report`. Reads the inode tables and all mappings again. Finds nothing.
 */
export function layoutMap(options: LayoutOptions = {}): Extension {
  requireLayoutMap(options);
  return newLayoutMap(options);
}
