/** Image names of the command line, their offsets, and the reason why an image cannot be opened. */
import { messageOf } from '../error';
import type { PartitionFacts } from '../problem/start';
import { fs } from '../source/fs';
import { sliceSource } from '../source/slice';
import type { ByteSource } from '../source/source';
import { parseOffset } from './option-kinds';

const { existsSync } = fs;

/** An image name: the path of the file and the byte at which the file system starts. */
export interface ImageName {
  path: string;
  offset: number;
  /** The name in reports, in the form that e2fsck and this program accept: `disk.img?offset=1048576`. */
  shown: string;
}

/**
 * Splits `?offset=N` off an image name, as e2fsck does, unless a file has exactly that name. It overrides `offset`.
 * @throws UsageError when N is not an offset.
 */
export function parseImageName(
  name: string,
  offset: number,
  exists: (path: string) => boolean = existsSync,
): ImageName {
  const found = /^(.+)\?offset=([^?]*)$/s.exec(name);
  if (found !== null && !exists(name)) {
    const at = parseOffset(found[2]!);
    return { path: found[1]!, offset: at, shown: `${found[1]}?offset=${at}` };
  }
  return { path: name, offset, shown: offset === 0 ? name : `${name}?offset=${offset}` };
}

/** The file system in a file, and the partition that it is in. */
export interface ImagePart {
  source: ByteSource;
  /** Null if no partition of the file starts at the offset. */
  partition: PartitionFacts | null;
}

/**
 * The part of a source that starts at the image's offset. It ends where the partition that starts there ends, because
 * neither a kernel nor a boot loader reads further. Closes the source if the offset is past its end.
 */
export async function partAt(source: ByteSource, image: ImageName): Promise<ImagePart> {
  const { offset } = image;
  if (offset === 0) return { source, partition: null };
  try {
    const rest = sliceSource(source, offset);
    const { findPartition } = await import('../volume/start/partitions');
    const partition = await findPartition(source, offset);
    if (partition === null || partition.size >= rest.size) return { source: rest, partition };
    return { source: sliceSource(source, offset, partition.size), partition };
  } catch (error) {
    source.close?.();
    throw error;
  }
}

/** Why an image could not be opened or read, as a clause without its name and without error codes. */
export function whyNot(error: unknown, image: ImageName): string {
  if (error instanceof RangeError && image.offset > 0) return `offset ${image.offset} is past its end`;
  const message = messageOf(error);
  const prefix = [`cannot open ${image.path}: `, `${image.path}: `].find((one) => message.startsWith(one)) ?? '';
  const reason = message.slice(prefix.length).replace(` of ${image.path}: `, ': ');
  return reason.replace(/^E[A-Z0-9]+: /, '').replaceAll(/: E[A-Z0-9]+: /g, ': ') || 'the reason is not known';
}
