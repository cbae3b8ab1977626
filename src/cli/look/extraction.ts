/** Copies a file or a tree of an image into a folder: what can be read of it, and never outside the folder. */
import { closeSync, ftruncateSync, writeSync } from 'node:fs';
import { Bitmap } from '../../bytes/bitmap';
import { joinPath, printableName } from '../../bytes/names';
import { typeName } from '../../content/type-name';
import { Turns } from '../../source/turns';
import type { DirEntry } from '../../view/directory';
import { ImageError } from '../../view/error';
import { requireReadable, symlinkTarget } from '../../view/file';
import type { OpenedImage } from '../../view/opened-image';
import { piecesOf } from '../../view/pieces';
import { type FileStat, type InodeRecord, statOf } from '../../view/stat';
import { inodeOf, sortedNames } from './directory';
import { whyOf } from './file-word';
import { Outcome } from './losses';
import { finish, type OutFolder } from './out-folder';
import { finishFolders, type MadeFolder, makeLinks, type UnfinishedFolder, type WantedLink } from './out-tree';
import { nameFault } from './safe-name';
import { writeFault } from './write-fault';

export interface ExtractOptions {
  /** Whether symlinks and hard links are made. */
  links: boolean;
  /** Largest sum of the sizes of all files. */
  maxSize: number;
  signal: AbortSignal;
}

/** Deepest directory that is extracted; each one on the way has an open descriptor. */
const maxDepth = 256;

/** A place in the folder where things are made. */
interface Here {
  made: MadeFolder;
  folder: OutFolder;
  depth: number;
}

/** Links that wait to be made: a damaged directory can have any number of names for one inode. */
const maxLinks = 2 ** 20;

const zeros = new Uint8Array(256 * 1024);
const isZero = (bytes: Uint8Array): boolean => Buffer.compare(bytes, zeros.subarray(0, bytes.length)) === 0;

function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

export class Extraction {
  readonly outcome = new Outcome();
  private readonly visited: Bitmap;
  private readonly turns: Turns;
  /** The first names of files that should have others. */
  private readonly firstNames = new Map<number, { folder: MadeFolder; name: Uint8Array; path: string }>();
  private readonly links: WantedLink[] = [];
  private readonly folders: UnfinishedFolder[] = [];
  private readonly top: MadeFolder = { parent: null, name: new Uint8Array(0) };
  /** Sum of the sizes of all files so far. */
  private size = 0;

  constructor(
    private readonly view: OpenedImage,
    private readonly root: OutFolder,
    private readonly options: ExtractOptions,
  ) {
    this.visited = new Bitmap(view.volume.geometry.inodesCount + 1);
    this.turns = new Turns(options.signal);
  }

  /** Extracts a file, or a directory with all in it, as `name`. @throws WriteError */
  async file(ino: number, name: Uint8Array, path: string): Promise<void> {
    await this.inode(ino, name, path, { made: this.top, folder: this.root, depth: 0 });
    this.end();
  }

  /** Extracts all that is in a directory. @throws WriteError */
  async contents(ino: number, path: string): Promise<void> {
    this.visited.testAndSet(ino);
    await this.names(ino, path, { made: this.top, folder: this.root, depth: 0 });
    this.end();
  }

  private end(): void {
    const onFailure = (path: string, error: unknown) => this.lost(path, writeFault(error));
    this.outcome.links = makeLinks(this.root, this.links, onFailure);
    finishFolders(this.root, this.folders, onFailure);
  }

  private lost(path: string, why: string): void {
    this.outcome.lost.add({ path, why });
  }

  private async names(ino: number, path: string, here: Here): Promise<void> {
    const onLost = (why: string) => this.lost(path, why);
    for await (const batch of sortedNames(this.view, ino, path, onLost))
      for (const entry of batch) await this.entry(entry, joinPath(path, entry.name), here);
  }

  private async entry({ inode, rawName }: DirEntry, path: string, here: Here): Promise<void> {
    const fault = nameFault(rawName);
    if (fault !== null) this.lost(path, `${fault}; extract <${inode}> by its number`);
    else await this.inode(inode, rawName, path, here);
    const due = this.turns.due();
    if (due !== undefined) await due;
  }

  private async inode(ino: number, name: Uint8Array, path: string, here: Here): Promise<void> {
    const record = await inodeOf(this.view, ino, path);
    if (typeof record === 'string') return this.lost(path, record);
    const seen = this.visited.testAndSet(ino);
    const stat = statOf(this.view.volume.geometry, record);
    try {
      if (record.type === 'unknown') this.lost(path, `inode ${ino} is damaged: it is of no known type`);
      else if (record.type === 'symlink') await this.symlink(record, name, path, here);
      else if (seen && (record.type === 'directory' || record.type === 'file')) this.again(record, name, path, here);
      else if (record.type === 'directory') await this.directory(stat, name, path, here);
      else if (record.type === 'file') await this.regular(record, stat, name, path, here);
      else this.outcome.leftOut.add({ path, why: `a ${typeName(record.type)}, which is never made` });
    } catch (error) {
      this.lost(path, error instanceof ImageError ? whyOf(error, path) : writeFault(error));
    }
  }

  /** Another name of an inode that has one already. */
  private again({ ino, type, links }: InodeRecord, name: Uint8Array, path: string, { made }: Here): void {
    const first = this.firstNames.get(ino);
    if (first !== undefined) this.link({ folder: made, name, path, to: first }, `another name of ${first.path}`);
    else if (type === 'file' && links > 1) this.lost(path, 'it is another name of a file that is lost');
    else this.lost(path, `${type === 'file' ? 'inode' : type} ${ino} has another name, but can have only one`);
  }

  private link(link: WantedLink, what: string): void {
    if (!this.options.links) this.outcome.leftOut.add({ path: link.path, why: `${what}, made only with --links` });
    else if (this.links.length >= maxLinks) this.lost(link.path, `there are more than ${maxLinks} links`);
    else this.links.push(link);
  }

  private async directory(stat: FileStat, name: Uint8Array, path: string, here: Here): Promise<void> {
    if (here.depth >= maxDepth) return this.lost(path, `it is more than ${maxDepth} directories deep`);
    const folder = here.folder.makeFolder(name);
    try {
      const made = { parent: here.made, name, path, facts: stat };
      this.folders.push(made);
      this.outcome.directories++;
      await this.names(stat.inode, path, { made, folder, depth: here.depth + 1 });
    } finally {
      folder.close();
    }
  }

  private async symlink(record: InodeRecord, name: Uint8Array, path: string, { made }: Here): Promise<void> {
    const to = await symlinkTarget(this.view.volume, record);
    this.link({ folder: made, name, path, to }, `a symlink to ${printableName(to)}`);
  }

  private async regular(
    record: InodeRecord,
    stat: FileStat,
    name: Uint8Array,
    path: string,
    { made, folder }: Here,
  ): Promise<void> {
    requireReadable(record);
    if (this.size + record.size > this.options.maxSize)
      return this.lost(path, `its ${record.size} bytes are more than --max-size allows`);
    const fd = folder.makeFile(name);
    try {
      this.outcome.files++;
      if (record.links > 1) this.firstNames.set(record.ino, { folder: made, name, path });
      this.size += record.size;
      await this.content(fd, record, path);
      finish(fd, stat);
    } finally {
      closeSync(fd);
    }
  }

  /** Writes what can be read; zeros and what is lost become holes. */
  private async content(fd: number, record: InodeRecord, path: string): Promise<void> {
    // first, so that a file whose content ends with an error has its size
    ftruncateSync(fd, record.size);
    for await (const piece of piecesOf(this.view.volume, record, this.options.signal)) {
      if (piece.kind === 'lost') {
        const { at, length, why } = piece;
        this.outcome.lost.add({ path, why: `bytes ${at} to ${at + length - 1} ${why}`, at, length });
        continue;
      }
      this.outcome.bytes += piece.length;
      if (piece.kind === 'data' && !isZero(piece.bytes)) writeAll(fd, piece.bytes, piece.at);
    }
  }
}
