/** The command `cat`: writes the bytes of files in an image to standard output. */
import { exitStatuses } from '../../report/exit-status';
import { Turns } from '../../source/turns';
import { ImageError } from '../../view/error';
import type { OpenedImage } from '../../view/opened-image';
import { type Piece, piecesOf } from '../../view/pieces';
import { type InodeRecord, placeOf, requireUsed } from '../../view/stat';
import type { CommandDescription } from '../describe/command';
import type { Io } from '../io';
import { type FileWord, fileWord, recordOf, shownWord, whyOf } from '../look/file-word';
import { lookInto, lookOptions, lookStatuses } from '../look/open';
import { readOptions, UsageError } from '../options';

export const command: CommandDescription = {
  usage: ["cat [options] IMAGE PATH|'<INODE>'..."],
  description: [
    'Writes the bytes of files in the image to standard output, holes as zeros. Bytes that cannot be read are replaced by zeros, and their range is reported on standard error, so that every other byte stays in its place. Symlinks are followed inside the image.',
  ],
  options: lookOptions,
  operand: 'an image',
  statuses: lookStatuses,
  examples: ['extcheck cat active.img /etc/os-release', "extcheck cat disk.qcow2?partition=3 '<12>' > found"],
};

const zeros = new Uint8Array(64 * 1024);

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const words: string[] = [];
  const request = readOptions(argv, lookOptions, (word) => words.push(word));
  const [name, ...files] = words;
  if (name !== undefined && files.length === 0) throw new UsageError('No path given.');
  return lookInto('cat', name, request, io, async (view) => {
    let complete = true;
    for (const word of files.map(fileWord)) {
      const result = await writeFile(view, word, io);
      if (result === 'closed') break;
      if (result === 'incomplete') complete = false;
    }
    return complete ? exitStatuses.pass : exitStatuses.problems;
  });
}

type Result = 'complete' | 'incomplete' | 'closed';

/** @throws ImageError if it is not a regular file in use */
async function regularFile(view: OpenedImage, word: FileWord): Promise<InodeRecord> {
  const record = await recordOf(view, word, true);
  requireUsed(record);
  if (record.type !== 'file') throw new ImageError('not-a-file', 'it is not a regular file', placeOf(record));
  return record;
}

async function writeFile(view: OpenedImage, word: FileWord, io: Io): Promise<Result> {
  const shown = shownWord(word);
  let result: Result = 'complete';
  try {
    for await (const piece of piecesOf(view.volume, await regularFile(view, word), io.signal)) {
      if (piece.kind === 'lost') {
        io.err(`extcheck: ${shown}: bytes ${piece.at} to ${piece.at + piece.length - 1} ${piece.why}\n`);
        result = 'incomplete';
      }
      if (!(await writePiece(piece, io))) return 'closed';
    }
    return result;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    io.err(`extcheck: ${shown}: ${whyOf(error, shown)}\n`);
    return 'incomplete';
  }
}

/** Resolves with whether anything more can be written. */
async function writePiece(piece: Piece, io: Io): Promise<boolean> {
  if (piece.kind === 'data') return io.outBytes(piece.bytes);
  const turns = new Turns(io.signal);
  for (let left = piece.length; left > 0; left -= zeros.length) {
    // a write to a file waits for nothing
    await turns.due();
    if (!(await io.outBytes(zeros.subarray(0, Math.min(left, zeros.length))))) return false;
  }
  return true;
}
