/** VHDX, the virtual disk of Hyper-V: fixed or dynamic, with a log of changes to its tables. */

import type { ContainerNote } from '../../problem/container';
import { type ByteSource, SourceError } from '../../source/source';
import { damaged } from '../error';
import type { Layer } from '../layer';
import { type Run, runSource } from '../run-source';
import { overlap, signatureAt, TableReader } from '../tables';
import { mebibyte, readHeader } from './header';
import { type DiskMetadata, readMetadata } from './metadata';
import { type Region, readRegions } from './regions';
import { replayed } from './replay';

/** States of payload blocks. */
const states = { notPresent: 0, undefined: 1, zero: 2, unmapped: 3, unmappedInDrafts: 5, present: 6 };
const absent: readonly number[] = [
  states.notPresent,
  states.undefined,
  states.zero,
  states.unmapped,
  states.unmappedInDrafts,
];

/** Payload blocks that share a block of the sector bitmap, whose entry follows theirs. */
const blocksInChunk = ({ sectorSize, blockSize }: DiskMetadata): number => (2 ** 23 * sectorSize) / blockSize;

/** The bytes of the disk, by the block allocation table. */
function diskSource(file: ByteSource, disk: DiskMetadata, bat: Region, reserved: readonly Region[]): ByteSource {
  const tables = new TableReader(file);
  const inChunk = blocksInChunk(disk);
  const find = (at: number): Run | Promise<Run> => {
    const index = Math.floor(at / disk.blockSize);
    const within = at - index * disk.blockSize;
    const length = Math.min(disk.blockSize - within, disk.size - at);
    const entryAt = bat.offset + (index + Math.floor(index / inChunk)) * 8;
    return tables.get(entryAt, 8, 'the block allocation table', (view, entry) => {
      const low = view.getUint32(entry, true);
      const state = low & 7;
      if (absent.includes(state)) return { kind: 'zero', length };
      const what = `the entry of block ${index} in the block allocation table`;
      if (state !== states.present) throw new SourceError(`${what} has the state ${state}`, entryAt, 8);
      const block = ((low >>> 20) + view.getUint32(entry + 4, true) * 2 ** 12) * mebibyte;
      if (reserved.some((region) => overlap(block, disk.blockSize, region.offset, region.length)))
        throw new SourceError(`${what} points to a header or table`, entryAt, 8);
      if (block + disk.blockSize > Number.MAX_SAFE_INTEGER)
        throw new SourceError(`${what} points past the end of the file`, entryAt, 8);
      return { kind: 'data', length, source: file, at: block + within };
    });
  };
  return runSource(file, disk.size, find);
}

export const vhdx: Layer = {
  name: 'VHDX',

  recognise: (head) => signatureAt(head, 0, 8) === 'vhdxfile',

  async open(source, context) {
    const notes: ContainerNote[] = [];
    const { log } = await readHeader(source, notes);
    const file = log === undefined ? source : await replayed(source, log, context, notes);
    const { bat, metadata } = await readRegions(file, log, notes);
    const disk = await readMetadata(file, metadata);
    const blocks = Math.ceil(disk.size / disk.blockSize);
    const entries = blocks + Math.floor((blocks - 1) / blocksInChunk(disk));
    if (entries * 8 > bat.length)
      throw damaged(
        `the field Length of the block allocation table is ${bat.length}, but ${entries} entries are needed`,
      );
    const reserved = [{ offset: 0, length: mebibyte }, bat, metadata, ...(log === undefined ? [] : [log])];
    return {
      details: disk.isFixed ? 'fixed' : 'dynamic',
      notes,
      parts: [{ source: diskSource(file, disk, bat, reserved), size: disk.size }],
    };
  },
};
