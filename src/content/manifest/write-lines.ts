/** Writes the lines of a manifest: all names of a tree in order, with their properties. */

import { parsePrintableName } from '../../bytes/names';
import { directoryEntry } from '../../layout/dirent';
import type { DigestName } from '../../platform/digests';
import { ImageError } from '../../view/error';
import { symlinkTarget } from '../../view/file';
import type { OpenedImage } from '../../view/opened-image';
import { deviceOf, type FileType, type InodeRecord, inodeRecord, typeOfEntry } from '../../view/stat';
import type { Soon } from '../../volume/volume';
import type { DigestTable } from '../digest-table';
import { type FileFacts, type FileFactsTable, factsOf } from '../file-facts';
import type { ImageTree } from '../image-tree';
import type { NameTable } from '../name-table';
import { indexIn, type WantedList } from '../wanted';
import { escapedName, ManifestText } from './write-text';

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

/** Keywords of digests as in libarchive and mtree; they have none for BLAKE2, for which extcheck uses its own. */
const keywordOf = (digest: DigestName): string => `${digest}digest`;

/** Bytes of one piece, and space for the line that exceeds them. */
const pieceBytes = 64 * 1024;
const lineRoom = 4096;

/** The data from which lines are made. */
export interface LineSources {
  image: OpenedImage;
  tree: ImageTree;
  /** The regular files, and the stored facts about them. */
  list: WantedList;
  facts: FileFactsTable;
  digests: DigestTable;
  errors: ReadonlyMap<number, string>;
  digest: DigestName;
  onGap: (path: string, why: string) => void;
}

/** `./usr/bin/env` for the printable path `/usr/bin/env`. */
function manifestPath(path: string): string {
  const names = path.split('/').filter((name) => name !== '');
  return ['.', ...names.map((name) => escapedName(parsePrintableName(name), true))].join('/');
}

export class ManifestLines {
  private readonly text = new ManifestText(pieceBytes + lineRoom);
  private readonly names: NameTable;
  /** The path of the current entry, and its parent directories: their remaining children, and the length of their paths. */
  private readonly path = new ManifestText(lineRoom);
  private readonly parents: { next: number; end: number; length: number }[] = [];
  private readonly digestWord: string;

  constructor(private readonly sources: LineSources) {
    this.names = sources.tree.names;
    this.digestWord = ` ${keywordOf(sources.digest)}=`;
  }

  /** All lines, many at a time; the first ones are comments about directories that could not be read. */
  async *pieces(): AsyncGenerator<string, void, undefined> {
    const { text, path } = this;
    text.ascii('#mtree\n');
    for (const partial of this.sources.tree.partial) {
      const why = 'this directory could not be read completely';
      this.sources.onGap(partial, why);
      text.text(`# ${manifestPath(partial)}: ${why}\n`);
    }
    path.ascii('.');
    for (let index = 0; index >= 0; index = this.next()) {
      if (this.names.type(index) === directoryEntry) this.enter(index);
      const coming = this.line(index);
      if (coming) await coming;
      if (text.length >= pieceBytes) yield text.take();
    }
    yield text.take();
  }

  private enter(index: number): void {
    const [next, end] = this.names.childRange(index);
    if (next < end) this.parents.push({ next, end, length: this.path.length });
  }

  /** Moves to the next entry and sets its path; -1 after the last. */
  private next(): number {
    const { parents, names, path } = this;
    for (let here = parents.at(-1); here !== undefined; here = parents.at(-1)) {
      if (here.next === here.end) {
        parents.pop();
        continue;
      }
      const index = here.next++;
      const [from, to] = [names.nameStart(index), names.nameEnd(index)];
      path.cut(here.length);
      if (from < to) path.ascii('/').escaped(names.bytes, from, to, true);
      return index;
    }
    return -1;
  }

  private gap(index: number, why: string): void {
    this.sources.onGap(this.sources.tree.pathOf(index), why);
    this.text.ascii('# ').copy(this.path).text(`: ${why}\n`);
  }

  /** Writes the line of an entry, with a comment before it if something is missing; synchronously if all facts are stored. */
  private line(entry: number): Soon<void> {
    const { list, facts } = this.sources;
    const inode = this.names.inode.get(entry);
    const isFile = typeOfEntry(this.names.type(entry)) === 'file';
    const index = isFile ? indexIn(list, inode) : -1;
    const known = facts.get(index);
    if (known !== undefined) return this.fileLine(entry, inode, known, index);
    return this.readLine(entry, inode);
  }

  /** Writes the properties that every type has. */
  private words(type: FileType, { mode, uid, gid, modified }: Omit<FileFacts, 'size'>): ManifestText {
    return this.text
      .copy(this.path)
      .ascii(' type=')
      .ascii(types[type])
      .ascii(' mode=')
      .ascii((mode & 0o7777).toString(8))
      .ascii(' uid=')
      .decimal(uid)
      .ascii(' gid=')
      .decimal(gid)
      .ascii(' time=')
      .decimal(modified.seconds)
      .ascii('.')
      .decimal(Math.min(modified.nanoseconds, 999_999_999), 9);
  }

  private fileLine(entry: number, inode: number, facts: FileFacts, index: number): void {
    const { digests, errors } = this.sources;
    const digested = digests.has(index);
    if (!digested) this.gap(entry, errors.get(inode) ?? 'its content was not read');
    this.words('file', facts).ascii(' size=').decimal(facts.size);
    if (digested) digests.addTo(this.text.ascii(this.digestWord), index);
    this.text.ascii('\n');
  }

  /** Writes the line of an entry that is not a regular file, or whose inode could not be read before. */
  private readLine(entry: number, inode: number): Soon<void> {
    const failed = (error: unknown) => {
      if (!(error instanceof ImageError)) throw error;
      this.gap(entry, error.message);
    };
    const { volume, groups } = this.sources.image;
    try {
      const record = inodeRecord(volume, groups, inode);
      const coming =
        record instanceof Promise ? record.then((record) => this.other(entry, record)) : this.other(entry, record);
      return coming instanceof Promise ? coming.catch(failed) : coming;
    } catch (error) {
      failed(error);
    }
  }

  private other(entry: number, record: InodeRecord): Soon<void> {
    const { volume } = this.sources.image;
    const { type, ino } = record;
    if (record.links === 0) throw new ImageError('deleted', 'its inode is not in use');
    if (type === 'unknown') throw new ImageError('damaged', 'its inode has an unknown type');
    const facts = factsOf(volume.geometry, record);
    if (type === 'file') return this.fileLine(entry, ino, facts, indexIn(this.sources.list, ino));
    if (type === 'symlink') return this.symlink(entry, record, facts);
    this.words(type, facts);
    const device = deviceOf(record);
    if (device) this.text.ascii(` device=native,${device.major},${device.minor}`);
    this.text.ascii('\n');
  }

  private async symlink(entry: number, record: InodeRecord, facts: FileFacts): Promise<void> {
    let target: Uint8Array | null = null;
    try {
      target = await symlinkTarget(this.sources.image.volume, record);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.gap(entry, error.message);
    }
    this.words('symlink', facts);
    if (target) this.text.ascii(' link=').escaped(target, 0, target.length, false);
    this.text.ascii('\n');
  }
}
