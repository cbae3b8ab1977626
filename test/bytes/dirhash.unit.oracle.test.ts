import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { dirHash, isSupportedHash } from '../../src/bytes/dirhash';
import { oracleTest, unitTest } from '../support/project-tests';
import { works } from '../support/tools';
import { vectorName, vectorSeed, vectors } from './dirhash-vectors';

const ascii = (text: string) => new TextEncoder().encode(text);
const hash = (version: number, name: Uint8Array, seed: Uint32Array | null = null) =>
  dirHash(version, name, 0, name.length, seed);

/** The words of `s_hash_seed` when its 16 bytes are those of the UUID, in order. */
function seedOf(uuid: string): Uint32Array {
  const digits = uuid.replaceAll('-', '');
  const view = new DataView(
    Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(digits.substr(i * 2, 2), 16)).buffer,
  );
  return Uint32Array.from({ length: 4 }, (_, word) => view.getUint32(word * 4, true));
}

unitTest('hashes names of every kind as debugfs does', () => {
  const seed = seedOf(vectorSeed);
  for (const { length, high, seeded, hashes } of vectors) {
    const name = vectorName(length, high);
    const ours = [0, 1, 2, 3, 4, 5].map((version) => hash(version, name, seeded ? seed : null));
    expect({ length, high, seeded, hashes: ours }).toEqual({ length, high, seeded, hashes });
  }
  expect(vectors.length).toBe(104);
});

unitTest('no bytes at all', () => {
  expect([0, 1, 2].map((version) => hash(version, new Uint8Array(0)))).toEqual([0x2547fc5a, 0xefcdab88, 0x67452300]);
});

unitTest('a seed of zeros is no seed', () => {
  const zeros = new Uint32Array(4);
  for (const version of [1, 2, 4, 5]) expect(hash(version, ascii('abc'), zeros)).toBe(hash(version, ascii('abc')));
  expect(hash(2, ascii('abc'), zeros)).toBe(0xb1435ec4);
  expect(hash(2, ascii('abc'), Uint32Array.of(0, 0, 0, 1))).not.toBe(0xb1435ec4);
});

unitTest('the end-of-directory value is not folded, as in e2fsck and unlike the kernel', () => {
  expect(hash(0, ascii('bh~QMZ'))).toBe(0xfffffffe);
});

unitTest('only the given part of the array is the name', () => {
  const around = ascii('xxhelloyyy');
  for (let version = 0; version < 6; version++) {
    expect(dirHash(version, around, 2, 7, null)).toBe(hash(version, ascii('hello')));
  }
});

unitTest('bytes below 0x80 hash alike signed and unsigned, and bit 0 is clear', () => {
  const seed = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()).map((words) => Uint32Array.from(words));
  fc.assert(
    fc.property(fc.array(fc.nat(127), { maxLength: 255, size: 'max' }), seed, fc.nat(2), (codes, words, version) => {
      const name = Uint8Array.from(codes);
      const signed = hash(version, name, words);
      expect(hash(version + 3, name, words)).toBe(signed);
      expect(signed % 2).toBe(0);
      expect(signed).toBeGreaterThanOrEqual(0);
    }),
  );
});

unitTest('says which versions it cannot compute', () => {
  expect([-1, 0, 1, 2, 3, 4, 5, 6, 7, 1.5, Number.NaN].filter(isSupportedHash)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(() => hash(6, ascii('a'))).toThrow(new RangeError('directory hash version 6 cannot be computed'));
});

const hasDebugfs = works('debugfs', '-V');

oracleTest.skipIf(!hasDebugfs)('agrees with debugfs on 200 random names', () => {
  // What debugfs cannot be given on a command line: NUL, line ends, and a name that looks like an option.
  const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x0a && code !== 0x0d);
  const name = fc.array(byte, { minLength: 1, maxLength: 255, size: 'max' }).filter((codes) => codes[0] !== 0x2d);
  const cases = fc.sample(fc.record({ name, version: fc.nat(5), seed: fc.option(fc.uuid()) }), 200);

  const commands = cases.map(({ name: codes, version, seed }) => {
    const quoted = Buffer.from(codes).toString('latin1').replaceAll('"', '""');
    return `dx_hash -h ${version} ${seed === null ? '' : `-s ${seed} `}"${quoted}"\n`;
  });
  const answers = debugfs(commands.join(''));
  expect(answers.length).toBe(cases.length);
  cases.forEach(({ name: codes, version, seed }, i) => {
    const ours = hash(version, Uint8Array.from(codes), seed === null ? null : seedOf(seed));
    const what = `version ${version}, seed ${seed}, name ${Buffer.from(codes).toString('hex')}`;
    expect(`${what}: ${ours}`).toBe(`${what}: ${answers[i]}`);
  });
});

/** The hashes that debugfs prints for a file of commands, each a Latin-1 line. */
function debugfs(commands: string): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-dirhash-'));
  try {
    writeFileSync(join(folder, 'commands'), commands, 'latin1');
    const output = execFileSync('debugfs', ['-f', join(folder, 'commands')], { stdio: ['ignore', 'pipe', 'ignore'] });
    return Array.from(output.toString('latin1').matchAll(/ is (0x[0-9a-f]+) \(minor 0x[0-9a-f]+\)\n/g), (match) =>
      Number(match[1]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
