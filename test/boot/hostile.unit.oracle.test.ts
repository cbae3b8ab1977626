/** Hostile kernels, archives, scripts and environments: every trace ends, and ends soon. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkBoot } from '../../src/boot/check-boot';
import { readLoaderEntry } from '../../src/boot/grub/loader-spec';
import { readScript } from '../../src/boot/grub/script';
import { readElf } from '../../src/boot/init/elf';
import { readInitramfs } from '../../src/boot/initramfs/archives';
import { readKernel } from '../../src/boot/kernel/kernel';
import { readEnvBlock } from '../../src/boot/upgrade/env-block';
import { readStateYaml } from '../../src/boot/upgrade/state-yaml';
import { readUBootEnv } from '../../src/boot/upgrade/u-boot-env';
import { inflateRaw } from '../../src/platform/inflate';
import { memorySource } from '../../src/source/memory';
import { bzImage, earlyCpio, elementalTree, elf, imageOf, joined, mainCpio, noise } from '../support/boot-image';
import { nativeDescribe, unitTest } from '../support/project-tests';
import { envBlock } from '../support/state-folder';

/** The same numbers every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

/** A copy with a few bytes changed, or truncated. */
function mutated(bytes: Uint8Array, seed: number): Uint8Array {
  const next = numbers(seed);
  const copy = bytes.slice();
  for (let i = 0; i < 1 + (next() % 6); i++) copy[next() % copy.length] = [0, 0xff, 0x80, next() & 0xff][next() % 4]!;
  return next() % 4 === 0 ? copy.slice(0, next() % copy.length) : copy;
}

const fileOf = (bytes: Uint8Array, piece = 5000) => ({
  size: bytes.length,
  blockSize: 4096,
  async *bytes(from = 0) {
    for (let at = from; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  },
});

const runs = 300;
const samples: readonly [string, Uint8Array, (bytes: Uint8Array) => unknown][] = [
  ['kernels', bzImage(), (bytes) => readKernel(bytes)],
  ['programs', elf({ interpreter: '/lib/ld.so', needed: ['libc.so.6'], runPath: '/a:/b' }), (bytes) => readElf(bytes)],
  [
    'environment blocks',
    new TextEncoder().encode(envBlock({ a: 'b\\\n', c: '' })),
    (bytes) => readEnvBlock(bytes, bytes.length, false),
  ],
  ['environments of U-Boot', new TextEncoder().encode('a=1\nb=2\n'), (bytes) => readUBootEnv(bytes)],
  [
    'state.yaml',
    new TextEncoder().encode('date: x\nstate:\n  active:\n    label: "y"\n'),
    (bytes) => readStateYaml(String.fromCharCode(...bytes)),
  ],
  [
    'scripts',
    new TextEncoder().encode(elementalTree()['/etc/cos/bootargs.cfg'] as string),
    (bytes) => readScript(String.fromCharCode(...bytes)),
  ],
];

unitTest.each(samples)('mutated %s never throw', (_name, sample, read) => {
  for (let seed = 0; seed < runs; seed++) read(mutated(sample, seed));
});

unitTest('mutated archives never throw and never hang', async () => {
  const plain = joined(earlyCpio(), mainCpio());
  const packed = joined(earlyCpio(), new Uint8Array(gzipSync(mainCpio())));
  let faults = 0;
  for (let seed = 0; seed < 120; seed++) {
    const facts = await readInitramfs(fileOf(mutated(seed % 2 === 0 ? plain : packed, seed)), inflateRaw);
    if (facts.fault !== null) faults++;
  }
  // a byte changed in the content of a plain archive does not damage its structure
  expect(faults).toBeGreaterThan(50);
});

unitTest('checking every packed format with junk after its magic number ends', async () => {
  for (const magic of [
    [0x1f, 0x8b, 8, 0],
    [0x42, 0x5a, 0x68, 0x39],
    [0x5d, 0, 0],
    [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
    [0x89, 0x4c, 0x5a, 0x4f, 0, 0x0d, 0x0a, 0x1a, 0x0a],
    [2, 0x21, 0x4c, 0x18],
    [4, 0x22, 0x4d, 0x18],
    [0x28, 0xb5, 0x2f, 0xfd],
  ])
    for (let seed = 1; seed < 20; seed++) {
      const bytes = joined(Uint8Array.from(magic), noise(3000, seed));
      const facts = await readInitramfs(fileOf(bytes), inflateRaw);
      expect(facts.archives.length).toBeLessThanOrEqual(1);
    }
});

unitTest('values and lines without end are cut', () => {
  expect(readScript('set a=$a$a$a\n'.repeat(100_000)).variables.get('a')!.length).toBeLessThanOrEqual(256);
  expect(readStateYaml(`${'a:\n'.repeat(20_000)}`).size).toBe(0);
  const doubling = `set a=xxxxxxxxxxxxxxxx\n${'set a=$a$a\n'.repeat(200)}`;
  expect(readScript(doubling).variables.get('a')!.at(-1)!.length).toBeLessThan(1 << 20);
});

unitTest(
  'an initramfs of hundreds of MiB is streamed',
  async () => {
    const piece = noise(1 << 20);
    const size = 300 * 2 ** 20;
    let most = 0;
    const head = joined(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0]));
    const file = {
      size,
      blockSize: 4096,
      async *bytes(from = 0) {
        if (from === 0) yield head;
        for (let at = head.length; at < size; at += piece.length) {
          most = Math.max(most, process.memoryUsage().arrayBuffers);
          // blocks of 128 KiB as zstd frames them, to the end
          const block = piece.slice();
          for (let i = 0; i + 3 <= block.length; i += 131_072) block.set([0xe8, 0xff, 0x0f], i);
          yield block;
        }
      },
    };
    const before = process.memoryUsage().arrayBuffers;
    const facts = await readInitramfs(file, inflateRaw);
    // all of it was followed, and only its end is missing
    expect(facts.fault).toMatchObject({ kind: 'truncated', at: 0 });
    expect(most - before).toBeLessThan(100 * 2 ** 20);
  },
  60_000,
);

nativeDescribe('images', () => {
  test('with random damage in their metadata are walked to an end', async () => {
    const image = imageOf(elementalTree());
    for (let seed = 0; seed < 60; seed++) {
      const next = numbers(seed);
      const copy = image.slice();
      for (let i = 0; i < 40; i++) copy[1024 + (next() % 120_000)] = next() & 0xff;
      const report = await checkBoot(memorySource(copy), { profile: 'elemental', inflate: inflateRaw });
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    }
  }, 60_000);
});

unitTest('a variable that is named very often expands to a bounded text, and the script says so', () => {
  const long = `set a=${'x'.repeat(16_000)}\n`;
  const { entries, limits } = readScript(`${long}menuentry m {\nlinux /k ${'$a '.repeat(60_000)}\n}\n`);
  expect(entries[0]!.cmdline.length).toBeLessThan(5 * 2 ** 20);
  expect(limits).toEqual(['its variables expand to more than 4 MiB']);
  expect(readScript(`${long}menuentry m {\nlinux /k $a $a\n}\n`)).toMatchObject({ limits: [] });
});

unitTest('an entry keeps sixteen files of an initramfs, over all its lines', () => {
  const lines = `initrd ${'/i '.repeat(10)}\n`.repeat(3);
  const { entries, limits } = readScript(`menuentry m {\nlinux /k\n${lines}}\n`);
  expect(entries[0]!.initramfs).toHaveLength(16);
  expect(limits).toEqual(['an entry has more than 16 files of an initramfs']);
  expect(readLoaderEntry(`linux /k\n${lines}`, 'a.conf')?.initramfs).toHaveLength(16);
});

unitTest('an archive that unpacks to more than 1 GiB is read no further', async () => {
  let given = 0;
  const zeros = new Uint8Array(2 ** 20);
  const inflate = () => ({
    output: (async function* () {
      for (; given < 2 ** 34; given += zeros.length) yield zeros;
    })(),
    consumed: () => 0,
  });
  const facts = await readInitramfs(fileOf(new Uint8Array(gzipSync(mainCpio()))), inflate as never);
  expect(facts).toMatchObject({ isTooLarge: true, fault: null, unread: ['gzip'] });
  expect(given).toBeLessThan(2 ** 30 + 2 ** 22);
});
