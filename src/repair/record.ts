/** The note beside a kept original: what it is, what took its place, and how it came about. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RepairReport } from './report';

export interface RepairRecord {
  schemaVersion: 1;
  /** The image that was repaired, absolute. */
  image: string;
  /** ISO 8601. */
  time: string;
  /** The damaged original. */
  backup: string;
  original: { size: number; sha256: string };
  /** Null where it was written in place and only the result could tell. */
  repaired: { size: number; sha256: string } | null;
  report: RepairReport;
}

/** `20261127T231500Z` */
export const stamp = (time: Date): string => time.toISOString().replace(/[-:]|\.\d+/g, '');

/** The name of a backup of an image, and of its record. */
export const backupName = (image: string, time: Date): string => `${basename(image)}.damaged-${stamp(time)}`;
export const recordOf = (backup: string): string => `${backup}.json`;

/** Later ones first; names tell no more than the second, and one more backup within it sorts before the first. */
const byTime = (a: RepairRecord, b: RepairRecord): number => Number(a.time < b.time) - Number(a.time > b.time);

/** All records of an image in a folder, the newest first; what makes no sense is passed over. */
export function recordsIn(folder: string, image: string): RepairRecord[] {
  const prefix = `${basename(image)}.damaged-`;
  const records: RepairRecord[] = [];
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.json')) continue;
    try {
      const record = JSON.parse(readFileSync(join(folder, name), 'utf8')) as RepairRecord;
      if (record.schemaVersion !== 1 || typeof record.time !== 'string') continue;
      if (typeof record.original?.sha256 !== 'string') continue;
      // the disk may be mounted elsewhere now
      records.push({ ...record, backup: join(folder, basename(record.backup)) });
    } catch {
      // Not a record of ours.
    }
  }
  return records.sort(byTime);
}

/** The folder in which backups of an image are kept. */
export const backupFolder = (image: string, given: string | undefined): string => given ?? dirname(image);
