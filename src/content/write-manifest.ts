/** Writes the tree of an image as an mtree manifest, in the flat format that libarchive writes and reads. */

import type { DigestName } from '../platform/digests';
import { type Digests, maskOf } from '../platform/digests';
import type { Progress } from '../problem/options';
import { ImageError } from '../view/error';
import type { Image } from '../view/image';
import { opened } from '../view/opened-image';
import { DigestTable } from './digest-table';
import { FileFactsTable } from './file-facts';
import { ImageTree } from './image-tree';
import { ManifestLines } from './manifest/write-lines';
import { digestsHere } from './own-digests';
import { readContents } from './read-contents';
import { readOrder } from './read-order';
import { Wanted } from './wanted';

/** What `writeManifest` writes. */
export interface ManifestOptions {
  /** The digest of each regular file. Default `sha256`. */
  digest?: DigestName;
  /** Computes digests. Default: node:crypto on Node, own implementations in a browser. */
  digests?: Digests;
  onProgress?: (step: Progress) => void;
  /** Called for each path whose line is incomplete or missing. The manifest has a comment for each. */
  onGap?: (path: string, why: string) => void;
}

/** Files that cannot be read whose reason is kept. */
const maxErrors = 100_000;

/** The text of `writeManifest`, in pieces of about 64 KiB that end with a line. @throws as `writeManifest` */
export async function* manifestPieces(
  image: Image,
  { digest = 'sha256', digests = digestsHere(), onProgress, onGap = () => {} }: ManifestOptions = {},
): AsyncGenerator<string, void, undefined> {
  if (!digests.knows(digest)) throw new ImageError('unsupported', `${digest} cannot be computed here`);
  onProgress?.({ phase: 'names', done: 0, total: 1 });
  const view = opened(image);
  const { volume, groups } = view;
  const tree = await ImageTree.read(view);
  const wanted = new Wanted();
  const mask = maskOf([digest]);
  for (const inode of tree.files()) wanted.add(inode, mask);
  const list = wanted.list();
  const table = new DigestTable(list);
  const facts = new FileFactsTable(volume.geometry, list);
  const errors = new Map<number, string>();
  const order = await readOrder(volume, groups, list, (index, record) => facts.set(index, record));
  await readContents(volume, groups, order, {
    digests,
    ends: false,
    onContent: ({ inode, digests: got, error }) => {
      const value = got[digest];
      if (value !== undefined) table.set(inode, value);
      else if (error !== null && errors.size < maxErrors) errors.set(inode, error.message);
    },
    onProgress: (done, total) => onProgress?.({ phase: 'contents', done, total }),
  });
  yield* new ManifestLines({ image: view, tree, list, facts, digests: table, errors, digest, onGap }).pieces();
}

/**
 * The manifest of an image, line by line, each with its newline: type, mode, owner, time, size and digest, target or
 * device of every name below the root. Lines are in the order of the names' bytes, parents first, and do not depend on the
 * layout of the image: equal trees give equal texts. The first line comes after all contents are read.
 * @throws ImageError `unsupported` for a digest that cannot be computed here; the reason of the image's signal
 */
export async function* writeManifest(image: Image, options?: ManifestOptions): AsyncGenerator<string, void, undefined> {
  for await (const piece of manifestPieces(image, options)) {
    for (let at = 0, end = 0; at < piece.length; at = end) {
      end = piece.indexOf('\n', at) + 1;
      yield piece.slice(at, end);
    }
  }
}
