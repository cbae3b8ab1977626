/** Names of files beside an image, which may have a name of the greatest length itself. */
import { createHash } from 'node:crypto';

/** Bytes of a name that leave enough of 255 for what is added to it. */
const longest = 160;

/** A name as part of longer ones: where it is too long, its start and a hash of all of it. */
export function shortName(name: string): string {
  if (Buffer.byteLength(name) <= longest) return name;
  let start = '';
  for (const character of name) {
    if (Buffer.byteLength(start + character) > longest - 9) break;
    start += character;
  }
  return `${start}~${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
