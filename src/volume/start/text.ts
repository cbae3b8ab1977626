/** Recognizes texts that were saved under the name of an image: error pages, pointers of Git LFS. */
import type { StartFacts } from '../../problem/start';

/** Larger files are not judged by their text: an image may begin with one. */
const maxBytes = 2 ** 20;

const facts = (name: string, what: string): StartFacts => ({ kind: 'text', name, what, claims: false, partitions: [] });

/** Whether all bytes are those of a text in ASCII or UTF-8: no control characters, no other invalid bytes. */
function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes)
    if ((byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b) || byte === 0x7f) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** What a file of `size` bytes is, if it is a text; null otherwise. `head` has its first bytes. */
export function identifyText(head: Uint8Array, size: number): StartFacts | null {
  const start = new TextDecoder('latin1').decode(head.subarray(0, 512)).replace(/^\xef\xbb\xbf/, '');
  if (start.startsWith('version https://git-lfs.github.com/spec/'))
    return facts('Git LFS pointer', 'a pointer of Git LFS, not the file that it stands for');
  const text = start.trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return facts('HTML', 'an HTML page');
  if (size > maxBytes || size > head.length || !isText(head.subarray(0, size))) return null;
  if (text.startsWith('<?xml')) return facts('XML', 'an XML text');
  if (text.startsWith('{') || text.startsWith('[')) return facts('JSON', 'a JSON text');
  return facts('text', 'a text file');
}
