/** Unpacks raw deflate data with Node's zlib, piece by piece. */

import { createInflateRaw } from 'node:zlib';
import { messageOf } from '../error';
import { InflateError, type Inflation } from './inflation';

const chunkSize = 256 * 1024;

export function inflateRaw(input: AsyncIterable<Uint8Array>): Inflation {
  const inflater = createInflateRaw({ chunkSize });
  const source = input[Symbol.asyncIterator]();
  let failure: unknown;
  let ended = false;
  let wake = () => {};
  // once for all waits: a listener for each would be a leak to Node; a stream that was destroyed never drains
  for (const event of ['drain', 'close']) inflater.on(event, () => wake());
  async function feed(): Promise<void> {
    try {
      // after an error the stream is destroyed and emits no more events to wait for
      while (!ended && !inflater.destroyed) {
        const { done, value } = await source.next();
        if (done || inflater.destroyed) break;
        // zlib stops at the end of the data, even inside a piece
        const drained = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (!inflater.write(value) && !inflater.destroyed) await drained;
      }
      if (!inflater.destroyed) inflater.end();
    } catch (error) {
      failure = error;
      inflater.destroy();
    }
  }
  async function* output(): AsyncGenerator<Uint8Array, void, undefined> {
    const feeding = feed();
    try {
      for await (const piece of inflater) yield piece as Uint8Array;
    } catch (error) {
      throw failure ?? asInflateError(error);
    } finally {
      ended = true;
      inflater.destroy();
      await feeding;
      await source.return?.();
    }
    if (failure !== undefined) throw failure;
  }
  return { output: output(), consumed: () => inflater.bytesWritten };
}

function asInflateError(error: unknown): unknown {
  const code = error instanceof Error ? String((error as NodeJS.ErrnoException).code ?? '') : '';
  if (!code.startsWith('Z_') && code !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
  return new InflateError(code === 'Z_BUF_ERROR' ? 'it ends too early' : messageOf(error));
}
