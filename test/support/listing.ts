/** A listing of a folder with all in it, to show that something left it unchanged. */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * What is at each path below `folder`, except in `skip`, a path such as `/to`. Names are Latin-1, so that each byte is a
 * character.
 */
export function listingOf(folder: string, skip = ''): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string): void => {
    const raw = Buffer.from(`${folder}/${path}`, 'latin1');
    for (const entry of readdirSync(raw, { encoding: 'buffer' })) {
      const inside = `${path}/${entry.toString('latin1')}`;
      if (inside === skip) continue;
      const file = Buffer.from(`${folder}${inside}`, 'latin1');
      const stats = lstatSync(file);
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isDirectory()) {
        found.set(inside, `directory ${mode}`);
        visit(inside);
      } else if (stats.isSymbolicLink()) found.set(inside, `symlink ${readlinkSync(file)}`);
      else if (!stats.isFile()) found.set(inside, 'special');
      else if (stats.size > 1 << 24) found.set(inside, `file ${mode} ${stats.size}`);
      else found.set(inside, `file ${mode} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`);
    }
  };
  visit('');
  return found;
}

/** Gives all folders in `folder` a mode with which any user can remove them. */
export function makeRemovable(folder: Buffer): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { encoding: 'buffer' })) {
    const inside = Buffer.concat([folder, Buffer.from('/'), entry]);
    if (lstatSync(inside).isDirectory()) makeRemovable(inside);
  }
}
