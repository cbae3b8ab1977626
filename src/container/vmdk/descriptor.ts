/** The descriptor of a VMDK disk: a text that names its kind, its extents and its parent. */
import { firstWord, linesOf } from '../../bytes/text-lines';
import { damaged } from '../error';

/** VMware writes less than 2 KiB; a disk of 2 TiB in files of 2 GiB needs 50 KiB. */
export const mostDescriptorBytes = 2 ** 16;
const mostLines = 4096;
const mostExtents = 1024;
const longestLine = 4096;

/** A file that has a part of the disk, or a part of zeros. */
export interface ExtentLine {
  /** `RW`, `RDONLY` or `NOACCESS`. */
  access: string;
  /** Sectors of the disk. */
  sectors: number;
  /** `FLAT`, `SPARSE`, `ZERO` and others. */
  type: string;
  /** Empty for zeros. */
  name: string;
  /** Sector of the file at which it starts. */
  offset: number;
}

export interface Descriptor {
  createType: string;
  /** The name of the parent, if the disk has only what differs from it; possibly empty. */
  parent: string | undefined;
  extents: ExtentLine[];
}

const accessWords = ['RW', 'RDONLY', 'NOACCESS'];
const withoutParent = 'ffffffff';

/** Whether a file starts as a descriptor does. */
export function isDescriptor(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 64));
  return text.trimStart().toLowerCase().startsWith('# disk descriptorfile');
}

/** Text up to the first NUL, in UTF-8 or else in the usual encoding of Windows. */
function decode(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const used = end < 0 ? bytes : bytes.subarray(0, end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(used);
  } catch {
    return new TextDecoder('windows-1252').decode(used);
  }
}

const unquoted = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;

/** @throws ContainerError */
export function parseDescriptor(bytes: Uint8Array): Descriptor {
  const values = new Map<string, string>();
  const extents: ExtentLine[] = [];
  for (const raw of linesOf(decode(bytes), mostLines, longestLine)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [word, rest] = firstWord(line);
    if (accessWords.includes(word)) {
      if (extents.push(parseExtent(word, rest)) > mostExtents)
        throw damaged(`its descriptor lists more than ${mostExtents} extents`);
      continue;
    }
    const equals = line.indexOf('=');
    // the first one counts, as for VMware
    const key = line.slice(0, equals).trim().toLowerCase();
    if (equals > 0 && !values.has(key)) values.set(key, unquoted(line.slice(equals + 1).trim()));
  }
  if (extents.length === 0) throw damaged('its descriptor does not list an extent');
  const parentCid = values.get('parentcid')?.toLowerCase() ?? withoutParent;
  const hint = values.get('parentfilenamehint') ?? '';
  const hasParent = parentCid !== withoutParent && (hint !== '' || !/^0+$/.test(parentCid));
  return { createType: values.get('createtype') ?? '', parent: hasParent ? hint : undefined, extents };
}

function parseExtent(access: string, line: string): ExtentLine {
  const [size, afterSize] = firstWord(line);
  const [type, afterType] = firstWord(afterSize);
  const sectors = sectorCount(size);
  if (sectors === undefined || sectors === 0) throw damaged(`the size of an extent in its descriptor is "${size}"`);
  if (!afterType.startsWith('"')) return { access, sectors, type, name: '', offset: 0 };
  const end = afterType.indexOf('"', 1);
  if (end < 0) throw damaged('the name of an extent in its descriptor does not end');
  const [start] = firstWord(afterType.slice(end + 1));
  const offset = start === '' ? 0 : sectorCount(start);
  if (offset === undefined) throw damaged(`the offset of an extent in its descriptor is "${start}"`);
  return { access, sectors, type, name: afterType.slice(1, end), offset };
}

/** A decimal number of sectors whose bytes are exact. */
function sectorCount(text: string): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value * 512) ? value : undefined;
}
