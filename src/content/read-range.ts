/** Reads a range of a file, for the few files that need a second read. */
import { inodeFlags } from '../layout/inode';
import { blocksCovered, contentOf, requireReadable } from '../view/file';
import type { Image } from '../view/image';
import { opened } from '../view/opened-image';
import { fileRuns } from '../view/runs';
import { loadInode } from '../view/stat';

/** `length` bytes from offset `at`, fewer at the end of the file; unreadable bytes are NUL. @throws ImageError */
export async function readRange(image: Image, ino: number, at: number, length: number): Promise<Uint8Array> {
  const { volume, groups } = opened(image);
  const record = await loadInode(volume, groups, ino);
  requireReadable(record);
  const bytes = new Uint8Array(Math.max(0, Math.min(length, record.size - at)));
  const end = at + bytes.length;
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) {
    for await (const content of contentOf(volume, record)) bytes.set(content.subarray(at, end));
    return bytes;
  }
  const { blockSize } = volume.geometry;
  for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record))) {
    const start = run.logical * blockSize;
    if (start >= end) break;
    const from = Math.max(at, start);
    const to = Math.min(end, start + run.count * blockSize);
    if (run.kind !== 'data' || to <= from) continue;
    await volume.read(run.physical * blockSize + from - start, to - from, bytes.subarray(from - at, to - at));
  }
  return bytes;
}
