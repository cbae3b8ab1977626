/** Parses the environment of U-Boot in a file: a checksum, an optional flag, and NUL-terminated `name=value` strings. */
import { crc32le } from '../../bytes/crc32le';
import { decodeUtf8 } from '../text-of';

/** Largest environment that is read, in bytes. */
export const maxUBootEnv = 1 << 20;

/** Values by name; null if the checksum is wrong for both formats. Text, as fw_printenv writes it, is accepted too. */
export function readUBootEnv(bytes: Uint8Array): Map<string, string> | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const start of [4, 5])
    if (bytes.length > start && view.getUint32(0, true) === crc32le(0, bytes.subarray(start)))
      return pairs(decodeUtf8(bytes.subarray(start)).split('\0'), true);
  const text = decodeUtf8(bytes);
  return /^[A-Za-z0-9_.]+=/.test(text) && !text.includes('\0') ? pairs(text.split('\n'), false) : null;
}

/** In the binary format an empty string ends the list. */
function pairs(lines: readonly string[], ends: boolean): Map<string, string> {
  const variables = new Map<string, string>();
  for (const line of lines) {
    if (line === '' && ends) break;
    const equals = line.indexOf('=');
    if (equals > 0 && variables.size < 4096)
      variables.set(line.slice(0, equals), line.slice(equals + 1).replace(/\r$/, ''));
  }
  return variables;
}
