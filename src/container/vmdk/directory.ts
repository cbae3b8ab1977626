/** The grain directory of a sparse extent, and the redundant one, which replaces it where it is damaged. */

import type { ContainerNote } from '../../problem/container';
import { type ByteSource, SourceError } from '../../source/source';
import { damaged } from '../error';

import { after, readRecord, type TableReader, viewOf } from '../tables';
import { type SparseHeader, sectorBytes } from './sparse-header';

/** 4 MiB: 2 TiB with the smallest grains, 32 TiB with the usual ones. */
const mostEntries = 2 ** 20;
const windowBytes = 2 ** 16;

/** Which grain tables there are. */
export interface GrainDirectory {
  /** Byte of the table `index`; 0 if none of its grains is stored. */
  tableAt(index: number): number | Promise<number>;
}

/**
 * Compares both directories once, and then reads entries when they are needed.
 * @throws ContainerError
 */
export async function openDirectory(
  source: ByteSource,
  header: SparseHeader,
  tables: TableReader,
  notes: ContainerNote[],
): Promise<GrainDirectory> {
  const entries = Math.ceil(header.capacity / (header.grainSize * header.entriesPerTable));
  if (entries > mostEntries)
    throw damaged(`the field capacity is ${header.capacity}, which needs ${entries} grain tables`);
  const fits = (sector: number | undefined): sector is number =>
    sector !== undefined && sector > 0 && sector * sectorBytes + entries * 4 <= source.size;
  const [first, second] = [header.gdOffset, header.rgdOffset].filter(fits);
  if (first === undefined) throw damaged(`the field gdOffset is ${header.gdOffset}`);
  if (first !== header.gdOffset)
    notes.push({
      kind: 'suspect',
      text: `the field gdOffset is ${header.gdOffset}; the redundant grain directory is used`,
    });
  else if (header.rgdOffset !== undefined && second === undefined)
    notes.push({ kind: 'suspect', text: `the field rgdOffset is ${header.rgdOffset}` });

  const tableBytes = header.entriesPerTable * 4;
  const isTable = (sector: number): boolean => sector > 0 && sector * sectorBytes + tableBytes <= source.size;
  await compare(source, first, second, entries, isTable, notes);

  const entryAt = (directory: number, index: number): number | Promise<number> =>
    tables.get(directory * sectorBytes + index * 4, 4, 'the grain directory', (view, at) => view.getUint32(at, true));
  return {
    tableAt: (index) =>
      after(entryAt(first, index), (sector) => {
        if (isTable(sector)) return sector * sectorBytes;
        return after(second === undefined ? sector : entryAt(second, index), (other) => {
          if (isTable(other)) return other * sectorBytes;
          if (sector === 0 && other === 0) return 0;
          throw new SourceError(
            `entry ${index} of the grain directory is ${sector}`,
            first * sectorBytes + index * 4,
            4,
          );
        });
      }),
  };
}

/** Notes which entries are damaged, in one of the directories or in all. */
async function compare(
  source: ByteSource,
  first: number,
  second: number | undefined,
  entries: number,
  isTable: (sector: number) => boolean,
  notes: ContainerNote[],
): Promise<void> {
  let replaced = 0;
  let lost = 0;
  for (let done = 0; done < entries * 4; done += windowBytes) {
    const length = Math.min(windowBytes, entries * 4 - done);
    const read = async (directory: number): Promise<DataView> =>
      viewOf(await readRecord(source, directory * sectorBytes + done, length, 'the grain directory'));
    const [one, other] = [await read(first), second === undefined ? undefined : await read(second)];
    for (let at = 0; at < length; at += 4) {
      const sector = one.getUint32(at, true);
      if (isTable(sector)) continue;
      const copy = other?.getUint32(at, true) ?? 0;
      if (isTable(copy)) replaced++;
      else if (sector !== 0 || copy !== 0) lost++;
    }
  }
  if (replaced > 0)
    notes.push({
      kind: 'suspect',
      text: `${replaced} of ${entries} entries of its grain directory are damaged; those of the redundant one are used`,
    });
  if (lost > 0)
    notes.push({ kind: 'damaged', text: `${lost} of ${entries} entries of its grain directory are damaged` });
}
