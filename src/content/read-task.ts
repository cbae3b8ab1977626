/** Reads the content of a file into a lane. */
import { isAllZero } from '../bytes/bitmap';
import { inodeFlags } from '../layout/inode';
import { ImageError } from '../view/error';
import { blocksCovered, inlineParts, requireReadable } from '../view/file';
import { endOf, type Run, runsFrom } from '../view/runs';
import { type InodeRecord, inodeRecord, placeOf, requireUsed } from '../view/stat';
import type { Groups } from '../volume/groups';
import { bytesOf, type Soon, type Volume } from '../volume/volume';
import type { FileReading } from './file-reading';
import type { Packer } from './packer';

/** Bytes of holes that are digested; more if the image is larger. Digests take some seconds for them. */
const mostHoles = 2 ** 31;
/** Times the image, for all contents together: files share blocks in few sound images. */
export const timesRead = 4;

/** Limits for all files together, so that a hostile image cannot cause unbounded work; see docs/limits.md. */
export class ContentBudget {
  /** Bytes left to read, bytes of holes left to digest, and blocks of mappings left to read. */
  data: number;
  holes: number;
  nodes: number;

  constructor(volume: Volume) {
    const { size } = volume.source;
    this.data = timesRead * size;
    this.holes = Math.max(size, mostHoles);
    this.nodes = 4 * volume.readableBlocks + 65536;
  }
}

const tooMuch = (record: InodeRecord, what: string): ImageError => new ImageError('too-large', what, placeOf(record));

interface Reading {
  volume: Volume;
  record: InodeRecord;
  file: FileReading;
  packer: Packer;
  budget: ContentBudget;
}

/** Packs the file from block `start`: without a promise or generator unless it must wait, which most files need not. */
function runsInto(reading: Reading, start: number): Soon<void> {
  const { volume, record, file, budget } = reading;
  const count = () => {
    budget.nodes--;
  };
  const end = blocksCovered(volume, record);
  for (let next = start; next < end && file.error === null; ) {
    const runs = runsFrom(volume, record.view, next, end, count);
    if (runs instanceof Promise) return runs.then((runs) => runsLater(reading, runs, 0));
    for (let i = 0; i < runs.length && file.error === null; i++) {
      const packing = runInto(reading, runs[i]!);
      if (packing) return packing.then(() => runsLater(reading, runs, i + 1));
    }
    next = endOf(runs);
  }
}

async function runsLater(reading: Reading, runs: readonly Run[], from: number): Promise<void> {
  for (let i = from; i < runs.length && reading.file.error === null; i++) await runInto(reading, runs[i]!);
  await runsInto(reading, endOf(runs));
}

function runInto({ volume, record, file, packer, budget }: Reading, run: Run): Soon<void> {
  const { blockSize } = volume.geometry;
  const start = run.logical * blockSize;
  const end = Math.min((run.logical + run.count) * blockSize, record.size);
  if (run.kind === 'lost') {
    const place = { ...placeOf(record), at: start, length: end - start };
    throw new ImageError('damaged', `bytes ${start} to ${end - 1} have no usable block`, place);
  }
  if (budget.nodes < 0) throw tooMuch(record, 'files share the blocks of their mappings too often to be read');
  if (run.kind === 'data') {
    budget.data -= end - start;
    if (budget.data < 0) throw tooMuch(record, 'files share their blocks too often to be read');
    return packer.data(file, start, run.physical * blockSize, end - start);
  }
  if (file.mask !== 0) budget.holes -= end - start;
  if (budget.holes < 0) throw tooMuch(record, 'holes are too large to be digested');
  return packer.hole(file, start, end - start);
}

/** Reads one file; an ImageError is stored as its error and does not affect other files. */
export function readInto(
  volume: Volume,
  groups: Groups,
  file: FileReading,
  packer: Packer,
  budget: ContentBudget,
): Soon<void> {
  const take = (record: InodeRecord) => contentInto({ volume, record, file, packer, budget });
  const failed = (error: unknown) => {
    if (!(error instanceof ImageError)) throw error;
    file.error = error;
  };
  try {
    const record = inodeRecord(volume, groups, file.inode);
    const coming = record instanceof Promise ? record.then(take) : take(record);
    return coming instanceof Promise ? coming.catch(failed) : coming;
  } catch (error) {
    failed(error);
  }
}

function contentInto(reading: Reading): Soon<void> {
  const { record, file, packer } = reading;
  requireUsed(record);
  if (record.type !== 'file') throw new ImageError('not-a-file', 'it is not a regular file', placeOf(record));
  file.begin(record.size);
  requireReadable(record);
  const inline = (record.flags & inodeFlags.INLINE_DATA) !== 0;
  const packing = inline ? inlineInto(reading) : runsInto(reading, 0);
  if (packing) return packing.then(() => packer.end(file));
  packer.end(file);
}

/** A file inside its inode. The kernel reads NUL after the bytes that are there, as `mke2fs -d` makes such files. */
async function inlineInto({ volume, record, file, packer, budget }: Reading): Promise<void> {
  const { head, rest } = inlineParts(volume, record);
  const { size } = record;
  const content = new Uint8Array(Math.min(size, head.byteLength + rest.byteLength));
  content.set(bytesOf(head).subarray(0, content.length));
  if (content.length > head.byteLength)
    content.set(bytesOf(rest).subarray(0, content.length - head.byteLength), head.byteLength);
  if (content.length === size) return packer.bytes(file, content);
  if (file.mask !== 0) budget.holes -= size - content.length;
  if (budget.holes < 0) throw tooMuch(record, 'holes are too large to be digested');
  if (isAllZero(content)) return packer.hole(file, 0, size);
  await packer.bytes(file, content);
  await packer.hole(file, content.length, size - content.length);
}
