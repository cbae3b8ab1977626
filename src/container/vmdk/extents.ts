/** Opens the extents that the descriptor of a VMDK disk lists, and joins them to a disk. */
import { firstIndex } from '../../bytes/first-index';
import type { ContainerNote } from '../../problem/container';
import { type ByteSource, SourceError } from '../../source/source';
import { ContainerError, damaged, unsupported } from '../error';
import { headBytes, type LayerContext } from '../layer';
import { Recent } from '../recent';
import { type Run, runSource } from '../run-source';
import type { Descriptor, ExtentLine } from './descriptor';
import { type FindInExtent, openSparseExtent, type Shared } from './sparse-extent';
import { readSparseHeader, sectorBytes, sparseKind } from './sparse-header';

const keptTableBytes = 2 ** 24;
const keptGrainBytes = 2 ** 24;

export const convertCommand = 'qemu-img convert -O raw FILE disk.raw';

export const sharedFor = (context: LayerContext, extents: number): Shared => ({
  context,
  grains: new Recent(keptGrainBytes),
  tableBytes: Math.floor(keptTableBytes / extents),
});

/** Extents by the letters of a descriptor that are not read here, with what they are. */
const refusedTypes: Readonly<Record<string, string>> = {
  VMFSSPARSE: 'in the COWD format, the sparse format of ESX',
  SESPARSE: 'in the SESparse format of ESXi',
  VSANSPARSE: 'in the vsanSparse format of vSAN',
  VMFSRDM: 'a raw device mapping, which has only a reference to a device',
  VMFSRAW: 'a raw device mapping, which has only a reference to a device',
};

interface Extent {
  start: number;
  find: FindInExtent;
  source?: ByteSource;
}

/**
 * The disk of a descriptor in a separate file.
 * @throws ContainerError
 */
export async function openExtents(
  base: ByteSource,
  descriptor: Descriptor,
  context: LayerContext,
  notes: ContainerNote[],
): Promise<{ source: ByteSource; size: number }> {
  const shared = sharedFor(context, descriptor.extents.length);
  const extents: Extent[] = [];
  const files = new Map<string, ByteSource>();
  let size = 0;
  for (const line of descriptor.extents) {
    context.signal?.throwIfAborted();
    extents.push(await openExtent(line, size, shared, files, notes));
    size += line.sectors * sectorBytes;
    if (!Number.isSafeInteger(size)) throw damaged('the sizes of the extents in its descriptor exceed 2^53 bytes');
  }
  const find = (at: number): Run | Promise<Run> => {
    const extent = extents[firstIndex(0, extents.length, (i) => extents[i]!.start > at) - 1]!;
    return extent.find(at - extent.start);
  };
  return { source: runSource(stateOf(base, [...files.values()]), size, find), size };
}

/** The descriptor with the state of the files that hold the bytes, which are not its own. */
function stateOf(base: ByteSource, files: readonly ByteSource[]): ByteSource {
  const withAsync = files.some((file) => file.readAsync !== undefined);
  return {
    size: base.size,
    read: (at, into) => base.read(at, into),
    ...(withAsync && { readAsync: async (at: number, into: Uint8Array) => base.read(at, into) }),
    get slow() {
      return files.some((file) => file.slow === true);
    },
  };
}

async function openExtent(
  line: ExtentLine,
  start: number,
  shared: Shared,
  files: Map<string, ByteSource>,
  notes: ContainerNote[],
): Promise<Extent> {
  const size = line.sectors * sectorBytes;
  const what = `extent "${line.name}"`;
  const refused = Object.hasOwn(refusedTypes, line.type) ? refusedTypes[line.type] : undefined;
  if (refused !== undefined) throw unsupported(`its ${what} is ${refused}`, convertCommand);
  if (line.type === 'ZERO') return { start, find: (at) => ({ kind: 'zero', length: size - at }) };
  if (!['FLAT', 'VMFS', 'SPARSE'].includes(line.type))
    throw unsupported(`its ${what} is of the unknown type ${line.type}`);
  if (line.name === '') throw damaged('an extent in its descriptor does not have a name');
  if (line.access === 'NOACCESS') return { start, find: noAccess(what) };

  const source = files.get(line.name) ?? (await shared.context.openBeside(line.name, 'extent', { raw: true }));
  files.set(line.name, source);
  if (line.type === 'SPARSE')
    return { start, source, find: await openSparse(source, what, start, size, shared, notes) };
  const offset = line.offset * sectorBytes;
  const stored = Math.max(0, source.size - offset);
  if (stored < size)
    notes.push({ kind: 'damaged', text: `its ${what} has ${stored} bytes of the disk instead of ${size}` });
  return { start, source, find: (at) => ({ kind: 'data', length: size - at, source, at: offset + at }) };
}

const noAccess =
  (what: string): FindInExtent =>
  () => {
    throw new SourceError(`the ${what} is marked NOACCESS`, 0, 0);
  };

async function openSparse(
  source: ByteSource,
  what: string,
  start: number,
  size: number,
  shared: Shared,
  notes: ContainerNote[],
): Promise<FindInExtent> {
  const found: ContainerNote[] = [];
  try {
    const head = new Uint8Array(Math.min(headBytes, source.size, sectorBytes));
    await source.read(0, head);
    const kind = sparseKind(head);
    if (kind === undefined) throw damaged('it does not start as a sparse extent');
    if (kind !== 'hosted') throw unsupported(`it is in the ${kind} format`, convertCommand);
    const header = await readSparseHeader(source);
    if (header.capacity * sectorBytes < size)
      throw damaged(
        `the field capacity is ${header.capacity}, but its descriptor gives it ${size / sectorBytes} sectors`,
      );
    return await openSparseExtent(source, header, shared, start, size, found);
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    throw new ContainerError(error.code, `its ${what}: ${error.message}`, error.commands, { cause: error });
  } finally {
    for (const { kind, text } of found) notes.push({ kind, text: `its ${what}: ${text}` });
  }
}
