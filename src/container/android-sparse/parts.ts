/** Finds the other parts of an Android sparse image that was split for flashing, and joins them. */
import { GrowableF64, GrowableU32 } from '../../bytes/growable';
import type { ContainerNote } from '../../problem/container';
import { ContainerError, unsupported } from '../error';
import type { LayerContext } from '../layer';
import { dontCare, lost, rawCommands, readSparse, type SparseFile } from './chunks';

/** Largest number of pieces of all parts together. */
const maxPieces = 2 ** 22;
/** A first part has data in its first bytes; only what lacks more than these is a later part. */
const earlyBytes = 2 ** 16;

/** Names of the parts by their numbers: `super_0.img`, `system.img_sparsechunk.0`, `out.0`. */
interface Series {
  own: number;
  nameOf(number: number): string;
}

/** The series that a name belongs to; null if it has no number where parts have it. */
export function seriesOf(name: string): Series | null {
  const found = /^(.*(?:[._-]|sparsechunk))(\d{1,3})((?:\.(?:img|simg|bin))?)$/is.exec(name);
  if (found === null) return null;
  const [, before, digits, after] = found as unknown as [string, string, string, string];
  const width = digits.startsWith('0') ? digits.length : 1;
  return { own: Number(digits), nameOf: (number) => before + String(number).padStart(width, '0') + after };
}

/** A part with its number in its series. */
interface Part {
  number: number;
  file: SparseFile;
}

/** Blocks that are in a part that is missing. */
interface Gap {
  from: number;
  to: number;
  name: string;
}

/** All parts of an image, as one. */
export interface Joined {
  files: SparseFile[];
  /** Pieces of all files; `owners` has the index of the file. */
  starts: Uint32Array;
  places: Float64Array;
  owners: Uint32Array;
  gaps: Gap[];
  notes: ContainerNote[];
}

class Joining {
  readonly notes: ContainerNote[] = [];
  readonly parts: Part[] = [];

  constructor(
    private readonly first: SparseFile,
    private readonly context: LayerContext,
  ) {}

  /** The part `name`; null if there is none that fits. */
  private async open(name: string): Promise<SparseFile | null> {
    let file: SparseFile;
    try {
      const source = await this.context.openBeside(name, 'another part', { raw: true, isOfSeries: true });
      file = await readSparse(source, this.context.signal);
    } catch (error) {
      if (!(error instanceof ContainerError)) throw error;
      if (error.code !== 'container-needs-file') this.notes.push({ kind: 'remark', text: `${name}: ${error.message}` });
      return null;
    }
    const { blockSize, blocks } = this.first;
    const fits = file.blockSize === blockSize && file.blocks === blocks && file.endOfData > 0;
    if (!fits) this.notes.push({ kind: 'remark', text: `${name} is not joined: it is an image of another size` });
    return fits ? file : null;
  }

  /** Whether parts before the first one can exist. */
  private get startsLate(): boolean {
    const { firstData, blockSize } = this.parts[0]!.file;
    return firstData * blockSize > earlyBytes;
  }

  /** Adds the parts before the first one, down to one that has the first bytes. */
  async before(series: Series): Promise<void> {
    for (let number = series.own - 1; number >= 0 && this.startsLate; number--) {
      const file = await this.open(series.nameOf(number));
      if (file !== null && file.endOfData > this.parts[0]!.file.firstData) return;
      if (file !== null) this.parts.unshift({ number, file });
    }
  }

  /** Adds the parts after the last one, as long as their data follow; one may be missing. */
  async after(series: Series): Promise<void> {
    for (let number = series.own + 1; number <= this.parts.at(-1)!.number + 2; number++) {
      const file = await this.open(series.nameOf(number));
      if (file !== null && file.firstData < this.parts.at(-1)!.file.endOfData) return;
      if (file !== null) this.parts.push({ number, file });
    }
  }

  /** Blocks of parts that are missing between those that were found, or before them. */
  gaps(series: Series): Gap[] {
    const gaps: Gap[] = [];
    const add = (number: number, count: number, from: number, to: number): void => {
      const names = series.nameOf(number) + (count > 1 ? ` to ${series.nameOf(number + count - 1)}` : '');
      const where = to > from ? `: blocks ${from} to ${to - 1} cannot be read` : '';
      this.notes.push({ kind: 'damaged', text: `the part ${names} is missing${where}` });
      gaps.push({ from, to, name: names });
    };
    const [first] = this.parts as [Part];
    if (this.startsLate && first.number > 0) add(0, first.number, 0, first.file.firstData);
    for (let i = 1; i < this.parts.length; i++) {
      const [a, b] = [this.parts[i - 1]!, this.parts[i]!];
      if (b.number > a.number + 1) add(a.number + 1, b.number - a.number - 1, a.file.endOfData, b.file.firstData);
    }
    return gaps;
  }
}

/** The pieces of files whose data follow each other, with what is missing between them. */
function joinPieces(files: readonly SparseFile[], gaps: readonly Gap[]): Pick<Joined, 'starts' | 'places' | 'owners'> {
  const [starts, places, owners] = [new GrowableU32(), new GrowableF64(), new GrowableU32()];
  const push = (start: number, place: number, owner: number): void => {
    if (starts.length >= maxPieces) throw unsupported(`its parts have more than ${maxPieces} pieces`, ...rawCommands);
    starts.push(start);
    places.push(place);
    owners.push(owner);
  };
  let at = 0;
  files.forEach(({ pieces, firstData, endOfData, truncatedAt, blocks }, owner) => {
    const isLast = owner + 1 === files.length;
    if (firstData > at) push(at, gaps.some(({ from, to }) => from === at && to === firstData) ? lost : dontCare, owner);
    const end = truncatedAt !== null ? (isLast ? blocks : files[owner + 1]!.firstData) : endOfData;
    for (let i = 0; i < pieces.starts.length; i++) {
      const start = pieces.starts.get(i);
      if (start >= firstData && start < end) push(start, pieces.places.get(i), owner);
    }
    at = Math.max(at, end);
    if (isLast && at < blocks) push(at, dontCare, owner);
  });
  return { starts: starts.view(), places: places.view(), owners: owners.view() };
}

/** `first` alone, or with the other parts of its series. @throws ContainerError, SourceError */
export async function joinParts(first: SparseFile, context: LayerContext): Promise<Joined> {
  const series = context.name === undefined ? null : seriesOf(context.name);
  const alone = { starts: first.pieces.starts.view(), places: first.pieces.places.view() };
  const single: Joined = { files: [first], ...alone, owners: new Uint32Array(0), gaps: [], notes: [] };
  if (series === null || first.endOfData === 0) return single;
  const joining = new Joining(first, context);
  joining.parts.push({ number: series.own, file: first });
  await joining.before(series);
  await joining.after(series);
  const gaps = joining.gaps(series);
  const files = joining.parts.map(({ file }) => file);
  if (files.length === 1 && gaps.length === 0) return { ...single, notes: joining.notes };
  return { files, ...joinPieces(files, gaps), gaps, notes: joining.notes };
}
