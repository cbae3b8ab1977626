/** Images that come as a stream: standard input and FIFOs. Their bytes are kept, because a check reads here and there. */
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { addAbortSignal, type Readable } from 'node:stream';
import { openedFile, reason } from '../file';
import { fs } from '../fs';
import { memorySource } from '../memory';
import { SourceError } from '../source';
import { formatOf, magicLength, magicOf } from './formats';
import { fileInput, Intake, type PackedInput } from './input';
import type { Settings } from './options';
import { Spool } from './spool';
import { type Unpacked, unpack } from './unpack';

const { closeSync, constants, fstatSync, openSync } = fs;

type Opened = Partial<Unpacked> & Pick<Unpacked, 'source'>;

/** Bytes of a stream that are looked at where a skippable frame comes first. */
const longHead = 2 ** 16;

/** The bytes of a stream; those that were looked at come again. */
export interface StreamInput extends PackedInput {
  /** At least `length` bytes from the start, if there are as many. */
  head(length: number): Promise<Uint8Array>;
}

/** An input of chunks that are valid until the next one is asked for. `stop` ends them, whatever they wait for. */
export function streamInput(
  name: string,
  size: number | null,
  chunks: AsyncIterable<Uint8Array>,
  stop: () => void,
): StreamInput {
  const iterator = chunks[Symbol.asyncIterator]();
  let seen = Buffer.alloc(0);
  let isOver = false;
  return {
    name,
    size,
    async head(length) {
      while (!isOver && seen.length < length) {
        const next = await iterator.next();
        if (next.done) isOver = true;
        else seen = Buffer.concat([seen, next.value]);
      }
      return seen;
    },
    async *chunks() {
      if (seen.length > 0) yield seen;
      seen = Buffer.alloc(0);
      while (!isOver) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    },
    stop,
  };
}

/** Unpacks a stream while it comes, if its first bytes are of a compression; keeps its bytes otherwise. */
export async function openInputStream(input: StreamInput, settings: Settings): Promise<Opened> {
  const { signal, memoryLimit, maxSize } = settings;
  const spool = new Spool(input.name, { memoryLimit, maxSize, tempDir: settings.tempDir ?? tmpdir() }, false);
  try {
    signal?.throwIfAborted();
    let head = await input.head(magicLength);
    if (magicOf(head) === 'skippable') head = await input.head(longHead);
    const format = await formatOf(memorySource(head), true);
    if (format !== null) return await unpack(input, format, settings);
    if (input.size !== null) {
      spool.requireAllowed(input.size);
      spool.expect(input.size);
    }
    for await (const chunk of new Intake(input, settings).chunks()) spool.add(chunk);
    return { source: spool.finish() };
  } catch (error) {
    spool.discard();
    signal?.throwIfAborted();
    throw error;
  } finally {
    input.stop();
  }
}

async function* chunksOf(name: string, stream: Readable): AsyncGenerator<Uint8Array, void> {
  let at = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      yield chunk;
      at += chunk.length;
    }
  } catch (cause) {
    throw new SourceError(`cannot read ${name} after byte ${at}: ${reason(cause)}`, at, 0, { cause });
  }
}

function openReadable(name: string, stream: Readable, settings: Settings): Promise<Opened> {
  if (settings.signal !== undefined) addAbortSignal(settings.signal, stream);
  // also one that comes when no bytes are waited for
  stream.on('error', () => {});
  return openInputStream(
    streamInput(name, null, chunksOf(name, stream), () => stream.destroy()),
    settings,
  );
}

/** Standard input: read in place where it is a file or a device, and kept where it is a pipe or a socket. */
export async function openStandardInput(settings: Settings): Promise<Opened> {
  const name = 'standard input';
  let isStream = false;
  try {
    const stats = fstatSync(0);
    isStream = stats.isFIFO() || stats.isSocket();
  } catch (cause) {
    throw new SourceError(`cannot open ${name}: ${reason(cause)}`, 0, 0, { cause });
  }
  if (isStream) {
    const { stdin } = process;
    if (stdin.readableEnded || stdin.destroyed) throw new SourceError(`cannot open ${name}: it was read already`, 0, 0);
    return openReadable(name, stdin, settings);
  }
  const { source, isDevice } = openedFile(name, { fd: 0 });
  const format = isDevice ? null : await formatOf(source);
  return format === null ? { source } : unpack(fileInput(name, source), format, settings);
}

/** A FIFO, whose writer may come later. */
export async function openFifo(path: string, settings: Settings): Promise<Opened> {
  let fd: number;
  try {
    // without O_NONBLOCK the process would wait for the writer, and hear no signal meanwhile
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (cause) {
    throw new SourceError(`cannot open ${path}: ${reason(cause)}`, 0, 0, { cause });
  }
  if (!fstatSync(fd).isFIFO()) {
    closeSync(fd);
    throw new SourceError(`cannot open ${path}: another file took its place`, 0, 0);
  }
  return openReadable(path, new Socket({ fd, readable: true, writable: false }), settings);
}
