/** Images made from a few files, sources that count what is read, and content checks that write down what they get. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContentCheck } from '../../src/content/content-check';
import { contentExtension } from '../../src/content/content-extension';
import type { FileContent } from '../../src/content/file-content';
import type { ExtensionContext } from '../../src/extension';
import { nodeDigests } from '../../src/parallel/node-digests';
import type { DigestName, Digests } from '../../src/platform/digests';
import { runExtensions } from '../../src/run-extensions';
import { memorySource } from '../../src/source/memory';
import type { ByteSource } from '../../src/source/source';
import { blocksCovered } from '../../src/view/file';
import { fileRuns } from '../../src/view/runs';
import { loadInode } from '../../src/view/stat';
import type { Opening } from '../../src/volume/open';
import { builtCli } from '../support/cli';
import { inFolder, mke2fs, type Opened, open } from '../view/support';

/** Digests by node:crypto on so many threads, which run the built script. */
export const threadDigests = (jobs: number): Digests =>
  nodeDigests(jobs, pathToFileURL(join(dirname(builtCli()), 'digest-thread.js')));

/** An image with these files in it, by their paths without a slash in front. */
export const imageOf = (
  files: Readonly<Record<string, Uint8Array | string>>,
  options: string[] = ['-t', 'ext2', '-b', '1024'],
  size = '8M',
) =>
  inFolder(async (folder) => {
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), content);
    }
    return open(mke2fs(join(folder, 'image'), tree, size, options));
  });

/** Bytes without a NUL among them, different in every block. */
export const filled = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => 1 + ((i * 7 + (i >> 8) * 31 + seed * 13) % 255));

/** Text of a length. */
export const text = (length: number): string =>
  'a line of text that goes on and on\n'.repeat(length / 35 + 1).slice(0, length);

/** Places of a file's blocks in the image, in the order of the file; holes are left out. */
export async function blocksOf({ volume, groups, image }: Opened, path: string): Promise<number[]> {
  const { inode } = await image.stat(path);
  const record = await loadInode(volume, groups, inode);
  const blocks: number[] = [];
  for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record)))
    if (run.kind === 'data') for (let i = 0; i < run.count; i++) blocks.push(run.physical + i);
  return blocks;
}

/** Fills blocks of a file with NUL, as a lost write leaves them: all of them, or those from `from` up to `to`. */
export async function lose(opened: Opened, path: string, from = 0, to = Number.MAX_SAFE_INTEGER): Promise<void> {
  const { blockSize } = opened.volume.geometry;
  for (const block of (await blocksOf(opened, path)).slice(from, to))
    opened.bytes.fill(0, block * blockSize, (block + 1) * blockSize);
}

/** A file as a check got it, with its bytes copied. */
export type Seen = FileContent & { path: string };

/** A check that asks for all regular files and keeps what comes. */
export function recorder(digests: DigestName[] = ['sha256']): ContentCheck & { seen: Seen[]; of(path: string): Seen } {
  const paths = new Map<number, string>();
  const seen: Seen[] = [];
  return {
    name: 'recorder',
    seen,
    of: (path) => seen.find((one) => one.path === path)!,
    prepare({ tree, want }) {
      for (const { type, inode, path } of tree.entries()) {
        // their holes of 67 MB are digested by the own implementations for a long time
        if (type !== 'file' || /\/holes-(double|triple)$/.test(path)) continue;
        paths.set(inode, paths.get(inode) ?? path);
        want(inode, digests);
      }
    },
    content(content) {
      seen.push({
        ...content,
        head: content.head.slice(),
        tail: content.tail.slice(),
        path: paths.get(content.inode) ?? '?',
      });
    },
  };
}

/** A source that notes each read. */
export function counting(bytes: Uint8Array): ByteSource & { reads: { at: number; length: number }[] } {
  const inner = memorySource(bytes);
  const reads: { at: number; length: number }[] = [];
  return {
    size: inner.size,
    reads,
    read(at, into) {
      reads.push({ at, length: into.length });
      return inner.read(at, into);
    },
  };
}

/** Runs checks of contents on an open file system, as a check of the whole image does. */
export async function runContentChecks(
  { volume, groups }: Pick<Opening, 'volume' | 'groups'>,
  { checks, report = () => {}, onProgress = () => {}, digests, signal }: ContentRun,
) {
  const extensions = checks.map((check) => contentExtension(check, {}));
  const opening = { volume, groups } as Opening;
  const outcome = await runExtensions(extensions, opening, { report, writesLost: false, onProgress, digests, signal });
  return { ...outcome, facts: outcome.content! };
}

export interface ContentRun extends Partial<Pick<ExtensionContext, 'report' | 'onProgress' | 'digests' | 'signal'>> {
  checks: readonly ContentCheck[];
}
