/** Kernels for ARM and RISC-V, made in code with the headers that boot loaders read. */
import { gzipSync } from 'node:zlib';
import { joined, noise } from './boot-image';

export interface ZImageOptions {
  /** The packed kernel with the size after it; gzip of noise when left out. */
  packed?: Uint8Array;
  /** Whether there is a table of tags, as since Linux 4.15. */
  table?: boolean;
  bigEndian?: boolean;
  /** Start with the headers of an EFI program. */
  efi?: boolean;
  /** What follows the packed kernel, in bytes. */
  tail?: number;
}

/** Bytes of the code before the packed kernel. */
const codeLength = 0x3000;

/** A zImage: code, table, constants, packed kernel, addresses. */
export function zImage(options: ZImageOptions = {}): Uint8Array {
  const { packed = gzipped(), table = true, bigEndian = false, efi = false, tail = 64 } = options;
  const bytes = joined(noise(codeLength, 11), packed, noise(tail, 13));
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number) => view.setUint32(at, value, !bigEndian);
  word(0x24, 0x016f2818);
  word(0x28, 0);
  word(0x2c, bytes.length);
  word(0x30, 0x04030201);
  const tableAt = codeLength - 0x400;
  word(0x34, table ? 0x45454545 : 0);
  word(0x38, table ? tableAt : 0);
  if (table)
    [4, 0x5a534c4b, codeLength + packed.length - 4, 0x20000, 0].forEach((one, i) => {
      word(tableAt + i * 4, one);
    });
  if (efi) efiHeaders(view, 0x40, 0x01c2);
  return bytes;
}

/** The headers of an EFI program with one section, which covers the whole file. */
function efiHeaders(view: DataView, at: number, machine: number): void {
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(0x3c, at, true);
  view.setUint32(at, 0x4550, true);
  view.setUint16(at + 4, machine, true);
  view.setUint16(at + 6, 1, true);
  view.setUint16(at + 20, 0, true);
  view.setUint32(at + 24 + 16, view.byteLength - 512, true);
  view.setUint32(at + 24 + 20, 512, true);
}

/** Gzip of noise, whose last word is the size. */
export const gzipped = (length = 60_000): Uint8Array => new Uint8Array(gzipSync(noise(length, 17), { level: 9 }));

/** The legacy format of lz4, with a size after it that looks like that of another block. */
export function lz4Legacy(blocks: readonly number[], size: number): Uint8Array {
  const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
  return joined(word(0x184c2102), ...blocks.flatMap((length) => [word(length), noise(length, length)]), word(size));
}

export interface RiscvOptions {
  length?: number;
  /** Memory that is cleared, and not in the file. */
  cleared?: number;
  /** Version 0.1 of the header has one magic number only. */
  version?: number;
  efi?: boolean;
}

/** An Image for RISC-V. */
export function riscvImage({
  length = 100_000,
  cleared = 8192,
  version = 2,
  efi = false,
}: RiscvOptions = {}): Uint8Array {
  const bytes = noise(length, 19);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(8, 0x200000n, true);
  view.setBigUint64(16, BigInt(length + cleared), true);
  view.setBigUint64(24, 0n, true);
  view.setUint32(32, version, true);
  view.setBigUint64(48, 0x5643534952n, true);
  view.setUint32(56, version < 2 ? 0 : 0x05435352, true);
  view.setUint32(60, 0, true);
  if (efi) efiHeaders(view, 0x40, 0x5064);
  return bytes;
}
