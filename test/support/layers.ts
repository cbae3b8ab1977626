/** Opens layers on images in memory, with files beside them. */
import { ContainerError } from '../../src/container/error';
import { headBytes, type Layer, type LayerContext, type OpenedLayer } from '../../src/container/layer';
import { memorySource } from '../../src/source/memory';
import type { ByteSource } from '../../src/source/source';

/** A context whose other files are in memory. */
export const contextOf = (files: Readonly<Record<string, Uint8Array>> = {}, name?: string): LayerContext => ({
  async openBeside(wanted, what) {
    const bytes = files[wanted];
    if (bytes === undefined) throw new ContainerError('container-needs-file', `${what} ${wanted} is missing`);
    return memorySource(bytes);
  },
  decompress: () => Promise.reject(new Error('not here')),
  ...(name !== undefined && { name }),
});

/** Whether a layer recognises bytes. */
export const recognises = async (layer: Layer, bytes: Uint8Array): Promise<boolean> =>
  layer.recognise(bytes.subarray(0, headBytes), memorySource(bytes));

/** Opens bytes as a layer. */
export const openLayer = (layer: Layer, bytes: Uint8Array, context = contextOf()): Promise<OpenedLayer> =>
  layer.open(memorySource(bytes), context);

/** All bytes of a part that can be read. */
export async function bytesOf(source: ByteSource | string): Promise<Buffer> {
  if (typeof source === 'string') throw new Error(source);
  const bytes = Buffer.alloc(source.size);
  if ((await source.read(0, bytes)) !== bytes.length) throw new Error('a short read');
  return bytes;
}
