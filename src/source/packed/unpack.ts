/** Unpacks compressed input to a source, with what can unpack its format. */
import { tmpdir } from 'node:os';
import { type ByteSource, SourceError } from '../source';
import type { PackedFormat } from './formats';
import { type Fault, Intake, type PackedInput } from './input';
import type { PackedFacts, Settings } from './options';
import { Spool } from './spool';
import { statedSize } from './stated-size';

/** What came out of compressed input. */
export interface Unpacked {
  source: ByteSource;
  packed: PackedFacts;
  /** The error for damaged data, of which something came out. */
  error?: SourceError;
}

const grouped = (value: number): string => value.toLocaleString('en-US');

const unpackers: Readonly<
  Record<PackedFormat, (intake: Intake, spool: Spool, settings: Settings) => Promise<Fault | null>>
> = {
  gzip: async (...args) => (await import('./unpack-zlib')).unpackGzip(...args),
  zstd: async (...args) => {
    const { hasZstd, unpackZstd } = await import('./unpack-zlib');
    return hasZstd ? unpackZstd(...args) : (await import('./unpack-native')).unpackByTool('zstd', ...args);
  },
  xz: async (...args) => (await import('./unpack-native')).unpackByTool('xz', ...args),
  lzma: async (...args) => (await import('./unpack-native')).unpackByTool('lzma', ...args),
  bzip2: async (...args) => (await import('./unpack-native')).unpackByTool('bzip2', ...args),
  lz4: async (...args) => (await import('./unpack-native')).unpackByTool('lz4', ...args),
};

/** How much comes out at least, for the first look at the free space; 0 where the input ends with padding. */
async function leastOf(input: PackedInput): Promise<number> {
  const { size, source } = input;
  if (size === null || source === undefined) return size ?? 0;
  const tail = new Uint8Array(64);
  await source.read(Math.max(0, size - tail.length), tail);
  return tail.some((byte) => byte !== 0) ? size - Math.ceil(size / 64) : 0;
}

/** The clause for damaged data. */
function damageOf(format: PackedFormat, fault: Fault, size: number, stated: number | null): string {
  const { what, why, hasEnd = true } = fault;
  const isTruncated = what === 'is truncated';
  const isKnown = stated !== null && stated > size && (hasEnd || format !== 'gzip');
  const all = isKnown ? ` of ${grouped(stated)}` : '';
  return `its ${format} data ${what}${isTruncated ? '' : ` (${why})`}: ${grouped(size)} bytes${all} came out`;
}

/**
 * Unpacks all of `input`. What came out of damaged data is returned with the damage.
 * @throws SourceError if nothing came out, for limits, and where the tools or the space do not suffice
 */
export async function unpack(input: PackedInput, format: PackedFormat, settings: Settings): Promise<Unpacked> {
  const { signal, memoryLimit, maxSize } = settings;
  const limits = { memoryLimit, maxSize, tempDir: settings.tempDir ?? tmpdir() };
  let spool: Spool | undefined;
  try {
    const stated = input.source === undefined ? null : await statedSize(format, input.source);
    signal?.throwIfAborted();
    spool = new Spool(input.name, limits, true, await leastOf(input));
    signal?.throwIfAborted();
    if (stated !== null) {
      // of gzip it can be too large as well
      if (format !== 'gzip') spool.requireAllowed(stated);
      spool.expect(stated);
    }
    const intake = new Intake(input, settings);
    const fault = await unpackers[format](intake, spool, settings);
    signal?.throwIfAborted();
    const packed: PackedFacts = { format, packedSize: input.size ?? (intake.ended ? intake.done : null) };
    if (fault === null) return { source: spool.finish(), packed };
    const { cause } = fault;
    const message = `${input.name}: its ${format} data ${fault.what}: ${fault.why}`;
    const error = new SourceError(message, spool.size, 0, cause === undefined ? {} : { cause });
    if (spool.size === 0) throw error;
    packed.damage = damageOf(format, fault, spool.size, stated);
    return { source: spool.finish(), packed, error };
  } catch (error) {
    spool?.discard();
    signal?.throwIfAborted();
    throw error;
  } finally {
    input.stop();
  }
}
