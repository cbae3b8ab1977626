/** Names of users and groups, as the image's own /etc/passwd and /etc/group number them. */

import { printableName } from '../bytes/names';
import type { Image } from '../view/image';
import { byteText, textBytes } from './byte-text';

/** Largest file that is read, in bytes. */
const maxBytes = 16 * 1024 ** 2;

export interface Owners {
  /** The number of a user or group by its printable name; undefined when the image does not say. */
  user(name: string): number | undefined;
  group(name: string): number | undefined;
}

/** Reads both files; one that is missing or cannot be read knows no name but `root`, which is 0 everywhere. */
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
