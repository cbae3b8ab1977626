/** Opens fixtures and made-up bytes as a view, walks whole trees, and asks debugfs for the same facts. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memorySource } from '../../src/source/memory';
import type { ByteSource } from '../../src/source/source';
import { ImageError } from '../../src/view/error';
import type { Image } from '../../src/view/image';
import { OpenedImage } from '../../src/view/opened-image';
import type { FileStat } from '../../src/view/stat';
import type { Groups } from '../../src/volume/groups';
import { inodeOffset } from '../../src/volume/inode-at';
import { openFileSystem } from '../../src/volume/open';
import type { Volume } from '../../src/volume/volume';
import { loadImage } from '../support/sparse';
import { isInstalled } from '../support/tools';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** The unpacked bytes of a fixture such as `clean/ext2-1k`; a copy that may be changed. */
export const fixture = (name: string): Uint8Array<ArrayBuffer> => loadImage(fixturePath(name));
export const fixturePath = (name: string): string => join(fixtures, `${name}.img.gz`);

/** Whether e2fsprogs is installed. */
export const hasTools = isInstalled('debugfs', '-V') && isInstalled('mke2fs', '-V') && existsSync('/proc');

export interface Opened {
  bytes: Uint8Array;
  words: DataView;
  volume: Volume;
  groups: Groups;
  image: Image;
  /** Byte offset of an inode. */
  inodeAt(ino: number): number;
}

/** @throws Error when the bytes contain no file system: a test of that calls `openImage`. */
export async function open(bytes: Uint8Array, source: ByteSource = memorySource(bytes)): Promise<Opened> {
  const { opening } = await openFileSystem(source);
  if (!opening) throw new Error('the image does not open');
  const { volume, groups } = opening;
  return {
    bytes,
    words: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    volume,
    groups,
    image: new OpenedImage(volume, groups),
    inodeAt: (ino) => inodeOffset(volume, groups, ino),
  };
}

/** The code of the ImageError that `act` ends with, or 'nothing thrown'. */
export async function codeOf(act: Promise<unknown>): Promise<string> {
  return (await errorOf(act))?.code ?? 'nothing thrown';
}

export async function errorOf(act: Promise<unknown>): Promise<ImageError | null> {
  try {
    await act;
    return null;
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
}

/** All pieces of a file, joined. */
export async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export async function sha256(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** Every path below `/` with its facts, in the order of the disk. */
export async function walk(image: Image): Promise<Map<string, FileStat>> {
  const found = new Map<string, FileStat>();
  const waiting = ['/'];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for await (const entry of image.readdir(directory)) {
      const path = `${directory === '/' ? '' : directory}/${entry.name}`;
      const stat = await image.lstat(path);
      found.set(path, stat);
      if (stat.type === 'directory') waiting.push(path);
    }
  }
  return found;
}

/** A folder of the system that is removed after `act`. */
export async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-view-'));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What debugfs answers to each command. */
export function debugfs(imageFile: string, commands: string[]): string[] {
  if (commands.length === 0) return [];
  const script = `${imageFile}.commands`;
  writeFileSync(script, `${commands.join('\n')}\n`);
  const run = spawnSync('debugfs', ['-f', script, imageFile], { encoding: 'latin1', maxBuffer: 1 << 28 });
  const answers = run.stdout.split(/^debugfs: .*\n/m).slice(1);
  if (answers.length !== commands.length) throw new Error(`debugfs gave ${answers.length} answers: ${run.stderr}`);
  return answers;
}

/** @throws Error when the tool fails. */
export function mke2fs(imageFile: string, tree: string, size: string, options: string[]): Uint8Array {
  const run = spawnSync('mke2fs', ['-q', '-F', '-d', tree, ...options, imageFile, size], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`mke2fs: ${run.stderr}`);
  return new Uint8Array(readFileSync(imageFile));
}
