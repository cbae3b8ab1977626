/** Checks the arguments of the functions of `extcheck/content`. */
import type { BmapCheckOptions } from '../content/bmap/check';
import type { BmapOptions } from '../content/bmap/verify';
import type { LayoutOptions } from '../content/layout/layout-map';
import type { ManifestCheckOptions } from '../content/manifest/check';
import type { Manifest } from '../content/manifest/entry';
import type { Policy } from '../content/policy/policy';
import type { ManifestOptions } from '../content/write-manifest';
import { digestNames } from '../platform/digests';
import type { ByteSource } from '../source/source';
import type { Image } from '../view/image';
import { type OptionKinds, requireMembers, requireOptions, requireSource, requireText } from './arguments';

const manifestCheckKinds: OptionKinds<ManifestCheckOptions> = {
  extra: 'boolean',
  root: 'string',
  times: 'boolean',
  name: 'string',
};

const manifestKinds: OptionKinds<ManifestOptions> = {
  digest: { oneOf: digestNames },
  digests: 'object',
  onProgress: 'function',
  onGap: 'function',
};

const bmapCheckKinds: OptionKinds<BmapCheckOptions> = { whole: 'object', digest: 'function' };

const bmapKinds: OptionKinds<BmapOptions> = { signal: 'signal', onProgress: 'function', digest: 'function' };

const layoutKinds: OptionKinds<LayoutOptions> = { maxRuns: 'number' };

const blockMap = 'the text of a block map';

/** @throws ArgumentError */
export function requireManifestCheck(manifest: Manifest, options: ManifestCheckOptions): void {
  requireMembers(manifest, 'the result of parseManifest', ['entries', 'faults'], 'manifestCheck');
  requireOptions(options, manifestCheckKinds, 'manifestCheck');
}

/** @throws ArgumentError */
export const requirePolicy = (policy: Policy): void =>
  requireMembers(policy, 'the result of parsePolicy', ['rules', 'bans'], 'policyCheck');

/** @throws ArgumentError */
export function requireBmapCheck(text: string, options: BmapCheckOptions): void {
  requireText(text, blockMap, 'bmapCheck');
  requireOptions(options, bmapCheckKinds, 'bmapCheck');
  if (options.whole !== undefined) requireSource(options.whole, 'bmapCheck');
}

/** @throws ArgumentError */
export function requireVerifyBmap(source: ByteSource, text: string, options: BmapOptions): void {
  requireSource(source, 'verifyBmap');
  requireText(text, blockMap, 'verifyBmap');
  requireOptions(options, bmapKinds, 'verifyBmap');
}

/** @throws ArgumentError */
export function requireWriteManifest(image: Image, options: ManifestOptions): void {
  requireMembers(image, 'the result of openImage', ['readdir', 'readFile'], 'writeManifest');
  requireOptions(options, manifestKinds, 'writeManifest');
}

/** @throws ArgumentError */
export const requireLayoutMap = (options: LayoutOptions): void => requireOptions(options, layoutKinds, 'layoutMap');
