/** Recognises an ELF file and its machine by the first bytes. */

/** Machines by the names of `uname -m`: number in the header, bits, and whether they are little-endian. */
const machines: readonly (readonly [name: string, machine: number, bits: 32 | 64, little: boolean])[] = [
  ['x86_64', 62, 64, true],
  ['i386', 3, 32, true],
  ['aarch64', 183, 64, true],
  ['arm', 40, 32, true],
  ['riscv64', 243, 64, true],
  ['ppc64le', 21, 64, true],
  ['ppc64', 21, 64, false],
  ['s390x', 22, 64, false],
  ['loongarch64', 258, 64, true],
  ['mips64el', 8, 64, true],
];

export const elfMachines: readonly string[] = machines.map(([name]) => name);

/** The machine of an ELF file, `other` for one that is not listed; null if the bytes are not an ELF header. */
export function elfMachine(head: Uint8Array): string | null {
  if (head.length < 20 || head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46) return null;
  const bits = head[4] === 2 ? 64 : head[4] === 1 ? 32 : 0;
  const little = head[5] === 1;
  if (bits === 0 || (!little && head[5] !== 2)) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const number = view.getUint16(18, little);
  const found = machines.find(([, machine, width, order]) => machine === number && width === bits && order === little);
  return found?.[0] ?? 'other';
}
