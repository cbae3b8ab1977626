/** Finds the file systems in a file that is not a bare one, and gives each a name that leads to it again. */
import { basename } from 'node:path';
import { decompressNode } from '../container/decompress-node';
import { ContainerError } from '../container/error';
import { type FoundFileSystem, openDisk } from '../open-disk';
import type { ContainerStep } from '../problem/container';
import type { PackedFacts } from '../source/packed/options';
import type { ByteSource } from '../source/source';
import { type ImageName, shownName } from './image-name';
import { type OpenHow, openOptions, type Target } from './target';

/** Opens files beside the image. Only a name without a folder is accepted, because the image may be hostile. */
export class BesideImage {
  /** Paths of files that are parts of the same image. */
  readonly parts: string[] = [];
  private readonly opened: ByteSource[] = [];

  constructor(
    private readonly image: ImageName,
    private readonly how: OpenHow,
  ) {}

  readonly open = async (name: string, isOfSeries: boolean): Promise<ByteSource> => {
    const { open, backing } = this.how;
    if (!backing && !isOfSeries)
      throw new ContainerError('container-needs-file', `it needs the file ${name}; --backing allows that it is opened`);
    if (/[/\\\0]/.test(name) || name === '' || name === '.' || name === '..')
      throw new ContainerError('container-needs-file', `it needs the file ${name}, which is not in its own folder`);
    // as the user would write it, so that the parts of an image given together are recognised
    const path = this.image.path.slice(0, this.image.path.length - basename(this.image.path).length) + name;
    const { source } = await open(path, openOptions(this.how));
    if (isOfSeries) this.parts.push(path);
    this.opened.push(source);
    return source;
  };

  close(): void {
    for (const source of this.opened.splice(0)) source.close?.();
  }
}

/** A compressed file as a container. */
export const packedStep = ({ format, packedSize, damage }: PackedFacts): ContainerStep => ({
  format,
  details: '',
  size: packedSize ?? 0,
  notes: damage === undefined ? [] : [{ kind: 'damaged', text: damage }],
});

/** Whether all containers are partition tables, so that the file system is a range of bytes of the file. */
const isRange = ({ container }: FoundFileSystem): boolean =>
  container.every(({ part, format }) => part?.offset !== undefined && (format === 'GPT' || format === 'MBR'));

/** What selects the file system in its file: an offset where it is a range of bytes, which e2fsck accepts as well. */
async function nameOf(
  found: FoundFileSystem,
  all: readonly FoundFileSystem[],
  image: ImageName,
): Promise<Pick<Target, 'image' | 'offset'>> {
  if (found.container.length === 0) return { image: image.shown, offset: image.offset };
  if (isRange(found)) {
    const at = (await found.source.locate?.(0)) ?? null;
    if (at !== null) return { image: shownName(image.path, { offset: at, inside: [] }), offset: at };
  }
  const { offset, inside } = image;
  const part = [...found.container]
    .reverse()
    .find(({ part, format }) => part !== undefined && !format.startsWith('ext'))?.part;
  const label = part?.number === undefined ? part?.label : String(part.number);
  const partition = all.length === 1 ? image.partition : (image.partition ?? label);
  return { image: shownName(image.path, { offset, partition, inside }), offset: 0 };
}

/** The file systems in a place of the file: all of it, or the partition at the offset of the image. */
export async function findTargets(
  place: Pick<Target, 'source' | 'partition'>,
  around: readonly ContainerStep[],
  image: ImageName,
  beside: BesideImage,
  signal: AbortSignal,
): Promise<Target[]> {
  const { partition, inside } = image;
  const { fileSystems } = await openDisk(place.source, {
    ...(partition !== undefined && { partition }),
    inside,
    around,
    openBeside: beside.open,
    name: basename(image.path),
    decompress: decompressNode,
    signal,
  });
  const targets: Target[] = [];
  for (const found of fileSystems) {
    const { source, container, followedBy, extension } = found;
    // without another container it is what the place holds
    const partition = found.partition ?? (container.length === around.length ? place.partition : undefined);
    targets.push({
      source,
      ...(await nameOf(found, fileSystems, image)),
      ...(partition && { partition }),
      ...(container.length > 0 && { container }),
      ...(followedBy && { followedBy }),
      ...(extension && { extension }),
    });
  }
  return targets;
}
