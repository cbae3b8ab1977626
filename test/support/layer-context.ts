/** What a layer gets in tests, and comparisons of what it opens. */
import { expect } from 'vitest';
import { decompressNode } from '../../src/container/decompress-node';
import { ContainerError } from '../../src/container/error';
import type { Layer, LayerContext, OpenedLayer } from '../../src/container/layer';
import { memorySource } from '../../src/source/memory';
import type { ByteSource } from '../../src/source/source';

/** A context that opens these files, and notes how it was asked for them. */
export function layerContext(
  files: Readonly<Record<string, ByteSource>> = {},
): LayerContext & { asked: { name: string; what: string; raw: boolean }[] } {
  const asked: { name: string; what: string; raw: boolean }[] = [];
  return {
    asked,
    decompress: decompressNode,
    async openBeside(name, what, options) {
      asked.push({ name, what, raw: options?.raw === true });
      const found = files[name];
      if (found === undefined) throw new ContainerError('container-needs-file', `its ${what} ${name} is missing`);
      return found;
    },
  };
}

/** Opens a layer with a single disk. */
export async function openDisk(
  layer: Layer,
  image: Uint8Array | ByteSource,
  context: LayerContext = layerContext(),
): Promise<{ disk: ByteSource; opened: OpenedLayer }> {
  const source = image instanceof Uint8Array ? memorySource(image) : image;
  const opened = await layer.open(source, context);
  const disk = opened.parts[0]?.source;
  if (opened.parts.length !== 1 || disk === undefined || typeof disk === 'string') throw new Error('not a single disk');
  return { disk, opened };
}

export async function readBytes(source: ByteSource, at = 0, length = source.size - at): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  expect(await source.read(at, bytes)).toBe(length);
  return bytes;
}

/** The same source, whose reads are promises. */
export const asynchronous = (source: ByteSource): ByteSource => ({
  size: source.size,
  read: async (at, into) => source.read(at, into),
});

/** Numbers that look random and are the same in each run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes that compress a little. */
export function randomBytes(length: number, random: (below: number) => number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i % 8 < 4 ? random(256) : i >>> 6;
  return bytes;
}
