/** The entry `extcheck/content` on Node: lost writes, packages, manifests, policies and block maps; digests by node:crypto. */
import { createHash } from 'node:crypto';
import { type BmapCheckOptions, bmapCheck as check } from '../content/bmap/check';
import { type ManifestOptions, writeManifest as write } from '../content/write-manifest';
import type { Extension } from '../extension';
import { nodeDigests } from '../parallel/node-digests';
import type { Image } from '../view/image';
import { requireBmapCheck, requireWriteManifest } from './content-arguments';

export type { BmapCheckOptions } from '../content/bmap/check';
export * from './content-common';

/**
 * Verifies the bytes of the image against the text of a block map; see `verifyBmap`.
 * @throws BmapError if the text is not a block map, or its own checksum is wrong
 */
export function bmapCheck(text: string, options: BmapCheckOptions = {}): Extension {
  requireBmapCheck(text, options);
  return check(text, { ...options, digest: options.digest ?? createHash });
}

/**
 * The manifest of an image, line by line with newlines: type, mode, owner, time, size and digest, target or device of every
 * name below the root. The same tree gives the same text in any image. The first line comes after all contents were read.
 * @throws ImageError `unsupported` for an unknown digest; the signal's reason
 */
export function writeManifest(image: Image, options: ManifestOptions = {}): AsyncGenerator<string, void, undefined> {
  requireWriteManifest(image, options);
  return write(image, { ...options, digests: options.digests ?? nodeDigests() });
}
