/** Every image of fixtures/, the expected result of its check, and sources that return its bytes in unusual ways. */
import { readdirSync } from 'node:fs';
import type { Verdict } from '../../src/problem/report';
import type { ByteSource } from '../../src/source/source';
import { fixture } from './cli';
import { loadImage } from './sparse';

/** Later than all times in the fixtures. */
export const fixtureNow = new Date('2027-01-01T00:00:00Z');

/** What the damaged images come to, and one problem that each must show. The clean ones are clean. */
export const damagedVerdicts: Readonly<Record<string, { verdict: Verdict; id: string }>> = {
  crosslinked: { verdict: 'error', id: 'file-shares-blocks' },
  'directory-destroyed': { verdict: 'error', id: 'directory-block-zero' },
  'harvester-lost-writes': { verdict: 'error', id: 'inode-table-block-zero' },
  'not-ext': { verdict: 'fatal', id: 'superblock-missing' },
  'primary-superblock-destroyed': { verdict: 'fatal', id: 'superblock-damaged' },
  truncated: { verdict: 'fatal', id: 'image-truncated' },
  'unclean-counts': { verdict: 'info', id: 'superblock-free-blocks-wrong' },
  'zeroed-bitmap': { verdict: 'warning', id: 'inode-bitmap-zero' },
};

const namesIn = (folder: string): string[] =>
  readdirSync(fixture(folder))
    .filter((name) => name.endsWith('.img.gz'))
    .map((name) => name.slice(0, -'.img.gz'.length))
    .sort();

export const cleanNames = namesIn('clean');
export const damagedNames = namesIn('damaged');
/** All images, as `clean/ext2-1k`. */
export const fixtureNames = [...cleanNames.map((name) => `clean/${name}`), ...damagedNames.map((n) => `damaged/${n}`)];

export const fixturePath = (name: string): string => fixture(`${name}.img.gz`);
/** The unpacked image, fresh at each call. */
export const fixtureBytes = (name: string): Uint8Array<ArrayBuffer> => loadImage(fixturePath(name));

/** Answers with promises, and gathers each answer in pieces of 512 bytes. */
export function dribbling(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(at, into) {
      const length = Math.max(0, Math.min(into.length, bytes.length - at));
      for (let done = 0; done < length; done += 512) {
        await null;
        into.set(bytes.subarray(at + done, at + Math.min(done + 512, length)), done);
      }
      return length;
    },
  };
}

/** What was asked of a source. */
export interface Tally {
  reads: number;
  bytes: number;
  /** End of the furthest read asked for, in bytes. */
  furthest: number;
  /** Ranges asked for, in order. */
  ranges: { at: number; length: number }[];
}

/** The bytes as a source that counts requested bytes, also after its end. */
export function counting(bytes: Uint8Array): { source: ByteSource; tally: Tally } {
  const tally: Tally = { reads: 0, bytes: 0, furthest: 0, ranges: [] };
  const source: ByteSource = {
    size: bytes.length,
    read(at, into) {
      tally.reads++;
      tally.bytes += into.length;
      tally.furthest = Math.max(tally.furthest, at + into.length);
      tally.ranges.push({ at, length: into.length });
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
  };
  return { source, tally };
}
