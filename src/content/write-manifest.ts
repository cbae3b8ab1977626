/** Writes what is in an image as an mtree manifest, in the flat form that libarchive writes and reads. */
import { parsePrintableName } from '../bytes/names';
import type { Progress } from '../problem/options';
import { ImageError } from '../view/error';
import type { Image } from '../view/image';
import type { FileStat, FileType } from '../view/stat';
import type { Soon } from '../volume/volume';
import { DigestTable } from './digest-table';
import { type Digests, maskOf } from './digests';
import type { DigestName } from './file-content';
import { type FileFacts, FileFactsTable } from './file-facts';
import { ImageTree } from './image-tree';
import { digestsHere } from './own-digests';
import { readContents } from './read-contents';
import { readOrder } from './read-order';
import type { TreeEntry } from './tree';
import { indexIn, Wanted, type WantedList } from './wanted';

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

/** What is said of every name, whatever its type. */
function commonWords(path: string, type: string, { mode, uid, gid, modified }: Omit<FileFacts, 'size'>): string {
  const nanoseconds = String(Math.min(modified.nanoseconds, 999_999_999)).padStart(9, '0');
  const bits = (mode & 0o7777).toString(8);
  return `${manifestPath(path)} type=${type} mode=${bits} uid=${uid} gid=${gid} time=${modified.seconds}.${nanoseconds}`;
}

class Writer {
  constructor(
    private readonly image: Image,
    private readonly digest: DigestName,
    private readonly list: WantedList,
    private readonly facts: FileFactsTable,
    private readonly table: DigestTable,
    private readonly errors: ReadonlyMap<number, string>,
    private readonly onGap: (path: string, why: string) => void,
  ) {}

  private gap(path: string, why: string): string {
    this.onGap(path, why);
    return commentOn(path, why);
  }

  /** The line for an entry, with a comment before it where something is missing; at once where all is known of it. */
  line(entry: TreeEntry): Soon<string> {
    const index = entry.type === 'file' ? indexIn(this.list, entry.inode) : -1;
    const facts = this.facts.get(index);
    return facts === undefined ? this.looked(entry) : this.fileLine(entry, facts, index);
  }

  private fileLine({ path, inode }: TreeEntry, facts: FileFacts, index: number): string {
    const words = `${commonWords(path, types.file, facts)} size=${facts.size}`;
    const digest = this.table.get(index);
    if (digest !== undefined) return `${words} ${keywordOf(this.digest)}=${digest}\n`;
    return `${this.gap(path, this.errors.get(inode) ?? 'its content was not read')}${words}\n`;
  }

  /** The line for what is no regular file, or whose inode could not be read before. */
  private async looked(entry: TreeEntry): Promise<string> {
    let stat: FileStat;
    try {
      stat = await this.image.stat(entry.inode);
      if (stat.links === 0) throw new ImageError('deleted', 'its inode is not in use');
      if (stat.type === 'unknown') throw new ImageError('damaged', 'its inode is of no known type');
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      return this.gap(entry.path, error.message);
    }
    if (stat.type === 'file') return this.fileLine(entry, stat, indexIn(this.list, entry.inode));
    let words = commonWords(entry.path, types[stat.type], stat);
    if (stat.device !== null) words += ` device=native,${stat.device.major},${stat.device.minor}`;
    if (stat.type !== 'symlink') return `${words}\n`;
    try {
      const target = parsePrintableName(await this.image.readlink(entry.inode));
      return `${words} link=${escapeName(target, false)}\n`;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      return `${this.gap(entry.path, error.message)}${words}\n`;
    }
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
  for (const inode of tree.files()) wanted.add(inode, mask);
  const list = wanted.list();
  const table = new DigestTable(list);
  const facts = new FileFactsTable(volume.geometry, list);
  const errors = new Map<number, string>();
  const order = await readOrder(volume, groups, list, (index, record) => facts.keep(index, record));
  await readContents(volume, groups, order, {
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
  const writer = new Writer(image, digest, list, facts, table, errors, report);
  for (const entry of tree.entries()) {
    const line = writer.line(entry);
    yield typeof line === 'string' ? line : await line;
  }
}
