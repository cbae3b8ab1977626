/** The bytes of a VHDX file as they are once its log is replayed, which is done in memory. */
import { firstIndex } from '../../bytes/first-index';
import type { ContainerNote } from '../../problem/container';
import type { ByteSource } from '../../source/source';
import { damaged, unsupported } from '../error';
import type { LayerContext } from '../layer';
import { type Run, runSource } from '../run-source';
import { kibibyte, type LogPlace, mebibyte } from './header';
import { type Change, Log, type LogEntry, leadingBytes, logSectorBytes, trailingBytes } from './log-entries';

/** Windows makes logs of one mebibyte; qemu-img lets its user choose. */
const mostLogBytes = 64 * mebibyte;
const mostSectors = 2 ** 12;
const mostZeroRanges = 2 ** 12;
/** The headers are never changed by way of the log. */
const afterHeaders = 192 * kibibyte;

const replayCommand = 'qemu-img check -r all FILE  # replays the log in the file';

const tooMuch = (): Error =>
  unsupported('it was not closed, and its log changes more than is replayed in memory', replayCommand);

interface Range {
  from: number;
  to: number;
}

/** What the log changes. */
class Changes {
  /** New contents of 4 KiB by place in the file. */
  readonly sectors = new Map<number, Uint8Array>();
  /** Ranges of zeros, where `sectors` has nothing; merged and in order once all is added. */
  zeros: Range[] = [];
  end = 0;

  add({ fileOffset, length, bytes }: Change): void {
    if (length === 0) return;
    if (fileOffset < afterHeaders) throw damaged(`its log writes to byte ${fileOffset}, which is in the headers`);
    this.end = Math.max(this.end, fileOffset + length);
    if (bytes === undefined) this.addZeros({ from: fileOffset, to: fileOffset + length });
    else this.sectors.set(fileOffset, bytes);
    if (this.sectors.size > mostSectors || this.zeros.length > mostZeroRanges) throw tooMuch();
  }

  private addZeros(range: Range): void {
    this.zeros.push(range);
    for (const at of this.sectors.keys()) if (at >= range.from && at < range.to) this.sectors.delete(at);
  }

  /** Sorts the ranges of zeros, and joins those that overlap. */
  settle(): void {
    const merged: Range[] = [];
    for (const range of this.zeros.sort((a, b) => a.from - b.from)) {
      const last = merged.at(-1);
      if (last !== undefined && range.from <= last.to) last.to = Math.max(last.to, range.to);
      else merged.push(range);
    }
    this.zeros = merged;
  }
}

/** The changes of an entry, in order. */
async function changesOf(log: Log, entry: LogEntry): Promise<Change[]> {
  const changes: Change[] = [];
  let next = 0;
  const isValid = await log.visit(entry, undefined, {
    change(change) {
      if (changes.push(change) > mostSectors + mostZeroRanges) throw tooMuch();
    },
    data(sector) {
      // the sectors are in the order of the descriptors that have one
      while (changes[next]!.bytes === undefined) next++;
      const { bytes } = changes[next++]!;
      bytes!.set(sector.subarray(leadingBytes, logSectorBytes - trailingBytes), leadingBytes);
    },
  });
  if (!isValid) throw damaged('its log changes while it is read');
  return changes;
}

/** The file with the changes on top; it may be longer than `file`. */
function overlaid(file: ByteSource, changes: Changes, size: number): ByteSource {
  const places = [...changes.sectors.keys()].sort((a, b) => a - b);
  const { sectors, zeros } = changes;
  const find = (at: number): Run => {
    const within = at % logSectorBytes;
    const bytes = sectors.get(at - within);
    if (bytes !== undefined) return { kind: 'bytes', length: logSectorBytes - within, bytes: bytes.subarray(within) };
    const nextSector = places[firstIndex(0, places.length, (i) => places[i]! > at)] ?? size;
    const zero = zeros[firstIndex(0, zeros.length, (i) => zeros[i]!.to > at)];
    if (zero !== undefined && zero.from <= at) return { kind: 'zero', length: Math.min(zero.to, nextSector) - at };
    const end = Math.min(nextSector, zero?.from ?? size, size);
    if (at >= file.size) return { kind: 'zero', length: end - at };
    return { kind: 'data', length: Math.min(end, file.size) - at, source: file, at };
  };
  return runSource(file, size, find);
}

/**
 * `file` after the replay of its log.
 * @throws ContainerError if the log is damaged: the format forbids to open the file then
 */
export async function replayed(
  file: ByteSource,
  place: LogPlace,
  context: LayerContext,
  notes: ContainerNote[],
): Promise<ByteSource> {
  if (place.offset + place.length > file.size)
    throw damaged(`its log at byte ${place.offset} is past the end of its ${file.size} bytes`);
  if (place.length > mostLogBytes)
    throw unsupported(
      `it was not closed, and its log has ${place.length} bytes; at most ${mostLogBytes} are replayed in memory`,
      replayCommand,
    );
  const log = new Log(file, place, context.signal);
  const entries = await log.activeSequence();
  const { flushedFileOffset, lastFileOffset } = entries.at(-1)!;
  if (flushedFileOffset > file.size)
    throw damaged(`it is truncated: it has ${file.size} bytes, and had ${flushedFileOffset} when its log was written`);
  if (!Number.isSafeInteger(lastFileOffset)) throw damaged(`the field LastFileOffset of its log is ${lastFileOffset}`);

  const changes = new Changes();
  for (const entry of entries) for (const change of await changesOf(log, entry)) changes.add(change);
  changes.settle();
  notes.push({ kind: 'suspect', text: 'it was not closed: its log was replayed in memory' });
  return overlaid(file, changes, Math.max(file.size, lastFileOffset, changes.end));
}
