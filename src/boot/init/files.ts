/** Files as the running kernel reads them: after journal replay, and strict about damage. */
import { inode } from '../../layout/inode';
import { Directory } from '../../view/directory';
import { catchImageError } from '../../view/error';
import { contentOf, wholeContent } from '../../view/file';
import { Lookup } from '../../view/lookup';
import type { InodeRecord } from '../../view/stat';
import type { Groups } from '../../volume/groups';
import type { Volume } from '../../volume/volume';

/** Largest program or library that is read, in bytes. */
const maxProgram = 2 ** 26;

export class SystemFiles {
  private readonly lookup: Lookup;

  constructor(
    readonly volume: Volume,
    readonly groups: Groups,
  ) {
    this.lookup = new Lookup(volume, groups, true);
  }

  /** The file at a path, symlinks followed; null if it does not exist. @throws ImageError if the path is damaged */
  async find(path: string): Promise<InodeRecord | null> {
    return catchImageError(
      async () => (await this.lookup.resolve(path, true)).record,
      (error) => {
        if (['not-found', 'not-a-directory', 'too-many-links'].includes(error.code)) return null;
        throw error;
      },
    );
  }

  /** Names in a directory, in disk order; none if there is no such directory. @throws ImageError */
  async names(path: string): Promise<string[]> {
    const record = await this.find(path);
    if (record === null || record.type !== 'directory') return [];
    const directory = new Directory(this.volume, async () => record);
    const names: string[] = [];
    for await (const { name } of directory) if (names.push(name) >= 4096) break;
    return names;
  }

  /** All bytes of a file. @throws ImageError, `too-large` above 64 MiB */
  whole(record: InodeRecord): Promise<Uint8Array> {
    return wholeContent(this.volume, record, maxProgram);
  }

  /** The first bytes, at most `length`. @throws ImageError */
  async head(record: InodeRecord, length: number): Promise<Uint8Array> {
    for await (const piece of contentOf(this.volume, record)) return piece.subarray(0, length);
    return new Uint8Array(0);
  }
}

/** Whether a file has an execute bit; without one, even root cannot execute it. */
export const isExecutable = (record: InodeRecord): boolean => (inode.i_mode(record.view, 0) & 0o111) !== 0;
