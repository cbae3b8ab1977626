/** Reads the files that the command line names: at most as much as is of use, and left when the user interrupts. */
import type { Readable } from 'node:stream';
import { joined } from '../bytes/joined';
import { fs } from '../source/fs';
import { Turns } from '../source/turns';

const { closeSync, constants, fstatSync, openSync, readSync } = fs;

const pieceBytes = 2 ** 20;

/**
 * The bytes of a file, of a pipe, or of standard input as `-`. Rejects with an error whose message is a clause if there are
 * more than `most`, with the signal's reason when it is aborted, and with the system's own error.
 */
export async function readInput(path: string, most: number, signal: AbortSignal): Promise<Uint8Array> {
  if (path === '-') return streamed(process.stdin, most, signal);
  // without O_NONBLOCK the process would wait for the writer of a pipe, and hear no signal meanwhile
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  const stats = fstatSync(fd);
  if (stats.isFIFO()) {
    const { Socket } = await import('node:net');
    return streamed(new Socket({ fd, readable: true, writable: false }), most, signal);
  }
  try {
    if (stats.isDirectory()) throw new Error('it is a directory');
    return await read(fd, most, signal);
  } finally {
    closeSync(fd);
  }
}

const tooLarge = (most: number): Error => new Error(`it is larger than ${most / 2 ** 20} MiB`);

async function read(fd: number, most: number, signal: AbortSignal): Promise<Uint8Array> {
  const turns = new Turns(signal);
  const pieces: Uint8Array[] = [];
  for (let length = 0; ; ) {
    const piece = new Uint8Array(pieceBytes);
    const got = readSync(fd, piece, 0, piece.length, null);
    if (got === 0) return joined(pieces, length);
    length += got;
    if (length > most) throw tooLarge(most);
    pieces.push(piece.subarray(0, got));
    await turns.due();
  }
}

async function streamed(stream: Readable, most: number, signal: AbortSignal): Promise<Uint8Array> {
  // Loaded lazily: streams take 2 ms of every start.
  const { addAbortSignal } = await import('node:stream');
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of addAbortSignal(signal, stream) as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > most) throw tooLarge(most);
    pieces.push(piece);
  }
  return joined(pieces, length);
}
