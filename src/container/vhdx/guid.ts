/** GUIDs as VHDX stores them. */
import { uuidText } from '../../bytes/uuid';

/** 16 bytes as text in lower case: the first three groups are stored with their lowest byte first. */
export function guidText(bytes: Uint8Array): string {
  const swapped = bytes.slice(0, 16);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return uuidText(swapped);
}

export const zeroGuid = '00000000-0000-0000-0000-000000000000';
