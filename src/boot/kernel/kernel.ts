/** Recognises a kernel image by its headers, and reads its minimum size from them. */
import { u16, u32, u64 } from '../../bytes/field';
import { type Compression, compressionOf } from '../initramfs/compression';
import { readZImage } from './zimage';

/** Formats of kernels that boot loaders start. */
export type KernelKind =
  | 'bzImage'
  | 'arm zImage'
  | 'arm64 Image'
  | 'riscv Image'
  | 'EFI zboot'
  | 'EFI program'
  | 'ELF'
  | 'gzip';

/** Machines by ELF's names. */
export type Machine = 'x86_64' | 'i386' | 'aarch64' | 'riscv64' | 'arm' | 'ppc64' | 's390x' | 'other';

/** The packed kernel in a file. */
export interface KernelPayload {
  at: number;
  length: number;
  compression: Compression | null;
  /** Bytes of the packed data alone, for formats whose frames have no end; undefined if unknown. */
  framed?: number;
}

export interface KernelFacts {
  kind: KernelKind;
  machine: Machine | null;
  /** Minimum size in bytes according to the headers; signatures may follow. 0 if they do not specify it. */
  declared: number;
  /** Where the packed kernel is in the file; null if the headers do not specify it. */
  payload: KernelPayload | null;
  /** Version text in the headers, such as `6.4.0-150600.23-default`; may be empty. */
  version: string;
}

/** Bytes at the start of a file that `readKernel` needs: in a zImage, the code that unpacks comes first. */
export const kernelHeadLength = 256 * 1024;

/** Fields of the setup header of x86: Documentation/arch/x86/boot.rst. Offsets are from the start of the file. */
const setup = {
  sectors: (view: DataView) => view.getUint8(0x1f1),
  size: u32(0x1f4),
  bootFlag: u16(0x1fe),
  magic: u32(0x202),
  version: u16(0x206),
  versionText: u16(0x20e),
  payloadOffset: u32(0x248),
  payloadLength: u32(0x24c),
};
const setupMagic = 0x53726448;
/** Fields of the header of arm64: Documentation/arch/arm64/booting.rst; RISC-V has the same offsets. */
const image = { size: u64(16), magic: u32(56) };
/** Fields of RISC-V only: Documentation/arch/riscv/boot-image-header.rst. */
const riscv = { version: u32(32), oldMagic: u64(48) };
const machines: Readonly<Record<number, Machine>> = {
  3: 'i386',
  20: 'other',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x86_64',
  183: 'aarch64',
  243: 'riscv64',
};
const efiMachines: Readonly<Record<number, Machine>> = {
  332: 'i386',
  450: 'arm',
  452: 'arm',
  34404: 'x86_64',
  43620: 'aarch64',
  20580: 'riscv64',
};

export const elfMachine = (number: number): Machine => machines[number] ?? 'other';

const text = (bytes: Uint8Array, at: number, most: number): string => {
  let end = at;
  while (end < Math.min(bytes.length, at + most) && bytes[end]! >= 0x20 && bytes[end]! < 0x7f) end++;
  return String.fromCharCode(...bytes.subarray(at, end));
};

interface Portable {
  machine: Machine | null;
  /** First byte after the last section. */
  end: number;
}

/** The headers of an EFI program, PE32+; null if there are none. */
function portable(view: DataView): Portable | null {
  if (view.byteLength < 64 || view.getUint16(0, true) !== 0x5a4d) return null;
  const at = view.getUint32(0x3c, true);
  if (at < 0x40 || at + 24 > view.byteLength || view.getUint32(at, true) !== 0x4550) return null;
  const sections = Math.min(view.getUint16(at + 6, true), 96);
  const first = at + 24 + view.getUint16(at + 20, true);
  let end = 0;
  for (let i = 0; i < sections; i++) {
    const section = first + i * 40;
    if (section + 40 > view.byteLength) break;
    const [size, start] = [view.getUint32(section + 16, true), view.getUint32(section + 20, true)];
    if (start > 0) end = Math.max(end, start + size);
  }
  return { machine: efiMachines[view.getUint16(at + 4, true)] ?? null, end };
}

function bzImage(bytes: Uint8Array, view: DataView): KernelFacts | null {
  if (view.byteLength < 0x268 || setup.bootFlag(view, 0) !== 0xaa55 || setup.magic(view, 0) !== setupMagic) return null;
  const version = setup.version(view, 0);
  const start = ((setup.sectors(view) || 4) + 1) * 512;
  // before version 2.04 the size has two bytes, and the other two have another meaning
  const size = version >= 0x204 ? setup.size(view, 0) : setup.size(view, 0) & 0xffff;
  const program = portable(view);
  const offset = version >= 0x208 ? setup.payloadOffset(view, 0) : 0;
  const length = setup.payloadLength(view, 0);
  const at = start + offset;
  const known = at + 9 <= bytes.length ? compressionOf(bytes.subarray(at, at + 9)) : null;
  const textAt = setup.versionText(view, 0);
  return {
    kind: 'bzImage',
    machine: program?.machine ?? (version >= 0x20c && (view.getUint16(0x236, true) & 1) !== 0 ? 'x86_64' : null),
    declared: start + size * 16,
    payload: offset > 0 && length > 0 ? { at, length, compression: known } : null,
    version: textAt === 0 ? '' : text(bytes, textAt + 0x200, 80),
  };
}

/** Before version 0.2 of the header, an Image for RISC-V had the first of its two magic numbers only. */
const isOldRiscv = (view: DataView): boolean => riscv.oldMagic(view, 0) === 0x5643534952 && riscv.version(view, 0) < 2;

function plainImage(view: DataView): KernelFacts | null {
  if (view.byteLength < 64) return null;
  const magic = image.magic(view, 0);
  const isRiscv = magic === 0x05435352 || isOldRiscv(view);
  const machine = magic === 0x644d5241 ? 'aarch64' : isRiscv ? 'riscv64' : null;
  if (machine === null) return null;
  const kind = machine === 'aarch64' ? 'arm64 Image' : 'riscv Image';
  // image_size includes memory that is cleared and not in the file, which is the smaller part
  const declared = portable(view)?.end ?? Math.floor(image.size(view, 0) / 2);
  return { kind, machine, declared, payload: null, version: '' };
}

function zImage(bytes: Uint8Array, view: DataView): KernelFacts | null {
  const found = readZImage(bytes, view);
  if (found === null) return null;
  return { kind: 'arm zImage', machine: 'arm', declared: found.length, payload: found.payload, version: '' };
}

/** Since Linux 6.1: a small EFI program that contains the packed kernel. */
function zboot(bytes: Uint8Array, view: DataView): KernelFacts | null {
  if (view.byteLength < 64 || view.getUint16(0, true) !== 0x5a4d || view.getUint32(4, true) !== 0x676d697a) return null;
  const [at, length] = [view.getUint32(8, true), view.getUint32(12, true)];
  const program = portable(view);
  const compression = at + 9 <= bytes.length ? compressionOf(bytes.subarray(at, at + 9)) : null;
  const declared = Math.max(program?.end ?? 0, at + length);
  return {
    kind: 'EFI zboot',
    machine: program?.machine ?? null,
    declared,
    payload: { at, length, compression },
    version: '',
  };
}

function elf(view: DataView): KernelFacts | null {
  if (view.byteLength < 64 || view.getUint32(0, false) !== 0x7f454c46 || view.getUint8(4) !== 2) return null;
  const little = view.getUint8(5) === 1;
  const [at, size, count] = [
    view.getUint32(little ? 32 : 36, little),
    view.getUint16(54, little),
    view.getUint16(56, little),
  ];
  let end = 0;
  for (let i = 0; i < Math.min(count, 64); i++) {
    const header = at + i * size;
    if (size < 56 || header + 56 > view.byteLength) break;
    const low = little ? 0 : 4;
    end = Math.max(end, view.getUint32(header + 8 + low, little) + view.getUint32(header + 32 + low, little));
  }
  return { kind: 'ELF', machine: elfMachine(view.getUint16(18, little)), declared: end, payload: null, version: '' };
}

/** Recognises a kernel by its first bytes, at most `kernelHeadLength`; null if it is not a kernel. */
export function readKernel(bytes: Uint8Array): KernelFacts | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const known = bzImage(bytes, view) ?? plainImage(view) ?? zImage(bytes, view) ?? zboot(bytes, view) ?? elf(view);
  if (known !== null) return known;
  const program = portable(view);
  if (program !== null)
    return { kind: 'EFI program', machine: program.machine, declared: program.end, payload: null, version: '' };
  if (compressionOf(bytes) === 'gzip') return { kind: 'gzip', machine: null, declared: 0, payload: null, version: '' };
  return null;
}
