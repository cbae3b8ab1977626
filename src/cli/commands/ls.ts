/** The command `ls`: lists names in an image, also in a damaged one. */
import { Bitmap } from '../../bytes/bitmap';
import { joinPath } from '../../bytes/names';
import { exitStatuses } from '../../report/exit-status';
import { jsonLine } from '../../report/json-text';
import { printable } from '../../report/printable';
import { Turns } from '../../source/turns';
import { ImageError } from '../../view/error';
import type { OpenedImage } from '../../view/opened-image';
import type { CommandDescription } from '../describe/command';
import type { Io } from '../io';
import { printText } from '../locale';
import { sortedNames } from '../look/directory';
import { type FileWord, fileWord, recordOf, shownWord, whyOf } from '../look/file-word';
import { jsonOf, type Row, rowOf, textOf } from '../look/list-row';
import { lookInto, lookOptions, lookStatuses } from '../look/open';
import { flag } from '../option-kinds';
import { readOptions, UsageError, type Values } from '../options';
import { format } from '../shared-options';

const options = {
  long: flag('also print mode, links, user, group, size, time and the target of symlinks', { short: 'l' }),
  recursive: flag('also list the directories in it, and in those', { short: 'R' }),
  format,
  ...lookOptions,
};

export const command: CommandDescription = {
  usage: ["ls [options] IMAGE [PATH|'<INODE>']"],
  description: [
    'Lists the names in a directory of the image (default: its root), sorted by their bytes, or one file. A symlink is shown, not followed. What cannot be read is reported after its name, and the rest is listed. Times are UTC. JSON is one object per line.',
  ],
  options,
  operand: 'an image',
  statuses: lookStatuses,
  examples: [
    'extcheck ls -l active.img /boot',
    'extcheck ls -R --format json disk.qcow2?partition=3 | jq -r .path',
    "extcheck ls -l active.img '<12>'",
  ],
};

/** Deepest directory that is listed: a damaged tree can be as deep as it has directories. */
const maxDepth = 1000;
/** Rows that are printed together. */
const rowsAtOnce = 1024;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const words: string[] = [];
  const request = readOptions(argv, options, (word) => words.push(word));
  const [name, path = '/'] = words;
  if (words.length > 2) throw new UsageError('Only one path can be listed.');
  return lookInto('ls', name, request, io, async (view) => {
    const listing = new Listing(view, request, io);
    await listing.start(fileWord(path));
    return listing.complete ? exitStatuses.pass : exitStatuses.problems;
  });
}

interface Waiting {
  inode: number;
  path: string;
  depth: number;
}

class Listing {
  complete = true;
  private readonly visited: Bitmap;
  private readonly turns: Turns;

  constructor(
    private readonly view: OpenedImage,
    private readonly request: Values<typeof options>,
    private readonly io: Io,
  ) {
    this.visited = new Bitmap(view.volume.geometry.inodesCount + 1);
    this.turns = new Turns(io.signal);
  }

  async start(word: FileWord): Promise<void> {
    const shown = shownWord(word);
    try {
      const { ino, type, path = shown } = await recordOf(this.view, word, false);
      if (type === 'directory') await this.tree({ inode: ino, path, depth: 0 });
      else await this.print([await rowOf(this.view, ino, path, path)]);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      await this.lost(shown, whyOf(error, shown));
    }
  }

  /** The directory, and with --recursive all in it: each inode once, so that a loop ends. */
  private async tree(root: Waiting): Promise<void> {
    const waiting = [root];
    for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
      if (this.visited.testAndSet(here.inode)) {
        await this.lost(here.path, `directory ${here.inode} is listed at another path`);
        continue;
      }
      if (here.depth > maxDepth) {
        await this.lost(here.path, `it is more than ${maxDepth} directories deep`);
        continue;
      }
      if (this.request.recursive && this.request.format === 'text')
        await printText(this.io, `${here === root ? '' : '\n'}${printable(here.path)}:\n`);
      const found = await this.directory(here);
      if (this.request.recursive) for (const one of found.reverse()) waiting.push(one);
    }
  }

  /** Prints the names of a directory; resolves with the directories in it. */
  private async directory({ inode, path, depth }: Waiting): Promise<Waiting[]> {
    const found: Waiting[] = [];
    const faults: string[] = [];
    for await (const batch of sortedNames(this.view, inode, path, (why) => faults.push(why))) {
      let rows: Row[] = [];
      for (const entry of batch) {
        const row = await rowOf(this.view, entry.inode, joinPath(path, entry.name), entry.name);
        if (row.stat?.type === 'directory') found.push({ inode: entry.inode, path: row.path, depth: depth + 1 });
        if (rows.push(row) === rowsAtOnce) {
          await this.print(rows);
          rows = [];
        }
        const due = this.turns.due();
        if (due !== undefined) await due;
      }
      await this.print(rows);
    }
    for (const why of faults) await this.lost(path, why);
    return found;
  }

  private async print(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    if (rows.some(({ error }) => error !== undefined)) this.complete = false;
    const { format, long } = this.request;
    if (format === 'json') await this.io.out(rows.map(jsonOf).join(''));
    else await printText(this.io, textOf(rows, long));
  }

  /** Something that has no line of its own. */
  private async lost(path: string, why: string): Promise<void> {
    this.complete = false;
    if (this.request.format === 'json') await this.io.out(jsonLine({ path, error: why }));
    else this.io.err(`extcheck: ${printable(path)}: ${why}\n`);
  }
}
