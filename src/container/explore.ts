/** Looks into containers, one inside the other, until it reaches file systems or bytes that it does not know. */
import { isAllZero } from '../bytes/bitmap';
import { printableField } from '../bytes/names';
import { uuidText } from '../bytes/uuid';
import type { ContainerPart, ContainerStep, Content, ContentPart } from '../problem/container';
import type { ByteSource } from '../source/source';
import { SourceError } from '../source/source';
import { extType } from '../volume/ext-type';
import type { Geometry } from '../volume/geometry';
import { bytesAt } from '../volume/start/bytes';
import { type FoundExt, findExt, primaryIn } from '../volume/start/ext';
import { signatureIn } from '../volume/start/signatures';
import { ContainerError } from './error';
import { headBytes, type Layer, type LayerContext, type LayerPart, type OpenedLayer } from './layer';
import { layers } from './layers';
import { partitionTable } from './partitions';
import { describeTail } from './tail';

/** How deep containers may be inside each other; a hostile one could contain itself. */
const maxDepth = 8;
/** Largest number of parts that are looked into, over all levels. */
const maxParts = 1024;

/** Bytes in which no other container was found. */
export interface Leaf {
  source: ByteSource;
  content: Content;
  /** The containers around it, the outermost first. */
  chain: readonly ContainerStep[];
}

async function extContent(source: ByteSource, { geometry, fromBackup }: FoundExt): Promise<Content> {
  const { sb, blocksCount, blockSize } = geometry;
  const type = extType(geometry);
  const fileSystemSize = blocksCount * blockSize;
  const followedBy = await describeTail(source, fileSystemSize);
  return {
    format: type,
    what: `an ${type} file system${fromBackup ? ' without its start' : ''}`,
    size: source.size,
    notes: [],
    parts: [],
    label: printableField(sb.s_volume_name),
    uuid: uuidText(sb.s_uuid),
    fileSystemSize,
    ...(fromBackup && { fromBackup }),
    ...(followedBy.length > 0 && { followedBy }),
  };
}

const otherContent = ({ size }: ByteSource, format: string | null, what: string): Content => ({
  format,
  what,
  size,
  notes: [],
  parts: [],
});

/** What a container is, when it has been opened. */
function containerWhat(name: string, details: string, parts: readonly LayerPart[]): string {
  const is = details === '' ? name : `${name}, ${details}`;
  const [first] = parts;
  if (first?.name === undefined && parts.length === 1) {
    const article = /^[AX]/.test(name) ? 'an' : 'a';
    return `${article} ${name} image${details === '' ? '' : ` (${details})`}`;
  }
  if (first === undefined) return `a disk (${is})`;
  const noun = first.number === undefined ? 'volume' : 'partition';
  return `a disk with ${parts.length} ${noun}${parts.length === 1 ? '' : 's'} (${is})`;
}

/** Reads all levels below a source. */
export class Explorer {
  /** In the order in which they are in the containers. */
  readonly leaves: Leaf[] = [];
  private parts = 0;
  private outermost: Leaf | undefined;

  constructor(private readonly context: LayerContext) {}

  /** The bytes of the disk in the outermost containers that hold a single one; valid after `explore`. */
  get disk(): Leaf {
    return this.outermost!;
  }

  async explore(source: ByteSource, chain: readonly ContainerStep[] = []): Promise<Content> {
    const content = await this.lookInto(source, chain);
    // the innermost of them ends first
    if (chain.every(({ part }) => part === undefined)) this.outermost ??= { source, content, chain };
    return content;
  }

  private async lookInto(source: ByteSource, chain: readonly ContainerStep[]): Promise<Content> {
    this.context.signal?.throwIfAborted();
    const head = await bytesAt(source, 0, headBytes);
    const primary = primaryIn(head, 1024);
    return (
      (await this.partitioned(source, chain, primary)) ??
      (primary === null ? await this.opened(source, head, chain) : null) ??
      this.leaf(source, chain, await identified(source, head, primary))
    );
  }

  private leaf(source: ByteSource, chain: readonly ContainerStep[], content: Content): Content {
    this.leaves.push({ source, content, chain });
    return content;
  }

  /**
   * A disk with partitions, if one of them holds something; where a file system could be on the same bytes, it has to be
   * among these. Making a file system erases a partition table, so that a table beside a superblock is newer.
   */
  private async partitioned(
    source: ByteSource,
    chain: readonly ContainerStep[],
    primary: Geometry | null,
  ): Promise<Content | null> {
    const table = await partitionTable(source);
    if (table === null) return null;
    const end = primary === null ? source.size : primary.blocksCount * primary.blockSize;
    const before = this.leaves.length;
    const content = await this.within(table, source, chain);
    const holds = ({ offset = 0, content }: ContentPart) => offset > 0 && offset < end && content.format !== null;
    if (content.error !== undefined || content.parts.some(holds)) return content;
    this.leaves.length = before;
    return null;
  }

  private async opened(source: ByteSource, head: Uint8Array, chain: readonly ContainerStep[]): Promise<Content | null> {
    for (const layer of layers) if (await layer.recognise(head, source)) return this.within(layer, source, chain);
    return null;
  }

  private async within(
    layer: Pick<Layer, 'name' | 'open'>,
    source: ByteSource,
    chain: readonly ContainerStep[],
  ): Promise<Content> {
    const { name } = layer;
    const content = otherContent(source, name, `a disk (${name})`);
    try {
      if (chain.length >= maxDepth)
        throw new ContainerError('container-unsupported', `it is the ${chain.length}th container inside another`);
      const opened = await layer.open(source, this.context);
      content.what = containerWhat(name, opened.details, opened.parts);
      content.notes = opened.notes;
      for (const part of opened.parts) content.parts.push(await this.part(name, source, chain, opened, part));
      // a check of what could be opened must not look like one of everything
      for (const { name, content: inner } of content.parts)
        if (inner.error !== undefined && name !== '')
          opened.notes.push({
            kind: inner.isDamaged ? 'suspect' : 'remark',
            text: `${name} was not opened: ${inner.error}`,
          });
    } catch (error) {
      if (!(error instanceof ContainerError || error instanceof SourceError)) throw error;
      content.error = error.message;
      if (!(error instanceof ContainerError) || error.code === 'container-damaged') content.isDamaged = true;
      if (error instanceof ContainerError && error.commands.length > 0) content.commands = [...error.commands];
    }
    return content;
  }

  private async part(
    format: string,
    { size }: ByteSource,
    chain: readonly ContainerStep[],
    { details, notes }: OpenedLayer,
    { source, name = '', ...rest }: LayerPart,
  ): Promise<ContentPart> {
    const facts: ContainerPart = { name, ...rest };
    const step: ContainerStep = { format, details, size, notes, ...(name !== '' && { part: facts }) };
    if (typeof source === 'string' || this.parts++ >= maxParts) {
      const error = typeof source === 'string' ? source : 'there are more parts than are looked into';
      return { ...facts, content: { ...otherContent({ size: rest.size, read: () => 0 }, null, ''), error } };
    }
    return { ...facts, content: await this.explore(source, [...chain, step]) };
  }
}

/** What bytes are that are not a container: a file system, by its superblock or a backup, or something else. */
async function identified(source: ByteSource, head: Uint8Array, primary: Geometry | null): Promise<Content> {
  if (primary !== null) return extContent(source, { geometry: primary, fromBackup: false });
  // backups remain where another file system was made, but a primary superblock does not
  const other = signatureIn(head);
  const inUse = other?.kind === 'file-system' || other?.kind === 'container';
  const ext = inUse ? null : await findExt(source, head);
  if (ext !== null) return extContent(source, ext);
  if (other !== undefined) return otherContent(source, other.name, other.what);
  const zeros = isAllZero(head);
  return otherContent(source, null, zeros ? 'nothing known, zeros at its start' : 'nothing known');
}
