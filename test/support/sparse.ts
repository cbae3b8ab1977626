/** Copies of images. Most bytes of an image are zero, and memory that stays untouched takes no time to copy. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A page of memory. */
const step = 4096;
const zeros = Buffer.alloc(step);

/** Calls `use` with each stretch of whole pages that are not all zero. */
export function eachPart(bytes: Uint8Array, use: (at: number, part: Uint8Array) => void): void {
  let start = -1;
  for (let at = 0; at < bytes.length; at += step) {
    const end = Math.min(at + step, bytes.length);
    const empty = zeros.compare(bytes, at, end, 0, end - at) === 0;
    if (empty && start >= 0) use(start, bytes.subarray(start, at));
    if (empty) start = -1;
    else if (start < 0) start = at;
  }
  if (start >= 0) use(start, bytes.subarray(start));
}

/** A copy of an image. */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  eachPart(bytes, (at, part) => copy.set(part, at));
  return copy;
}

/** An image to make copies of, without its zeros. */
export class Master {
  private readonly size: number;
  private readonly parts: (readonly [at: number, part: Uint8Array])[] = [];
  /** Bytes of memory that it takes. */
  readonly taken: number;

  constructor(bytes: Uint8Array) {
    this.size = bytes.length;
    // a copy: slice() of a Buffer would keep all of the image
    eachPart(bytes, (at, part) => this.parts.push([at, Uint8Array.from(part)]));
    this.taken = this.parts.reduce((sum, [, part]) => sum + part.length, 0);
  }

  copy(): Uint8Array<ArrayBuffer> {
    return this.writeInto(new Uint8Array(this.size));
  }

  /** Makes `bytes`, which have the same size and are all zero, a copy. */
  writeInto<T extends Uint8Array>(bytes: T): T {
    for (const [at, part] of this.parts) bytes.set(part, at);
    return bytes;
  }
}

const masters = new Map<string, Master>();

/** A fresh copy of the image in a file, *.gz or not. Each is read once by each worker. */
export function loadImage(path: string): Uint8Array<ArrayBuffer> {
  const master =
    masters.get(path) ?? new Master(path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path));
  masters.set(path, master);
  return master.copy();
}
