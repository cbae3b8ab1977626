/** The record of a repair, in a file beside the kept original: both images, and the report. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ImageIdentity } from './image-identity';
import { shortName } from './names';
import { plainText } from './own-folder';
import type { RepairReport } from './report';

export interface RepairRecord {
  schemaVersion: 1;
  /** The image that was repaired, absolute. */
  image: string;
  /** ISO 8601. */
  time: string;
  backup: string;
  /** What the image is, and the inode number of the repaired one; records of older versions have none. */
  of?: ImageIdentity & { repaired?: number };
  original: { size: number; sha256: string };
  /** The repaired image; null while a device is being repaired in place. */
  repaired: { size: number; sha256: string } | null;
  report: RepairReport;
}

/** A time for file names, such as `20261127T231500Z`. */
export const stamp = (time: Date): string => time.toISOString().replace(/[-:]|\.\d+/g, '');

/** The name of a backup of an image, and of its record. */
export const backupName = (image: string, time: Date): string => `${shortName(basename(image))}.damaged-${stamp(time)}`;
export const recordOf = (backup: string): string => `${backup}.json`;

/** Newer ones first; names are not enough, as they have seconds only and may have a number. */
const byTime = (a: RepairRecord, b: RepairRecord): number => Number(a.time < b.time) - Number(a.time > b.time);

/** All records of an image in a folder, the newest first; invalid files are skipped. */
export function recordsIn(folder: string, image: string): RepairRecord[] {
  const prefix = `${shortName(basename(image))}.damaged-`;
  const records: RepairRecord[] = [];
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.json')) continue;
    try {
      const record = JSON.parse(plainText(join(folder, name))) as RepairRecord;
      if (record.schemaVersion !== 1 || typeof record.time !== 'string') continue;
      if (typeof record.original?.sha256 !== 'string') continue;
      // the disk may be mounted at another path now
      records.push({ ...record, backup: join(folder, basename(record.backup)) });
    } catch {
      // not a record
    }
  }
  return records.sort(byTime);
}
