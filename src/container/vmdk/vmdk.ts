/** VMDK, the virtual disk of VMware: one file, or a descriptor with its extents. */

import type { ContainerNote } from '../../problem/container';
import type { ByteSource } from '../../source/source';
import { damaged, unsupported } from '../error';
import type { Layer, LayerContext, OpenedLayer } from '../layer';
import { runSource } from '../run-source';
import { readRecord } from '../tables';
import { type Descriptor, isDescriptor, mostDescriptorBytes, parseDescriptor } from './descriptor';
import { convertCommand, openExtents, sharedFor } from './extents';
import { openSparseExtent } from './sparse-extent';
import { readSparseHeader, type SparseHeader, sectorBytes, sparseKind } from './sparse-header';

const kinds: Readonly<Record<string, string>> = {
  monolithicSparse: 'monolithic sparse',
  monolithicFlat: 'monolithic flat',
  twoGbMaxExtentSparse: 'split sparse',
  twoGbMaxExtentFlat: 'split flat',
  streamOptimized: 'stream-optimized',
  vmfs: 'VMFS flat',
  fullDevice: 'full device',
  partitionedDevice: 'partitions of a device',
};

function detailsOf({ createType, extents }: Descriptor): string {
  const kind = Object.hasOwn(kinds, createType) ? kinds[createType]! : createType.slice(0, 32);
  return [kind, extents.length > 1 ? `${extents.length} extents` : ''].filter((part) => part !== '').join(', ');
}

function refuseParent({ parent }: Descriptor): void {
  if (parent === undefined) return;
  throw unsupported(
    `it has only what differs from its parent ${parent === '' ? 'disk' : `"${parent}"`}`,
    `${convertCommand}  # with the parent beside it`,
  );
}

/** A file with extent and descriptor. */
async function openMonolithic(source: ByteSource, context: LayerContext): Promise<OpenedLayer> {
  const header = await readSparseHeader(source);
  const descriptor = await embedded(source, header);
  if (descriptor === undefined)
    throw unsupported(
      'it is one extent of a disk in several files: open the descriptor that lists them, a small text file',
    );
  refuseParent(descriptor);
  const [extent, ...others] = descriptor.extents;
  if (others.length > 0 || extent!.type !== 'SPARSE')
    throw unsupported('it is one file, but its descriptor does not list exactly one sparse extent', convertCommand);
  const notes: ContainerNote[] = [];
  let sectors = extent!.sectors;
  if (sectors > header.capacity) {
    notes.push({
      kind: 'suspect',
      text: `its descriptor has ${sectors} sectors, but the field capacity is ${header.capacity}`,
    });
    sectors = header.capacity;
  }
  const size = sectors * sectorBytes;
  const find = await openSparseExtent(source, header, sharedFor(context, 1), 0, size, notes);
  const details = header.isCompressed ? 'stream-optimized' : detailsOf(descriptor);
  return { details, notes, parts: [{ source: runSource(source, size, find), size }] };
}

async function embedded(source: ByteSource, header: SparseHeader): Promise<Descriptor | undefined> {
  if (header.descriptorOffset === 0 || header.descriptorSize === 0) return undefined;
  const length = header.descriptorSize * sectorBytes;
  const at = header.descriptorOffset * sectorBytes;
  const bytes = await readRecord(source, at, Math.min(length, mostDescriptorBytes), 'the descriptor');
  if (length > mostDescriptorBytes && !bytes.includes(0))
    throw damaged(`its descriptor has more than ${mostDescriptorBytes} bytes`);
  // qemu-img leaves room for one in each extent
  return bytes[0] === 0 ? undefined : parseDescriptor(bytes);
}

async function openDescriptor(source: ByteSource, context: LayerContext): Promise<OpenedLayer> {
  if (source.size > mostDescriptorBytes)
    throw damaged(`its descriptor has ${source.size} bytes, at most ${mostDescriptorBytes} are read`);
  const descriptor = parseDescriptor(await readRecord(source, 0, source.size, 'the descriptor'));
  refuseParent(descriptor);
  const notes: ContainerNote[] = [];
  const disk = await openExtents(source, descriptor, context, notes);
  return { details: detailsOf(descriptor), notes, parts: [disk] };
}

export const vmdk: Layer = {
  name: 'VMDK',

  recognise: (head) => sparseKind(head) !== undefined || isDescriptor(head),

  async open(source, context) {
    const head = await readRecord(source, 0, Math.min(sectorBytes, source.size), 'the header');
    const kind = sparseKind(head);
    if (kind === 'hosted') return openMonolithic(source, context);
    if (kind === undefined) return openDescriptor(source, context);
    throw unsupported(
      `it is an extent in the ${kind} format of ESX`,
      'qemu-img convert -O raw DESCRIPTOR disk.raw  # DESCRIPTOR is the text file that names FILE',
    );
  },
};
