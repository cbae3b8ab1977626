/** The command `extract`: rescues a file or a tree of an image into a folder. */
import { parsePrintableName } from '../../bytes/names';
import { exitStatuses } from '../../report/exit-status';
import { printable } from '../../report/printable';
import { ImageError } from '../../view/error';
import type { OpenedImage } from '../../view/opened-image';
import { requireUsed } from '../../view/stat';
import type { CommandDescription } from '../describe/command';
import type { Io } from '../io';
import { printText } from '../locale';
import { sortedNames } from '../look/directory';
import { Extraction } from '../look/extraction';
import { type FileWord, fileWord, recordOf, shownWord, whyOf } from '../look/file-word';
import { lookInto, lookOptions, lookStatuses } from '../look/open';
import { OutFolder } from '../look/out-folder';
import { nameFault } from '../look/safe-name';
import { WriteError, writeFault } from '../look/write-fault';
import { flag, parseBytes, text } from '../option-kinds';
import { readOptions, UsageError, type Values } from '../options';
import { format } from '../shared-options';

const options = {
  links: flag('also make symlinks, as they are, and hard links; both after everything else'),
  'max-size': {
    ...text('SIZE', 'extract files whose sizes have at most this sum; also 20G', { default: '1T' }),
    initial: 2 ** 40,
    read: (value: string, name: string) => parseBytes(value, `--${name}`),
  },
  format,
  ...lookOptions,
};

export const command: CommandDescription = {
  usage: ["extract [options] IMAGE PATH|'<INODE>' FOLDER"],
  description: [
    'Copies a file, or a directory with all in it, into FOLDER, which is created if it does not exist. The path / copies what is in the root. Everything that can be read is copied; what is lost is listed, and lost bytes of a file become a hole. Nothing is overwritten, and nothing is written outside FOLDER, whatever the names in the image are.',
    'Permissions, without setuid, setgid and sticky bit, and times are preserved; owner and attributes are not. Holes remain. Devices, pipes and sockets are listed, and never made.',
  ],
  options,
  operand: 'an image',
  statuses: {
    ...lookStatuses,
    0: 'all was copied, except for what is listed as not made',
    4: 'something is lost; the rest was copied',
    8: 'the image could not be opened, or FOLDER could not be written to',
  },
  examples: ['extcheck extract broken.img /etc saved', 'extcheck extract --links disk.qcow2?partition=3 / everything'],
};

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const words: string[] = [];
  const request = readOptions(argv, options, (word) => words.push(word));
  const [name, path, folder] = words;
  if (name !== undefined && path === undefined) throw new UsageError('No path given.');
  if (path !== undefined && (folder === undefined || folder === '')) throw new UsageError('No folder given.');
  if (words.length > 3) throw new UsageError('Only one path can be extracted.');
  return lookInto('extract', name, request, io, (view) => extract(view, fileWord(path!), folder!, request, io));
}

async function extract(
  view: OpenedImage,
  word: FileWord,
  path: string,
  request: Values<typeof options>,
  io: Io,
): Promise<number> {
  let root: OutFolder | undefined;
  try {
    const wanted = await find(view, word);
    root = OutFolder.root(path);
    const taken = await takenName(view, wanted, root);
    if (taken !== undefined) throw new WriteError(`it has ${taken} already, and nothing is overwritten`);
    return await copy(view, wanted, root, path, request, io);
  } catch (error) {
    if (error instanceof ImageError) {
      const shown = shownWord(word);
      io.err(`extcheck: ${shown}: ${whyOf(error, shown)}\n`);
      return exitStatuses.problems;
    }
    io.err(`extcheck: ${printable(path)}: ${printable(error instanceof WriteError ? error.message : fault(error))}\n`);
    return exitStatuses.unchecked;
  } finally {
    root?.close();
  }
}

/** An error of the system. @throws all others */
function fault(error: unknown): string {
  try {
    return writeFault(error);
  } catch (other) {
    if (other instanceof WriteError) return other.message;
    throw other;
  }
}

async function copy(
  view: OpenedImage,
  { inode, name, path }: Wanted,
  root: OutFolder,
  folder: string,
  request: Values<typeof options>,
  io: Io,
): Promise<number> {
  const { links, maxSize } = request;
  const extraction = new Extraction(view, root, { links, maxSize, signal: io.signal });
  const { outcome } = extraction;
  let stopped: WriteError | undefined;
  try {
    if (name === null) await extraction.contents(inode, path);
    else await extraction.file(inode, name, path);
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    stopped = error;
  }
  if (request.format === 'json') await io.out(outcome.json(folder));
  else await printText(io, outcome.text(folder));
  if (stopped !== undefined) {
    io.err(`extcheck: ${printable(folder)}: nothing more can be written: ${printable(stopped.message)}\n`);
    return exitStatuses.unchecked;
  }
  return outcome.lost.count === 0 ? exitStatuses.pass : exitStatuses.problems;
}

/** What is extracted: an inode with its name in the folder, or all in a directory, without a name. */
interface Wanted {
  inode: number;
  name: Uint8Array | null;
  path: string;
}

/** @throws ImageError */
async function find(view: OpenedImage, word: FileWord): Promise<Wanted> {
  const record = await recordOf(view, word, true);
  requireUsed(record);
  const { ino, path = shownWord(word) } = record;
  if (typeof word === 'number' && ino !== 2) return { inode: ino, name: parsePrintableName(`inode-${ino}`), path };
  if (ino === 2) return { inode: ino, name: null, path: '/' };
  // a symlink has the name that was given, and '..' and a slash at the end none
  for (const text of [String(word), path]) {
    const name = parsePrintableName(text.slice(text.lastIndexOf('/') + 1));
    if (nameFault(name) === null) return { inode: ino, name, path };
  }
  throw new ImageError('bad-path', 'no file here can have its name; use its inode number', { path });
}

/** A name that the folder has already. */
async function takenName(
  view: OpenedImage,
  { inode, name, path }: Wanted,
  root: OutFolder,
): Promise<string | undefined> {
  if (root.isEmpty) return undefined;
  if (name !== null) return root.has(name) ? Buffer.from(name).toString() : undefined;
  for await (const batch of sortedNames(view, inode, path, () => {}))
    for (const entry of batch) if (nameFault(entry.rawName) === null && root.has(entry.rawName)) return entry.name;
  return undefined;
}
