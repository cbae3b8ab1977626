/** The region table of a VHDX file: where the block allocation table and the metadata are. */
import { raw, u32, u64 } from '../../bytes/field';
import type { ContainerNote } from '../../problem/container';
import type { ByteSource } from '../../source/source';
import { damaged, unsupported } from '../error';

import { overlap, readRecord, signatureAt, viewOf } from '../tables';
import { guidText } from './guid';
import { hasChecksum, kibibyte, mebibyte } from './header';

const tableBytes = 64 * kibibyte;
const tableOffsets = [192 * kibibyte, 256 * kibibyte];
const headerBytes = 16;
const entryBytes = 32;
const mostEntries = 2047;

const header = { entryCount: u32(8) };
const entry = { guid: raw(0, 16), fileOffset: u64(16), length: u32(24), required: u32(28) };

const batGuid = '2dc27766-f623-4200-9d64-115e9bfd4a08';
const metadataGuid = '8b7ca206-4790-4b9a-b8fe-575f050f886e';

export interface Region {
  offset: number;
  length: number;
}

export interface Regions {
  bat: Region;
  metadata: Region;
}

/**
 * `log` must not overlap what the table places.
 * @throws ContainerError
 */
export async function readRegions(
  source: ByteSource,
  log: Region | undefined,
  notes: ContainerNote[],
): Promise<Regions> {
  const valid: Uint8Array[] = [];
  for (const at of tableOffsets) {
    const bytes = await readRecord(source, at, tableBytes, 'the region table');
    if (signatureAt(bytes, 0, 4) === 'regi' && hasChecksum(bytes)) valid.push(bytes);
  }
  const [table] = valid;
  if (table === undefined) throw damaged('both of its region tables are damaged');
  if (valid.length === 1)
    notes.push({ kind: 'suspect', text: 'one of its two region tables is damaged; the other is used' });

  const view = viewOf(table);
  const count = header.entryCount(view, 0);
  if (count > mostEntries) throw damaged(`the field EntryCount of the region table is ${count}`);
  let bat: Region | undefined;
  let metadata: Region | undefined;
  for (let i = 0; i < count; i++) {
    const at = headerBytes + i * entryBytes;
    const guid = guidText(entry.guid(view, at));
    const region = { offset: entry.fileOffset(view, at), length: entry.length(view, at) };
    if (guid !== batGuid && guid !== metadataGuid) {
      if ((entry.required(view, at) & 1) !== 0)
        throw unsupported(`it requires the region ${guid}, which is unknown here`);
      continue;
    }
    const what = guid === batGuid ? 'block allocation table' : 'metadata';
    judgeRegion(region, what, source.size);
    if (log !== undefined && overlap(region.offset, region.length, log.offset, log.length))
      throw damaged(`the field FileOffset of the ${what} is ${region.offset}, which is in the log`);
    if (guid === batGuid) bat = onlyOne(bat, region, what);
    else metadata = onlyOne(metadata, region, what);
  }
  if (bat === undefined) throw damaged('its region table does not have a block allocation table');
  if (metadata === undefined) throw damaged('its region table does not have metadata');
  if (overlap(bat.offset, bat.length, metadata.offset, metadata.length))
    throw damaged(`the field FileOffset of the block allocation table is ${bat.offset}, which overlaps the metadata`);
  return { bat, metadata };
}

function judgeRegion({ offset, length }: Region, what: string, size: number): void {
  if (!Number.isSafeInteger(offset) || offset < mebibyte || offset % mebibyte !== 0)
    throw damaged(`the field FileOffset of the ${what} is ${offset}`);
  if (length === 0 || length % mebibyte !== 0) throw damaged(`the field Length of the ${what} is ${length}`);
  if (offset + length > size) throw damaged(`the ${what} at byte ${offset} is past the end of its ${size} bytes`);
}

function onlyOne(known: Region | undefined, region: Region, what: string): Region {
  if (known !== undefined) throw damaged(`its region table has the ${what} twice`);
  return region;
}
