/** Android sparse images, as they are flashed: one file, or the parts of a split one. */
import { firstIndex } from '../../bytes/first-index';
import type { ContainerNote } from '../../problem/container';
import { counted } from '../../report/words';
import { type ByteSource, SourceError } from '../../source/source';
import type { Layer } from '../layer';
import { type Run, runSource } from '../run-source';
import { checksumNotes } from './checksum';
import { dontCare, fillOfPlace, lost, readSparse, type SparseFile, sparseMagic } from './chunks';
import { type Joined, joinParts } from './parts';

/** Bytes of a pattern that is copied in one go. */
const patternBytes = 2 ** 16;

/** Makes the bytes of filled blocks; the last value is kept. */
class Fills {
  private value = 0;
  private bytes = new Uint8Array(0);

  /** Bytes of a fill from an offset in it, at most `length`. */
  at(value: number, offset: number, length: number): Uint8Array {
    if (this.bytes.length === 0 || value !== this.value) {
      // a new array: a run that was handed out keeps its bytes
      this.bytes = new Uint8Array(patternBytes + 4);
      const view = new DataView(this.bytes.buffer);
      for (let at = 0; at < this.bytes.length; at += 4) view.setUint32(at, value, true);
      this.value = value;
    }
    const phase = offset % 4;
    return this.bytes.subarray(phase, phase + Math.min(length, patternBytes));
  }
}

function sourceOf(base: ByteSource, first: SparseFile, joined: Joined): ByteSource {
  const { blockSize, blocks } = first;
  const { starts, places, owners, files, gaps } = joined;
  const fills = new Fills();
  const find = (at: number): Run => {
    const block = Math.floor(at / blockSize);
    const index = firstIndex(0, starts.length, (i) => starts[i]! > block) - 1;
    const from = starts[index]! * blockSize;
    const end = (index + 1 < starts.length ? starts[index + 1]! : blocks) * blockSize;
    const length = end - at;
    const place = places[index]!;
    if (place >= 0) return { kind: 'data', length, source: files[owners[index] ?? 0]!.source, at: place + at - from };
    if (place === lost) {
      const gap = gaps.find(({ from, to }) => from <= block && block < to);
      const why = gap === undefined ? 'the sparse image ends before it' : `the part ${gap.name} is missing`;
      throw new SourceError(`block ${block} is not there: ${why}`, at, length);
    }
    const value = place === dontCare ? 0 : fillOfPlace(place);
    if (value === 0) return { kind: 'zero', length };
    const bytes = fills.at(value, at - from, length);
    return { kind: 'bytes', length: bytes.length, bytes };
  };
  return runSource(base, blocks * blockSize, find);
}

/** That a file ends too early. */
function truncation({ truncatedAt, blocks, source }: SparseFile): ContainerNote[] {
  if (truncatedAt === null) return [];
  const text = `the file ends at byte ${source.size}, before its last chunk: blocks ${truncatedAt} to ${blocks - 1} are missing`;
  return [{ kind: 'damaged', text }];
}

export const androidSparse: Layer = {
  name: 'Android sparse',
  recognise: (head) =>
    head.length >= 4 && new DataView(head.buffer, head.byteOffset, head.length).getUint32(0, true) === sparseMagic,
  async open(source, context) {
    const first = await readSparse(source, context.signal);
    const joined = await joinParts(first, context);
    const notes = [...joined.notes];
    for (const file of joined.files) notes.push(...truncation(file), ...(await checksumNotes(file, context.signal)));
    const { version, chunks, blockSize, blocks } = first;
    const parts = joined.files.length === 1 ? '' : `, ${joined.files.length} parts`;
    return {
      details: `${version}, ${counted(chunks, 'chunk')}${parts}`,
      notes,
      parts: [{ source: sourceOf(source, first, joined), size: blocks * blockSize }],
    };
  },
};
