/** Reads of a source whose failure means only that nothing is recognized. */
import { type ByteSource, SourceError } from '../../source/source';

/** Bytes from `at`, at most `length`; none where they cannot be read. */
export async function bytesAt(source: ByteSource, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, source.size - at)));
  if (bytes.length === 0 || at < 0) return new Uint8Array(0);
  try {
    return bytes.subarray(0, await source.read(at, bytes));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return new Uint8Array(0);
  }
}

/** The bytes as a view. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Whether Latin-1 text is at byte `at`. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
