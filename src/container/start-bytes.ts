/** The first bytes of a container, where its header is. */
import { type ByteSource, SourceError } from '../source/source';
import { damaged } from './error';

/** @throws ContainerError if the source is shorter, SourceError */
export async function startBytes(source: ByteSource, length: number, what: string): Promise<DataView> {
  if (source.size < length) throw damaged(`it has ${source.size} bytes, fewer than the ${length} of ${what}`);
  const bytes = new Uint8Array(length);
  const got = await source.read(0, bytes);
  if (got < length) throw new SourceError(`cannot read bytes ${got} to ${length - 1}`, got, length - got);
  return new DataView(bytes.buffer);
}
