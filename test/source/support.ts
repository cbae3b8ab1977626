/** Shared by the tests of sources: a scratch folder, test bytes, and a list of open files. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ByteSource } from '../../src/source/source';

/** A folder for this test file, removed after its last test. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'extcheck-test-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes `bytes` to a file of this name and answers with its path. */
export function fileOf(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Bytes that differ from place to place, between holes of zeros with edges at and near those of 4 KiB pages. */
export function sampleBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 0x2545f491;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  for (const [from, to] of [
    [4096, 8192],
    [12_000, 30_000],
    [65_536, 65_537],
    [81_919, 90_113],
    [length - 5000, length],
  ] as const) {
    bytes.fill(0, from, to);
  }
  return bytes;
}

/** All of a source, through the interface. */
export async function readAll(source: ByteSource): Promise<Uint8Array> {
  const bytes = new Uint8Array(source.size);
  const length = await source.read(0, bytes);
  return bytes.subarray(0, length);
}

/** For `expect(…).toBe(true)`: comparing element by element takes seconds. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Whether all of `source` is `bytes`. */
export async function holds(source: ByteSource, bytes: Uint8Array): Promise<boolean> {
  return source.size === bytes.length && sameBytes(await readAll(source), bytes);
}

/** Only Linux lists a process's open files. */
export const canListOpenFiles = process.platform === 'linux';

/** Where the open descriptors of this process lead that lead into `folder`, with their open flags. */
export function openFilesIn(folder: string): { path: string; flags: number }[] {
  const found: { path: string; flags: number }[] = [];
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      if (!path.startsWith(folder)) continue;
      const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
      found.push({ path, flags: Number.parseInt(flags ?? 'none', 8) });
    } catch {
      // The descriptor of the listing itself, closed by now.
    }
  }
  return found;
}
