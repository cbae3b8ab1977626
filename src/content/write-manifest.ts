/** Writes what is in an image as an mtree manifest, in the flat form that libarchive writes and reads. */
import { parsePrintableName } from '../bytes/names';
import type { Progress } from '../problem/options';
import { ImageError } from '../view/error';
import type { Image } from '../view/image';
import type { FileStat, FileType } from '../view/stat';
import { DigestTable } from './digest-table';
import { type Digests, maskOf } from './digests';
import type { DigestName } from './file-content';
import { ImageTree } from './image-tree';
import { digestsHere } from './own-digests';
import { readContents } from './read-contents';
import { readOrder } from './read-order';
import type { TreeEntry } from './tree';
import { Wanted } from './wanted';

export interface ManifestOptions {
  /** The digest of each regular file; `sha256` when left out. */
  digest?: DigestName;
  /** Where digests come from; the own implementations when left out. */
  digests?: Digests;
  onProgress?: (step: Progress) => void;
  /** Called for each path that could not be described in full. The manifest says so as well, in a comment. */
  onGap?: (path: string, why: string) => void;
}

const types: Readonly<Record<FileType, string>> = {
  file: 'file',
  directory: 'dir',
  symlink: 'link',
  'character-device': 'char',
  'block-device': 'block',
  fifo: 'fifo',
  socket: 'socket',
  unknown: 'file',
};

/** Names of digests as libarchive and mtree know them; none knows BLAKE2, whose name here is extcheck's own. */
const keywordOf = (digest: DigestName): string => `${digest}digest`;

/** A name or target as mtree writes it: what is not visible ASCII, `#`, `=`, and the backslash in octal. */
export function escapeName(bytes: Uint8Array, slashToo: boolean): string {
  let text = '';
  for (const byte of bytes) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x23 && byte !== 0x3d && byte !== 0x5c;
    text +=
      plain && !(slashToo && byte === 0x2f) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return text;
}

/** A path in which nothing has to be escaped, here or in printable names: nearly every one. */
const plainPath = /^[!"$-<>-[\]-~]*$/;

/** `./usr/bin/env` for `/usr/bin/env`; the root is a dot. */
function manifestPath(path: string): string {
  if (plainPath.test(path)) return path === '/' ? '.' : `.${path}`;
  const names = path.split('/').filter((name) => name !== '');
  return ['.', ...names.map((name) => escapeName(parsePrintableName(name), true))].join('/');
}

const commentOn = (path: string, why: string): string => `# ${manifestPath(path)}: ${why}\n`;

class Writer {
  constructor(
    private readonly image: Image,
    private readonly digest: DigestName,
    private readonly table: DigestTable,
    private readonly errors: ReadonlyMap<number, string>,
    private readonly onGap: (path: string, why: string) => void,
  ) {}

  private gap(path: string, why: string): string {
    this.onGap(path, why);
    return commentOn(path, why);
  }

  /** The line for an entry, with a comment before it where something is missing. */
  async line(entry: TreeEntry): Promise<string> {
    let stat: FileStat;
    try {
      stat = await this.image.stat(entry.inode);
      if (stat.links === 0) throw new ImageError('deleted', 'its inode is not in use');
      if (stat.type === 'unknown') throw new ImageError('damaged', 'its inode is of no known type');
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      return this.gap(entry.path, error.message);
    }
    const { seconds, nanoseconds } = stat.modified;
    const words = [
      manifestPath(entry.path),
      `type=${types[stat.type]}`,
      `mode=${(stat.mode & 0o7777).toString(8)}`,
      `uid=${stat.uid}`,
      `gid=${stat.gid}`,
      `time=${seconds}.${String(Math.min(nanoseconds, 999_999_999)).padStart(9, '0')}`,
    ];
    let comment = '';
    if (stat.type === 'file') {
      words.push(`size=${stat.size}`);
      const digest = this.table.get(entry.inode);
      if (digest !== undefined) words.push(`${keywordOf(this.digest)}=${digest}`);
      else comment = this.gap(entry.path, this.errors.get(entry.inode) ?? 'its content was not read');
    }
    if (stat.device !== null) words.push(`device=native,${stat.device.major},${stat.device.minor}`);
    if (stat.type === 'symlink') {
      try {
        const target = parsePrintableName(await this.image.readlink(entry.inode));
        words.push(`link=${escapeName(target, false)}`);
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        comment = this.gap(entry.path, error.message);
      }
    }
    return `${comment}${words.join(' ')}\n`;
  }
}

/** Reasons that are kept for files that cannot be read. */
const maxErrors = 100_000;

/**
 * The manifest of an image, line by line, each with its newline: type, mode, owner, time, size and digest, target or
 * device of every name below the root. Lines are in the order of the names' bytes, parents first, and say nothing of where
 * things lie: the same tree gives the same text, whatever image it is in. The first line comes when all contents were read.
 * @throws ImageError `unsupported` for a digest that is not known here; the signal's reason
 */
export async function* writeManifest(
  image: Image,
  { digest = 'sha256', digests = digestsHere(), onProgress, onGap }: ManifestOptions = {},
): AsyncGenerator<string, void, undefined> {
  if (!digests.knows(digest)) throw new ImageError('unsupported', `${digest} cannot be computed here`);
  onProgress?.({ phase: 'names', done: 0, total: 1 });
  const { volume, groups } = image;
  const tree = await ImageTree.read(image);
  const wanted = new Wanted();
  const mask = maskOf([digest]);
  for (const entry of tree.entries()) if (entry.type === 'file') wanted.add(entry.inode, mask);
  const list = wanted.list();
  const table = new DigestTable(list);
  const errors = new Map<number, string>();
  await readContents(volume, groups, await readOrder(volume, groups, list), {
    digests,
    ends: false,
    onContent: ({ inode, digests: got, error }) => {
      const value = got[digest];
      if (value !== undefined) table.set(inode, value);
      else if (error !== null && errors.size < maxErrors) errors.set(inode, error.message);
    },
    onProgress: (done, total) => onProgress?.({ phase: 'contents', done, total }),
  });
  yield '#mtree\n';
  const report = onGap ?? (() => {});
  for (const path of tree.partial) {
    const why = 'this directory could not be read whole';
    report(path, why);
    yield commentOn(path, why);
  }
  const writer = new Writer(image, digest, table, errors, report);
  for (const entry of tree.entries()) yield await writer.line(entry);
}
