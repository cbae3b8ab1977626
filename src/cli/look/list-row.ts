/** One line of a listing: the facts about a name, or what is wrong with its inode. */
import { isoTime } from '../../bytes/iso-time';
import { jsonLine } from '../../report/json-text';
import { printable } from '../../report/printable';
import { catchImageError } from '../../view/error';
import type { OpenedImage } from '../../view/opened-image';
import { type FileStat, statOf } from '../../view/stat';
import { inodeOf } from './directory';
import { exactTime, modeLetters, noMode, permissions } from './file-text';
import { whyOf } from './file-word';

/** A name and its inode. */
export interface Row {
  path: string;
  /** What a line of text shows of the path. */
  name: string;
  inode: number;
  /** Absent where the inode cannot be read. */
  stat?: FileStat;
  /** Of a symlink. */
  target?: string;
  /** What cannot be read, or is damaged. */
  error?: string;
}

/** The row of a name; reads its inode and, for a symlink, its target. */
export async function rowOf(view: OpenedImage, ino: number, path: string, name: string): Promise<Row> {
  const record = await inodeOf(view, ino, path);
  const row: Row = { path, name, inode: ino };
  if (typeof record === 'string') return { ...row, error: record };
  row.stat = statOf(view.volume.geometry, record);
  if (record.type === 'unknown') row.error = `inode ${ino} is damaged: it is of no known type`;
  else if (!row.stat.checksumGood) row.error = `the checksum of inode ${ino} is wrong`;
  if (record.type !== 'symlink') return row;
  await catchImageError(
    async () => {
      row.target = await view.readlink(ino);
    },
    (error) => {
      row.error = whyOf(error, path);
    },
  );
  return row;
}

const sizeOf = ({ size, device }: FileStat): string =>
  device === null ? String(size) : `${device.major}, ${device.minor}`;

/** The columns of the long form in front of the name. */
const columnsOf = ({ stat }: Row): string[] =>
  stat === undefined
    ? [noMode, '?', '?', '?', '?', '?']
    : [
        modeLetters(stat.type, stat.mode),
        String(stat.links),
        String(stat.uid),
        String(stat.gid),
        sizeOf(stat),
        isoTime(stat.modified.seconds),
      ];

/** Columns that are aligned at their right end. */
const isNumber = [false, true, true, true, true, false];

function nameOf({ name, target, error }: Row): string {
  const link = target === undefined ? '' : ` -> ${printable(target)}`;
  return `${printable(name)}${link}${error === undefined ? '' : `: ${error}`}`;
}

/** The rows as lines of text, the columns of the long form aligned. */
export function textOf(rows: readonly Row[], long: boolean): string {
  if (!long) return rows.map((row) => `${nameOf({ ...row, target: undefined! })}\n`).join('');
  const table = rows.map(columnsOf);
  const widths = isNumber.map((_, i) => table.reduce((width, columns) => Math.max(width, columns[i]!.length), 0));
  const aligned = (text: string, i: number) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!));
  return rows.map((row, i) => `${table[i]!.map(aligned).join(' ')} ${nameOf(row)}\n`).join('');
}

/** The row on one line of NDJSON. */
export function jsonOf({ path, inode, stat, target, error }: Row): string {
  return jsonLine({
    path,
    inode,
    ...(stat && {
      type: stat.type,
      mode: permissions(stat.mode),
      links: stat.links,
      uid: stat.uid,
      gid: stat.gid,
      size: stat.size,
      modified: exactTime(stat.modified),
      ...(stat.device && { device: stat.device }),
    }),
    ...(target !== undefined && { target }),
    ...(error !== undefined && { error }),
  });
}
