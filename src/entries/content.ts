/** The entry `extcheck/content` on Node: lost writes, packages, manifests, policies and block maps, with digests by node:crypto. */
import { createHash } from 'node:crypto';
import { type BmapCheckOptions, bmapCheck as check } from '../content/bmap/check';
import { type ManifestOptions, writeManifest as write } from '../content/write-manifest';
import type { Extension } from '../extension';
import { nodeDigests } from '../parallel/node-digests';
import type { Image } from '../view/image';

export type { BmapCheckOptions } from '../content/bmap/check';
export * from './content-common';

/**
 * Verifies the bytes of the image against the text of a block map; see `verifyBmap`.
 * @throws BmapError when the text is not a block map, or its own checksum is wrong
 */
export const bmapCheck = (text: string, options: BmapCheckOptions = {}): Extension =>
  check(text, { digest: createHash, ...options });

/**
 * The manifest of an image, line by line, each with its newline: type, mode, owner, time, size and digest, target or
 * device of every name below the root. The same tree gives the same text, whatever image it is in. The first line comes
 * when all contents were read.
 * @throws ImageError `unsupported` for a digest that is not known here; the signal's reason
 */
export const writeManifest = (image: Image, options: ManifestOptions = {}): AsyncGenerator<string, void, undefined> =>
  write(image, { digests: nodeDigests(), ...options });
