/** Reads the contents of some files, one after the other, into a lane. */
import { inodeFlags } from '../layout/inode';
import { ImageError } from '../view/error';
import { blocksCovered, contentOf, requireReadable } from '../view/file';
import { endOf, type Run, runsFrom } from '../view/runs';
import { type InodeRecord, loadInode, placeOf, requireUsed } from '../view/stat';
import type { Groups } from '../volume/groups';
import type { Soon, Volume } from '../volume/volume';
import type { FileReading } from './file-reading';
import type { Packer } from './packer';

/** What all files together may cost, whatever the image says; see docs/limits.md. */
export class ContentBudget {
  /** Bytes that may still be read, digested out of holes, and blocks of mappings that may be gone through. */
  data: number;
  holes: number;
  nodes: number;

  constructor(volume: Volume) {
    const { size } = volume.source;
    this.data = 4 * size;
    this.holes = Math.max(size, 2 ** 34);
    this.nodes = 4 * volume.readableBlocks + 65536;
  }
}

const tooMuch = (record: InodeRecord, what: string): ImageError => new ImageError('too-large', what, placeOf(record));

async function runsInto(
  volume: Volume,
  record: InodeRecord,
  file: FileReading,
  packer: Packer,
  budget: ContentBudget,
): Promise<void> {
  const count = () => {
    budget.nodes--;
  };
  const end = blocksCovered(volume, record);
  for (let next = 0; next < end; ) {
    // no generator and no promise where there is nothing to wait for, as for most files
    const coming = runsFrom(volume, record.view, next, end, count);
    const runs = coming instanceof Promise ? await coming : coming;
    for (const run of runs) {
      const packing = runInto(volume, run, record, file, packer, budget);
      if (packing) await packing;
      if (file.error !== null) return;
    }
    next = endOf(runs);
  }
}

function runInto(
  volume: Volume,
  run: Run,
  record: InodeRecord,
  file: FileReading,
  packer: Packer,
  budget: ContentBudget,
): Soon<void> {
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

/** Reads one file; what goes wrong with it is set as its error and is nobody else's. */
export async function readInto(
  volume: Volume,
  groups: Groups,
  file: FileReading,
  packer: Packer,
  budget: ContentBudget,
): Promise<void> {
  try {
    const record = await loadInode(volume, groups, file.inode);
    requireUsed(record);
    if (record.type !== 'file') throw new ImageError('not-a-file', 'it is not a regular file', placeOf(record));
    file.begin(record.size);
    requireReadable(record);
    if ((record.flags & inodeFlags.INLINE_DATA) !== 0)
      for await (const content of contentOf(volume, record)) await packer.bytes(file, content);
    else await runsInto(volume, record, file, packer, budget);
    packer.end(file);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    file.error = error;
  }
}
