/** The layer of qcow2 images, the virtual disks of QEMU. */

import type { ContainerNote } from '../../problem/container';
import { printable } from '../../report/printable';
import type { ByteSource } from '../../source/source';
import { zstdRefusal } from '../decompress';
import { ContainerError, unsupported } from '../error';
import type { Layer, LayerContext } from '../layer';
import { runSource } from '../run-source';
import { ClusterMap } from './clusters';
import { convert, type Header, magic, pathIn, readHeader } from './header';
import { PackedClusters } from './packed';

export const qcow2: Layer = {
  name: 'qcow2',
  recognise: (head) => head.length >= 4 && new DataView(head.buffer, head.byteOffset).getUint32(0) === magic,
  async open(source, context) {
    const header = await readHeader(source);
    if (header.compression === 'zstd') await requireZstd(context);
    const backing = await openBacking(header, context);
    const data = await openData(header, source, context);
    const packed = new PackedClusters(source, header.clusterBits, header.compression, context.decompress);
    const clusters = new ClusterMap({ ...header, source, data, backing }, packed);
    const { size } = header;
    const parts = [{ source: runSource(source, size, clusters.find), size }];
    return { details: detailsOf(header), notes: notesOf(header), parts };
  },
};

async function requireZstd({ decompress }: LayerContext): Promise<void> {
  const refusal = await zstdRefusal(decompress);
  if (refusal !== null) throw unsupported(`its clusters are compressed with zstd: ${refusal}`, convert);
}

async function openBacking({ backing }: Header, context: LayerContext): Promise<ByteSource | null> {
  if (backing === null) return null;
  const path = pathIn(backing.name, 'backing file');
  return context.openBeside(path, 'backing file', { raw: backing.format === 'raw' });
}

async function openData({ dataFile }: Header, source: ByteSource, context: LayerContext): Promise<ByteSource> {
  if (dataFile === null) return source;
  if (dataFile.name === null)
    throw new ContainerError('container-needs-file', 'its clusters are in a data file that it does not name', [
      'qemu-img convert --image-opts ' +
        'driver=qcow2,file.driver=file,file.filename=FILE,data-file.driver=file,data-file.filename=DATA_FILE ' +
        '-O raw FILE.raw',
    ]);
  return context.openBeside(pathIn(dataFile.name, 'data file'), 'data file', { raw: true });
}

function detailsOf({ version, backing, dataFile }: Header): string {
  const details = [`version ${version}`];
  if (backing !== null) details.push(`backing file ${printable(backing.name)}`);
  if (dataFile?.name) details.push(`data file ${printable(dataFile.name)}`);
  return details.join(', ');
}

function notesOf({ isCorrupt, isDirty, snapshots }: Header): ContainerNote[] {
  const notes: ContainerNote[] = [];
  if (isCorrupt) notes.push({ kind: 'damaged', text: 'it is marked as corrupt' });
  if (isDirty) notes.push({ kind: 'suspect', text: 'it is marked as dirty: it was not closed after the last use' });
  const count = snapshots === 1 ? '1 internal snapshot is' : `${snapshots} internal snapshots are`;
  if (snapshots > 0) notes.push({ kind: 'remark', text: `its ${count} not read` });
  return notes;
}
