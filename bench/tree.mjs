/** Writes a made-up tree of files shaped like a root file system: many small files, few large ones, some wide folders. */
import fs from 'node:fs';
import path from 'node:path';

/** A seeded source of numbers in [0, 1): the same seed gives the same tree. */
export function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Text without a zero byte: a zero block would become a hole. */
const contents = Buffer.from('made up for measuring; '.repeat(1 << 18));

const tops = ['bin', 'boot', 'etc', 'lib', 'opt', 'sbin', 'usr/bin', 'usr/lib', 'usr/lib64', 'usr/share', 'var/lib'];

/** File sizes in bytes: [share of files, smallest, largest]. */
const mixes = {
  system: [
    [0.05, 0, 0],
    [0.61, 1, 4096],
    [0.28, 4097, 49_000],
    [0.055, 50_000, 300_000],
    [0.005, 400_000, 6_000_000],
  ],
  small: [
    [0.05, 0, 0],
    [0.75, 1, 4096],
    [0.185, 4097, 24_000],
    [0.015, 50_000, 200_000],
  ],
  bare: [
    [0.99, 0, 0],
    [0.01, 1, 4096],
  ],
};

function sizeOf(mix, next) {
  let share = next();
  for (const [part, low, high] of mix) {
    share -= part;
    if (share < 0) return low + Math.floor(next() * (high - low + 1));
  }
  return 0;
}

/** How many names go into the next folder: mostly a handful, now and then hundreds (1 in 100). */
function width(next, usual) {
  const draw = next();
  if (draw > 0.99) return usual * 40;
  return 1 + Math.floor(draw * usual * 2);
}

/**
 * Fills an empty folder with `files` names (regular files, 6 % symbolic links, 0.5 % hard links).
 * @param {string} root
 * @param {{ files: number, mix: 'system' | 'small' | 'bare', perFolder: number, seed: number }} plan
 */
export function writeTree(root, { files, mix, perFolder, seed }) {
  const next = numbers(seed);
  const folders = tops.map((top) => path.join(root, top));
  for (const folder of folders) fs.mkdirSync(folder, { recursive: true });
  let made = 0;
  let last = '';
  while (made < files) {
    // a new folder under one of the earlier ones; favouring early parents keeps the depth near that of a real /usr
    const parent = folders[Math.floor(next() ** 2 * folders.length)];
    const folder = path.join(parent, `folder-${folders.length}`);
    fs.mkdirSync(folder);
    if (folder.length - root.length < 200) folders.push(folder);
    for (let left = Math.min(width(next, perFolder), files - made); left > 0; left--, made++) {
      const name = path.join(
        folder,
        `${'an-entry-with-a-name-of-some-length'.slice(0, 2 + Math.floor(next() * 33))}-${made}`,
      );
      const kind = next();
      if (kind < 0.055) fs.symlinkSync(`../target-${made}`, name);
      else if (kind < 0.06) fs.symlinkSync('../far'.repeat(20), name);
      else if (kind < 0.065 && last) fs.linkSync(last, name);
      else {
        fs.writeFileSync(name, contents.subarray(0, sizeOf(mixes[mix], next)));
        last = name;
      }
    }
  }
}
