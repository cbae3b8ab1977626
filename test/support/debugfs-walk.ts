/**
 * A walk of an image's tree by debugfs, for images that the kernel refuses to mount; independent of the code under
 * test.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Walk } from './repair';

/** The output of debugfs for each of some requests; undefined where it cannot open the image. */
function ask(image: string, start: readonly string[], requests: readonly string[]): string[] | undefined {
  // without bitmaps (-c), and ignoring checksums (-n): a repair also reads such files
  const { stdout } = spawnSync('sh', ['-c', 'exec debugfs "$@" 2>&1', 'sh', '-c', '-n', ...start, '-f', '-', image], {
    input: requests.map((request) => `${request}\n`).join(''),
    encoding: 'latin1',
    maxBuffer: 2 ** 30,
  });
  if (/Filesystem not open/.test(stdout)) return undefined;
  const answers = `\n${stdout}`.split('\ndebugfs: ').slice(1);
  return requests.map((request, i) => {
    const answer = answers[i];
    if (answer === undefined || !answer.startsWith(request)) throw new Error(`debugfs: no answer to ${request}`);
    return answer.slice(request.length + 1);
  });
}

interface Entry {
  inode: number;
  name: string;
}

/**
 * Lines of `ls -p`: `/inode/mode/user/group/name/size/`, without the size for directories; a name may contain newlines.
 */
const entriesIn = (text: string): Entry[] =>
  [...`${text}\n`.matchAll(/^\/(\d+)\/\d{6,}\/\d+\/\d+\/([\s\S]*?)\/(?:\d+)?\/\n(?=\/\d+\/\d{6,}\/|[^/]|$)/gm)].map(
    ([, inode, name]) => ({ inode: Number(inode), name: name! }),
  );

/** Whether a list contains more than entries: it is not a list, or it is incomplete. */
const complains = (text: string): boolean => /^(?!\/\d+\/)\S*: /m.test(text);

const types: Readonly<Record<string, string>> = { directory: 'directory', regular: 'file' };
const others = ['symlink', 'FIFO', 'socket', 'character special', 'block special'];

/** The output of `stat` for an inode: its type when it is in use. */
function typeIn(text: string): string | undefined {
  const type = /^Inode: \d+\s+Type: (.*?)\s+Mode:/m.exec(text)?.[1] ?? '';
  const links = Number(/^Links: (\d+)/m.exec(text)?.[1] ?? 0);
  return links === 0 ? undefined : (types[type] ?? (others.includes(type) ? 'other' : undefined));
}

/**
 * Walks a copy of an image whose journal debugfs has replayed; undefined where debugfs cannot open it.
 * @param start where the superblock is, as `-b 1024 -s 8193`; empty for the first one
 */
export function debugfsWalk(image: string, start: readonly string[]): Walk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-walk-'));
  const copy = join(folder, 'copy');
  try {
    copyFileSync(image, copy);
    spawnSync('debugfs', ['-w', ...start, '-R', 'journal_run', copy]);
    const walk: Walk = { paths: new Map(), broken: new Set(), several: new Set() };
    const seen = new Map([[2, '/']]);
    let level = [{ inode: 2, path: '/' }];
    while (level.length > 0) {
      const lists = ask(
        copy,
        start,
        level.map(({ inode }) => `ls -p <${inode}>`),
      );
      if (lists === undefined) return undefined;
      const found = level.flatMap(({ path }, i) => {
        const text = lists[i]!;
        if (complains(text)) walk.broken.add(path);
        return entriesIn(text).flatMap(({ inode, name }) =>
          inode === 0 || name === '.' || name === '..' ? [] : [{ inode, path: `${path === '/' ? '' : path}/${name}` }],
        );
      });
      const stats =
        found.length === 0
          ? []
          : ask(
              copy,
              start,
              found.map(({ inode }) => `stat <${inode}>`),
            )!;
      level = found.filter(({ inode, path }, i) => {
        const type = typeIn(stats[i]!);
        if (type === undefined) walk.broken.add(path);
        else walk.paths.set(path, type);
        if (type !== 'directory') return false;
        const first = seen.get(inode);
        seen.set(inode, first ?? path);
        if (first !== undefined) for (const name of [first, path]) walk.several.add(name);
        return first === undefined;
      });
    }
    return walk;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
