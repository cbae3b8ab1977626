/** Finds the ext file systems in a file, an image or a device, whatever it is. */
import { Beside, refuseBeside } from './container/beside';
import { containerCheck } from './container/check';
import { isExtContent } from './container/content';
import type { Decompress } from './container/decompress';
import { ContainerError } from './container/error';
import { Explorer, type Leaf } from './container/explore';
import type { LayerContext } from './container/layer';
import { innermost, requireSelected } from './container/select';
import type { Extension } from './extension';
import { openImage } from './open-image';
import type { ContainerStep, Content, TailFacts } from './problem/container';
import type { PartitionFacts } from './problem/start';
import { guardedSource } from './source/guarded';
import type { ByteSource } from './source/source';
import { ImageError } from './view/error';

/** How `openDisk` looks into a file. */
export interface OpenDiskOptions {
  /** Stops the search, and all later reads of the sources. */
  signal?: AbortSignal;
  /** Only what is in this partition or volume: its number, name or UUID, or the label or UUID of its file system. */
  partition?: string;
  /** Paths of images inside each other: the first one in the file system that was found, the next one in that image. */
  inside?: readonly string[];
  /**
   * Opens a file in the folder of the one that is open: a backing file, a parent, the extents of a split disk. `isOfSeries` is
   * whether the name follows from that of the open file, as `disk.1` from `disk.0`; else it comes from the container and may be
   * hostile. The caller closes the source. Without this function such containers are refused.
   */
  openBeside?: (name: string, isOfSeries: boolean) => Promise<ByteSource>;
  /** Unpacks compressed blocks. Default: zlib on Node, DecompressionStream in a browser. */
  decompress?: Decompress;
  /** Name of the file, of which formats in several files derive the names of the others. */
  name?: string;
  /** Containers that were opened before, such as a compression, the outermost first. */
  around?: readonly ContainerStep[];
}

/** An ext file system in a file. */
export interface FoundFileSystem {
  /** Its bytes, up to the end of its partition. */
  source: ByteSource;
  /** The containers around it, the outermost first; empty for a bare file system. */
  container: ContainerStep[];
  /** The partition that it is in, for the option of a check; undefined if it is not in one. */
  partition?: PartitionFacts;
  /** What follows it in its partition or file, in the order of the bytes; absent if nothing does. */
  followedBy?: TailFacts[];
  /** Reports containers, what follows and the bytes of the outermost file, as an extension of a check; absent without any. */
  extension?: Extension;
}

/** What was found in a file. */
export interface Disk {
  /** Everything that was found, as a tree. */
  content: Content;
  /**
   * The ext file systems that were found and selected, in their order in the file. If none was, and nothing was selected,
   * the outermost disk, or the source itself, so that a check can report what it is.
   */
  fileSystems: FoundFileSystem[];
}

function partitionFacts({ content, chain }: Leaf): PartitionFacts | undefined {
  const part = innermost(chain);
  if (part?.number === undefined || part.offset === undefined) return undefined;
  const { number, offset, size, type = '', label = '', ids = [] } = part;
  return {
    number,
    start: offset,
    size,
    type,
    label,
    id: ids[0] ?? '',
    fileSystem: content.format,
    what: content.format === null ? null : content.what,
    ...(content.fileSystemSize !== undefined && { fileSystemSize: content.fileSystemSize }),
    ...(content.fromBackup && { fromBackup: true }),
  };
}

function fileSystemOf(leaf: Leaf): FoundFileSystem {
  const { source, chain, content } = leaf;
  const { followedBy = [] } = content;
  const partition = partitionFacts(leaf);
  return {
    source,
    container: [...chain],
    ...(partition && { partition }),
    ...(followedBy.length > 0 && { followedBy }),
    ...(chain.length + followedBy.length > 0 && { extension: containerCheck(chain, followedBy) }),
  };
}

/** The image in the file `path` of a file system. */
async function imageIn({ source, chain, content }: Leaf, path: string, signal?: AbortSignal): Promise<Leaf> {
  try {
    const image = await openImage(source, { ...(signal && { signal }) });
    const file = await image.openFile(path);
    const step: ContainerStep = {
      format: content.format ?? 'ext',
      details: '',
      size: source.size,
      notes: [],
      part: { name: `file ${path}`, size: file.size },
    };
    return { source: file, content, chain: [...chain, step] };
  } catch (error) {
    if (error instanceof ImageError)
      throw new ContainerError(
        'container-needs-file',
        error.message.includes(path) ? error.message : `${path}: ${error.message}`,
      );
    throw error;
  }
}

/** No compression where a platform brings none. */
const refuseCompression: Decompress = () => Promise.reject(new Error('compressed blocks cannot be unpacked here'));

/**
 * Finds the ext file systems in `source`: in a bare image, in partitions, volumes and virtual disks, also inside each other.
 * Only tables are read. Closing the sources of the result has no effect; the caller closes `source`.
 * @throws ContainerError if the outermost container cannot be opened, or nothing is selected; the reason of `options.signal`
 */
export async function openDisk(source: ByteSource, options: OpenDiskOptions = {}): Promise<Disk> {
  const { signal, partition, inside = [], openBeside, decompress = refuseCompression, name, around = [] } = options;
  const rest = { decompress, signal, ...(name !== undefined && { name }) };
  const context: LayerContext = { ...rest, openBeside: new Beside(openBeside ?? refuseBeside, rest).open };
  const explorer = new Explorer(context);
  const content = await explorer.explore(guardedSource(source, signal), around);
  let leaves: Leaf[] = explorer.leaves;
  if (partition !== undefined) leaves = requireSelected(content, leaves, partition);
  for (const path of inside) leaves = await inImages(leaves, path, context);
  const ext = leaves.filter((leaf) => isExtContent(leaf.content));
  if (ext.length > 0 || partition !== undefined)
    return { content, fileSystems: (ext.length > 0 ? ext : leaves).map(fileSystemOf) };
  const { disk } = explorer;
  if (disk.content.error !== undefined)
    throw new ContainerError('container-unsupported', disk.content.error, disk.content.commands);
  return { content, fileSystems: [fileSystemOf(disk)] };
}

/** What is in the images of that path, in whichever of the file systems has it. */
async function inImages(leaves: readonly Leaf[], path: string, context: LayerContext): Promise<Leaf[]> {
  const found: Leaf[] = [];
  let missing: ContainerError | undefined;
  for (const leaf of leaves.filter(({ content }) => isExtContent(content))) {
    try {
      const { source, chain } = await imageIn(leaf, path, context.signal);
      const explorer = new Explorer(context);
      const content = await explorer.explore(source, chain);
      const ext = explorer.leaves.filter((leaf) => isExtContent(leaf.content));
      found.push(...(ext.length > 0 ? ext : [{ source, content, chain }]));
    } catch (error) {
      if (!(error instanceof ContainerError)) throw error;
      missing ??= error;
    }
  }
  if (found.length > 0) return found;
  throw (
    missing ??
    new ContainerError('container-needs-file', `it has no ext2, ext3 or ext4 file system, so ${path} cannot be found`)
  );
}
