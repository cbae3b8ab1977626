/** Unpacks gzip in memory, with the built-in function of browsers and Node. */
import { joined } from '../../bytes/joined';
import { DatabaseError, DatabaseLimit } from './package-file';

/**
 * All bytes of a gzip file.
 * @throws DatabaseError if it is damaged or truncated, DatabaseLimit if it is larger than `maxBytes` when unpacked
 */
export async function gunzip(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
      length += next.value.length;
      if (length > maxBytes) break;
    }
  } catch {
    throw new DatabaseError('its gzip data is damaged or truncated');
  }
  if (length > maxBytes) {
    await reader.cancel().catch(() => {});
    throw new DatabaseLimit(`a packed list has more than ${maxBytes} bytes`);
  }
  return joined(parts, length);
}
