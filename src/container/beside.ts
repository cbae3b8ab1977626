/** Opens the files beside a container that belong to it. */
import { guardedSource } from '../source/guarded';
import { type ByteSource, SourceError } from '../source/source';
import { bytesAt } from '../volume/start/bytes';
import { ContainerError } from './error';
import { headBytes, type LayerContext } from './layer';
import { virtualDisks } from './layers';

export const refuseBeside = async (name: string): Promise<ByteSource> => {
  throw new ContainerError('container-needs-file', `the file ${name} belongs to it, which was not opened`);
};

/** Largest number of other files of one disk: a chain of backing files may lead back to itself. */
const maxBeside = 4096;
/** How long a chain of backing files may be. */
const maxBacking = 64;

/** Opens the files that a disk consists of; a virtual disk among them as the disk in it. */
export class Beside {
  private opened = 0;

  constructor(
    private readonly openFile: (name: string, isOfSeries: boolean) => Promise<ByteSource>,
    private readonly rest: Omit<LayerContext, 'openBeside'>,
    private readonly depth = 0,
  ) {}

  readonly open: LayerContext['openBeside'] = async (name, what, { raw = false, isOfSeries = false } = {}) => {
    if (this.opened++ >= maxBeside || this.depth >= maxBacking)
      throw new ContainerError('container-needs-file', `it needs more files than are opened, ${name} among them`);
    const file = guardedSource(await this.file(name, what, isOfSeries), this.rest.signal);
    return raw ? file : this.diskIn(file, name);
  };

  private async file(name: string, what: string, isOfSeries: boolean): Promise<ByteSource> {
    try {
      return await this.openFile(name, isOfSeries);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const message = `its ${what} ${name}: ${error.message}`;
      throw new ContainerError('container-needs-file', message, [], { cause: error });
    }
  }

  private async diskIn(file: ByteSource, name: string): Promise<ByteSource> {
    const head = await bytesAt(file, 0, headBytes);
    for (const layer of virtualDisks) {
      if (!(await layer.recognise(head, file))) continue;
      const inner = new Beside(this.openFile, this.rest, this.depth + 1);
      const [part] = (await layer.open(file, { ...this.rest, name, openBeside: inner.open })).parts;
      if (typeof part?.source === 'object') return part.source;
    }
    return file;
  }
}
