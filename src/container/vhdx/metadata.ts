/** The metadata of a VHDX file: sizes of the disk, its sectors and its blocks, and the parent of a differencing disk. */
import { raw, u16, u32, u64 } from '../../bytes/field';
import type { ByteSource } from '../../source/source';
import { differencing } from '../differencing';
import { damaged, unsupported } from '../error';
import { readRecord, signatureAt, utf16Text, viewOf } from '../tables';
import { guidText } from './guid';
import { kibibyte, mebibyte } from './header';
import type { Region } from './regions';

const tableBytes = 64 * kibibyte;
const headerBytes = 32;
const entryBytes = 32;
const mostEntries = 2047;
const mostSize = 64 * 2 ** 40;

const header = { entryCount: u16(10) };
const entry = { itemId: raw(0, 16), offset: u32(16), length: u32(20), flags: u32(24) };
const isUser = 1;
const isRequired = 4;

const parameters = { blockSize: u32(0), flags: u32(4) };
const leaveBlocksAllocated = 1;
const hasParent = 2;

/** The known items, by the GUIDs of the specification, with the bytes that are read of each. */
const items = {
  'caa16737-fa36-4d43-b3b6-33f0aa44e76b': { name: 'FileParameters', bytes: 8 },
  '2fa54224-cd1b-4876-b211-5dbed83bf4b8': { name: 'VirtualDiskSize', bytes: 8 },
  'beca12ab-b2e6-4523-93ef-c309e000c746': { name: 'VirtualDiskId', bytes: 16 },
  '8141bf1d-a96f-4709-ba47-f233a8faab5f': { name: 'LogicalSectorSize', bytes: 4 },
  'cda348c7-445d-4471-9cc9-e9885251c556': { name: 'PhysicalSectorSize', bytes: 4 },
  'a8d35f2d-b30b-454d-abf7-d3d84834ab0c': { name: 'ParentLocator', bytes: 20 },
} as const;
type ItemName = (typeof items)[keyof typeof items]['name'];

export interface DiskMetadata {
  size: number;
  blockSize: number;
  sectorSize: number;
  isFixed: boolean;
}

/** @throws ContainerError; also for a differencing disk, which needs its parent */
export async function readMetadata(source: ByteSource, region: Region): Promise<DiskMetadata> {
  const places = await readTable(source, region);
  const item = async (name: ItemName): Promise<DataView> => {
    const place = places.get(name);
    if (place === undefined) throw damaged(`its metadata does not have the item ${name}`);
    const wanted = Object.values(items).find((known) => known.name === name)!.bytes;
    if (place.length < wanted) throw damaged(`the field Length of the metadata item ${name} is ${place.length}`);
    return viewOf(await readRecord(source, place.offset, wanted, `the metadata item ${name}`));
  };

  const file = await item('FileParameters');
  const flags = parameters.flags(file, 0);
  if ((flags & hasParent) !== 0) {
    const place = places.get('ParentLocator');
    throw differencing(place === undefined ? '' : await parentName(source, place));
  }
  const blockSize = parameters.blockSize(file, 0);
  if (blockSize < mebibyte || blockSize > 256 * mebibyte || (blockSize & (blockSize - 1)) !== 0)
    throw damaged(`the field BlockSize is ${blockSize}`);
  const sectorSize = u32(0)(await item('LogicalSectorSize'), 0);
  if (sectorSize !== 512 && sectorSize !== 4096) throw damaged(`the field LogicalSectorSize is ${sectorSize}`);
  const size = u64(0)(await item('VirtualDiskSize'), 0);
  if (size === 0 || size > mostSize || size % sectorSize !== 0) throw damaged(`the field VirtualDiskSize is ${size}`);
  return { size, blockSize, sectorSize, isFixed: (flags & leaveBlocksAllocated) !== 0 };
}

/** Where the known items are in the file. */
async function readTable(source: ByteSource, region: Region): Promise<Map<ItemName, Region>> {
  const bytes = await readRecord(source, region.offset, tableBytes, 'the metadata table');
  if (signatureAt(bytes, 0, 8) !== 'metadata') throw damaged('its metadata table does not start with its signature');
  const view = viewOf(bytes);
  const count = header.entryCount(view, 0);
  if (count > mostEntries) throw damaged(`the field EntryCount of the metadata table is ${count}`);
  const places = new Map<ItemName, Region>();
  for (let i = 0; i < count; i++) {
    const at = headerBytes + i * entryBytes;
    const flags = entry.flags(view, at);
    const id = guidText(entry.itemId(view, at));
    const known = (flags & isUser) === 0 && Object.hasOwn(items, id) ? items[id as keyof typeof items] : undefined;
    if (known === undefined) {
      if ((flags & isRequired) !== 0) throw unsupported(`it requires the metadata item ${id}, which is unknown here`);
      continue;
    }
    const offset = entry.offset(view, at);
    const length = entry.length(view, at);
    if (offset < tableBytes || offset + length > region.length)
      throw damaged(`the field Offset of the metadata item ${known.name} is ${offset}`);
    if (places.has(known.name)) throw damaged(`its metadata table has the item ${known.name} twice`);
    places.set(known.name, { offset: region.offset + offset, length });
  }
  return places;
}

const locatorBytes = 20;
const locator = { keyValueCount: u16(18) };
const pairBytes = 12;
const pair = { keyOffset: u32(0), valueOffset: u32(4), keyLength: u16(8), valueLength: u16(10) };
/** The keys that name the parent, in the order in which they are tried. */
const pathKeys = ['relative_path', 'volume_path', 'absolute_win32_path'];
/** A parent locator has a few paths; its name is only for a message. */
const mostLocatorBytes = 64 * kibibyte;

/** The path of the parent; empty where the locator does not have one. */
async function parentName(source: ByteSource, place: Region): Promise<string> {
  const length = Math.min(place.length, mostLocatorBytes);
  if (length < locatorBytes) return '';
  const bytes = await readRecord(source, place.offset, length, 'the metadata item ParentLocator');
  const view = viewOf(bytes);
  const text = (at: number, size: number): string =>
    at + size > length ? '' : utf16Text(bytes.subarray(at, at + size), 'utf-16le');
  const found = new Map<string, string>();
  for (let i = 0; i < locator.keyValueCount(view, 0); i++) {
    const at = locatorBytes + i * pairBytes;
    if (at + pairBytes > length) break;
    const key = text(pair.keyOffset(view, at), pair.keyLength(view, at));
    if (pathKeys.includes(key)) found.set(key, text(pair.valueOffset(view, at), pair.valueLength(view, at)));
  }
  return pathKeys.map((key) => found.get(key) ?? '').find((path) => path !== '') ?? '';
}
