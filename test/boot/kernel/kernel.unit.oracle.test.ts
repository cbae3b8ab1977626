/** Kernels for ARM and RISC-V: known by their headers, and each way to damage them is found, with sound neighbours. */
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type BootOptions, checkBoot } from '../../../src/boot/check-boot';
import { kernelHeadLength, readKernel } from '../../../src/boot/kernel/kernel';
import { inflateRaw } from '../../../src/platform/inflate';
import { memorySource } from '../../../src/source/memory';
import { arm64Image, blocksOf, elementalTree, imageOf, joined, noise, zeroBlock } from '../../support/boot-image';
import { gzipped, lz4Legacy, riscvImage, zImage } from '../../support/kernel-images';
import { nativeDescribe, unitDescribe } from '../../support/project-tests';

const read = (bytes: Uint8Array) => readKernel(bytes.subarray(0, kernelHeadLength));

unitDescribe('a zImage for ARM', () => {
  const plain = zImage();

  test.each([
    ['since Linux 4.15', plain],
    ['of big-endian machines', zImage({ bigEndian: true })],
    ['with an EFI stub', zImage({ efi: true })],
    ['with a device tree after it', joined(plain, noise(5000))],
  ])('%s', (_name, bytes) => {
    expect(read(bytes)).toEqual({
      kind: 'arm zImage',
      machine: 'arm',
      declared: plain.length,
      payload: { at: 0x3000, length: gzipped().length, compression: 'gzip', framed: gzipped().length - 4 },
      version: '',
    });
  });

  test('without a table the packed kernel is found by its first bytes, and its end is unknown', () => {
    const bytes = zImage({ table: false, tail: 20_000 });
    const payload = { at: 0x3000, length: bytes.length - 16 * 1024 - 0x3000, compression: 'gzip' };
    expect(read(bytes)).toMatchObject({ kind: 'arm zImage', declared: bytes.length, payload });
    expect(read(bytes)!.payload).not.toHaveProperty('framed');
    expect(read(zImage({ table: false, packed: noise(40_000) }))!.payload).toBeNull();
  });

  test('the code may contain the magic number of lz4 and lzo', () => {
    const packed = lz4Legacy([30_000, 9_000], 100_000);
    const bytes = zImage({ packed });
    bytes.set([0x02, 0x21, 0x4c, 0x18, 0, 1, 0, 0], 0x2f00);
    bytes.set([0x89, 0x4c, 0x5a, 0x4f, 0, 0x0d, 0x0a, 0x1a, 0x0a], 0x2f80);
    expect(read(bytes)!.payload).toMatchObject({ at: 0x3000, compression: 'lz4', framed: packed.length - 4 });
  });

  test.each([
    ['an end before the start', 0x2c, 0],
    ['an end inside the header', 0x2c, 0x30],
    ['another magic number', 0x24, 0x016f2819],
  ])('%s is not one', (_name, at, value) => {
    const bytes = plain.slice();
    new DataView(bytes.buffer).setUint32(at, value, true);
    expect(read(bytes)).toBeNull();
  });

  test.each([
    ['a table outside the file', 0x38, 0x7fffffff],
    ['a table without the tag', 0x2c04, 0x5a534c4c],
    ['a size after the end', 0x2c08, 0x7fffffff],
  ])('%s is ignored', (_name, at, value) => {
    const bytes = zImage({ tail: 20_000 });
    new DataView(bytes.buffer).setUint32(at, value, true);
    expect(read(bytes)).toMatchObject({ kind: 'arm zImage', payload: { at: 0x3000, compression: 'gzip' } });
    expect(read(bytes)!.payload).not.toHaveProperty('framed');
  });
});

unitDescribe('an Image for RISC-V', () => {
  test.each([
    ['with both magic numbers', riscvImage(), 54_096],
    ['with an EFI stub', riscvImage({ efi: true }), 100_000],
    ['with version 0.1 of the header', riscvImage({ version: 1 }), 54_096],
    ['that clears much memory', riscvImage({ cleared: 90_000 }), 95_000],
  ])('%s', (_name, bytes, declared) => {
    expect(read(bytes)).toEqual({ kind: 'riscv Image', machine: 'riscv64', declared, payload: null, version: '' });
  });

  test('is not known by the deprecated magic number alone if its version has both', () => {
    const bytes = riscvImage();
    bytes.fill(0, 56, 60);
    expect(read(bytes)).toBeNull();
    const without = riscvImage();
    without.fill(0, 48, 56);
    expect(read(without)).toMatchObject({ kind: 'riscv Image' });
  });
});

const boot = (image: Uint8Array, options: BootOptions = {}) =>
  checkBoot(memorySource(image), { profile: 'elemental', inflate: inflateRaw, ...options });
const imageWith = (kernel: Uint8Array) => imageOf({ ...elementalTree(), '/boot/vmlinuz-6.4.0': kernel });

nativeDescribe('a boot with', () => {
  /** The findings, without the one that init of the test is for another machine. */
  const found = async (image: Uint8Array) => {
    const report = await boot(image);
    return report.findings.map(({ id }) => id).filter((id) => id !== 'boot-architecture-mixed');
  };
  const withNul = (kernel: Uint8Array, ...blocks: number[]) => {
    const image = imageWith(kernel);
    const all = blocksOf(image, '/boot/vmlinuz-6.4.0');
    for (const block of blocks) zeroBlock(image, all.at(block)!);
    return image;
  };
  const changed = (kernel: Uint8Array, at: number) => {
    const bytes = kernel.slice();
    bytes[at]! ^= 0x41;
    return imageWith(bytes);
  };

  test.each([
    ['a zImage', zImage()],
    ['a zImage of big-endian machines', zImage({ bigEndian: true })],
    ['a zImage with an EFI stub', zImage({ efi: true })],
    ['a zImage before Linux 4.15', zImage({ table: false, tail: 20_000 })],
    ['a zImage with a device tree', joined(zImage(), noise(6000))],
    ['a zImage with NUL after the packed kernel', joined(zImage(), new Uint8Array(20_000))],
    ['a zImage of lz4 whose size looks like a block', zImage({ packed: lz4Legacy([30_000, 9_000], 100_000) })],
    ['the same without a table', zImage({ packed: lz4Legacy([30_000, 9_000], 100_000), table: false, tail: 20_000 })],
    ['an Image for RISC-V', riscvImage()],
    ['an Image for RISC-V with an EFI stub', riscvImage({ efi: true })],
    ['an Image for RISC-V that clears much memory', riscvImage({ cleared: 90_000 })],
    ['an Image for RISC-V packed with gzip', new Uint8Array(gzipSync(riscvImage()))],
    ['an Image for arm64', arm64Image()],
  ])('%s has no fault', async (_name, kernel) => {
    const report = await boot(imageWith(kernel));
    expect(report.findings.map(({ id }) => id)).toEqual(['boot-architecture-mixed']);
    expect(report.kernel!.size).toBe(kernel.length);
  });

  test.each([
    ['a truncated zImage', imageWithHalf(zImage()), 'kernel-truncated'],
    ['a zImage without its last byte', () => imageWith(zImage().slice(0, -1)), 'kernel-truncated'],
    ['a zImage that is all NUL', () => imageWith(new Uint8Array(zImage().length)), 'kernel-all-nul'],
    ['an empty zImage', () => imageWith(new Uint8Array(0)), 'kernel-not-recognised'],
    ['a zImage whose first block is lost', () => withNul(zImage(), 0), 'kernel-not-recognised'],
    ['a zImage with a lost block', () => withNul(zImage(), 8), 'kernel-damaged'],
    ['a zImage whose packed kernel begins with a lost block', () => withNul(zImage(), 3), 'kernel-damaged'],
    ['an old zImage with a lost block', () => withNul(zImage({ table: false, tail: 20_000 }), 8), 'kernel-damaged'],
    ['a zImage with a changed byte', () => changed(zImage(), 0x3000 + 20_000), 'kernel-damaged'],
    ['an old zImage with a changed byte', () => changed(zImage({ table: false }), 0x3000 + 20_000), 'kernel-damaged'],
    [
      'a zImage of lz4 with a changed size of a block',
      () => changed(zImage({ packed: lz4Legacy([30_000, 9_000], 100_000) }), 0x3000 + 5),
      'kernel-damaged',
    ],
    ['an Image for RISC-V that is all NUL', () => imageWith(new Uint8Array(100_000)), 'kernel-all-nul'],
    ['an Image for RISC-V with less than half', () => imageWith(riscvImage().slice(0, 50_000)), 'kernel-truncated'],
    [
      'an Image for RISC-V with an EFI stub without its end',
      () => imageWith(riscvImage({ efi: true }).slice(0, 99_000)),
      'kernel-truncated',
    ],
    ['an Image for RISC-V whose first block is lost', () => withNul(riscvImage(), 0), 'kernel-not-recognised'],
    ['an Image for RISC-V with a changed magic number', () => changed(riscvImage(), 57), 'kernel-not-recognised'],
    [
      'a packed Image for RISC-V with a lost block',
      () => withNul(new Uint8Array(gzipSync(riscvImage())), 9),
      'kernel-damaged',
    ],
    ['an Image for arm64 with less than half', () => imageWith(truncated(arm64Image(), 12_000)), 'kernel-truncated'],
  ])('%s', async (_name, image, id) => {
    expect(await found(image())).toEqual([id]);
  });

  function imageWithHalf(kernel: Uint8Array) {
    return () => imageWith(truncated(kernel, kernel.length / 2));
  }

  const tools = [
    ['xz', ['xz', '--check=crc32', '--arm', '--lzma2=dict=1MiB', '-c']],
    ['lzma', ['xz', '--format=lzma', '-9', '-c']],
    ['lzo', ['lzop', '-9', '-c']],
  ] as const;
  const works = ([, [tool]]: (typeof tools)[number]) => spawnSync(tool, ['--version']).error === undefined;

  test.each(tools.filter(works))('a zImage packed with %s, whole and with a lost block', async (format, [
    tool,
    ...args
  ]) => {
    const input = noise(60_000, 23);
    const packed = joined(
      new Uint8Array(spawnSync(tool, args, { input, maxBuffer: 1 << 26 }).stdout),
      new Uint8Array(Uint32Array.of(input.length).buffer),
    );
    const kernel = zImage({ packed });
    expect(read(kernel)!.payload).toMatchObject({ at: 0x3000, compression: format });
    expect(await found(imageWith(kernel))).toEqual([]);
    expect(await found(withNul(kernel, 9))).toEqual(['kernel-damaged']);
  });

  test('the report says what kind of kernel it is', async () => {
    const report = await boot(imageWith(zImage()));
    expect(report.kernel).toMatchObject({ kind: 'arm zImage', machine: 'arm', declared: zImage().length });
    expect(report.steps.find(({ step }) => step === 'kernel')!.message).toBe(
      `/boot/vmlinuz is a complete arm zImage of ${zImage().length} bytes (arm).`,
    );
    const riscv = await boot(imageWith(riscvImage()));
    expect(riscv.kernel).toMatchObject({ kind: 'riscv Image', machine: 'riscv64' });
  });
});

/** The first bytes of a kernel. */
function truncated(kernel: Uint8Array, length: number): Uint8Array {
  return kernel.slice(0, Math.floor(length));
}
