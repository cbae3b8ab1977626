/** Numbers of users and groups, from the image's own /etc/passwd and /etc/group. */

import { printableName } from '../bytes/names';
import type { Image } from '../view/image';
import { byteText, textBytes } from './byte-text';

/** Largest file that is read, in bytes. */
const maxBytes = 16 * 1024 ** 2;

export interface Owners {
  /** The number of a user or group by its printable name; undefined if the image does not define it. */
  user(name: string): number | undefined;
  group(name: string): number | undefined;
}

/** Reads both files; a missing or unreadable one defines only `root`, which is always 0. */
export async function readOwners(image: Image): Promise<Owners> {
  const users = await readNumbers(image, '/etc/passwd');
  const groups = await readNumbers(image, '/etc/group');
  return { user: (name) => users.get(name), group: (name) => groups.get(name) };
}

async function readNumbers(image: Image, path: string): Promise<Map<string, number>> {
  const numbers = new Map([['root', 0]]);
  let text: string;
  try {
    text = byteText(await image.readWhole(path, maxBytes));
  } catch {
    return numbers;
  }
  for (const line of text.split('\n')) {
    const [name, , number] = line.split(':', 3);
    if (name && /^\d{1,10}$/.test(number ?? '')) numbers.set(printableName(textBytes(name)), Number(number));
  }
  return numbers;
}
