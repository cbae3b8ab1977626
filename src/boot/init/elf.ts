/** Reads from an ELF program what it needs to start: its dynamic loader, its libraries and their search path. */
import { elfMachine, type Machine } from '../kernel/kernel';
import { cString } from '../text-of';

export interface ElfFacts {
  machine: Machine;
  /** Absolute path of the dynamic loader; null for static programs and libraries. */
  interpreter: string | null;
  /** Names of libraries, at most 256. */
  needed: string[];
  /** Its own search path, with `$ORIGIN` unexpanded. */
  runPath: string[];
}

const types = { dynamic: 2, interpreter: 3, load: 1 };
const tags = { needed: 1, stringTable: 5, stringSize: 10, rpath: 15, runPath: 29 };
const maxEntries = 4096;

export const isElf = (bytes: Uint8Array): boolean =>
  bytes.length >= 20 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

/** The machine of an ELF file; needs its first 20 bytes. */
export const machineOf = (bytes: Uint8Array): Machine =>
  elfMachine(bytes[5] === 2 ? (bytes[18]! << 8) | bytes[19]! : bytes[18]! | (bytes[19]! << 8));

/** Parses a complete ELF file of 32 or 64 bits and either byte order; null if it is not ELF or its headers are truncated. */
export function readElf(bytes: Uint8Array): ElfFacts | null {
  if (!isElf(bytes)) return null;
  try {
    return read(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    // a read past the end of the view
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function read(bytes: Uint8Array, view: DataView): ElfFacts {
  const wide = bytes[4] === 2;
  const little = bytes[5] !== 2;
  const half = (at: number) => view.getUint16(at, little);
  const word = (at: number) => view.getUint32(at, little);
  const long = (at: number) =>
    wide
      ? view.getUint32(little ? at : at + 4, little) + view.getUint32(little ? at + 4 : at, little) * 4294967296
      : word(at);
  const size = wide ? 8 : 4;
  const headers = long(wide ? 32 : 28);
  const [headerSize, count] = [half(wide ? 54 : 42), half(wide ? 56 : 44)];
  const facts: ElfFacts = { machine: machineOf(bytes), interpreter: null, needed: [], runPath: [] };
  const loads: { at: number; address: number; length: number }[] = [];
  let dynamic: { at: number; length: number } | null = null;
  for (let i = 0; i < Math.min(count, 256); i++) {
    const at = headers + i * headerSize;
    const type = word(at);
    const offset = long(at + (wide ? 8 : 4));
    const address = long(at + (wide ? 16 : 8));
    const length = long(at + (wide ? 32 : 16));
    if (type === types.load && loads.length < 64) loads.push({ at: offset, address, length });
    else if (type === types.interpreter) facts.interpreter = textAt(bytes, offset, Math.min(length, 4096));
    else if (type === types.dynamic) dynamic = { at: offset, length };
  }
  if (dynamic === null) return facts;
  const names: { tag: number; offset: number }[] = [];
  let strings = 0;
  for (let i = 0; i < Math.min(maxEntries, Math.floor(dynamic.length / (2 * size))); i++) {
    const at = dynamic.at + i * 2 * size;
    const [tag, value] = [long(at), long(at + size)];
    if (tag === 0) break;
    if (tag === tags.stringTable) strings = value;
    else if (tag === tags.needed || tag === tags.rpath || tag === tags.runPath) names.push({ tag, offset: value });
  }
  const load = loads.find(({ address, length }) => strings >= address && strings < address + length);
  if (load === undefined) return facts;
  const table = load.at + strings - load.address;
  for (const { tag, offset } of names.slice(0, 256)) {
    const text = textAt(bytes, table + offset, 4096);
    if (tag === tags.needed) facts.needed.push(text);
    else facts.runPath.push(...(text.match(/[^:]+/g) ?? []).slice(0, 32));
  }
  return facts;
}

const textAt = (bytes: Uint8Array, at: number, most: number): string => cString(bytes.subarray(at, at + most));
