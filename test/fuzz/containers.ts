/** Changes of containers: header fields, tables that point at each other, text and length; and what may come of them. */
import { checkImageOnNode as checkImage } from '../../src/check-on-node';
import { decompressNode } from '../../src/container/decompress-node';
import { ContainerError } from '../../src/container/error';
import { dmVerityCheck } from '../../src/container/verity/check';
import { openDisk } from '../../src/open-disk';
import type { Finding } from '../../src/problem/finding';
import { contentTree } from '../../src/report/content-tree';
import { type ByteSource, SourceError } from '../../src/source/source';
import { boundedSource } from '../support/bounded-source';
import type { ContainerBase, Field, Text } from './container-bases';
import type { Random } from './random';

/** A change of a container, and how it is described. */
export type ContainerChange = { text: string } & (
  | { at: number; bytes: Uint8Array }
  /** Of the whole file. */
  | { size: number }
  /** The checksums are right again after all changes. */
  | { seal: true }
);

/** A container and what is changed in it. */
export interface MadeContainer {
  base: ContainerBase;
  changes: ContainerChange[];
}

/** Bytes that a container can grow by. */
const growth = 65_536;

/** A number as it is stored. */
function numberBytes(value: bigint, bytes: number, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(bytes * 8, value), littleEndian);
  return new Uint8Array(view.buffer).slice(littleEndian ? 0 : 8 - bytes, littleEndian ? bytes : 8);
}

function numberIn(file: Uint8Array, { at, bytes }: Field, littleEndian: boolean): bigint {
  let value = 0n;
  for (let i = 0; i < bytes; i++) value = (value << 8n) | BigInt(file[at + (littleEndian ? bytes - 1 - i : i)] ?? 0);
  return value;
}

/** A value that is likely to be handled wrongly: an edge, a neighbour, a place in the file, another number of the file. */
function hostileValue({ file, fields, littleEndian }: ContainerBase, field: Field, random: Random): bigint {
  const bits = BigInt(field.bytes * 8);
  const max = (1n << bits) - 1n;
  const now = numberIn(file, field, littleEndian);
  const unit = BigInt(field.unit);
  const other = random.pick(fields);
  const any = (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32));
  const kinds: (() => bigint)[] = [
    () => 0n,
    () => 1n,
    () => max,
    () => max / 2n,
    () => 1n << (bits - 1n),
    () => now + 1n,
    () => now - 1n,
    () => numberIn(file, other, littleEndian),
    // of the same table, more likely
    () => numberIn(file, fields[(fields.indexOf(field) + 1) % fields.length]!, littleEndian),
    () => any & max,
    () => now ^ (1n << BigInt(random.below(field.bytes * 8))),
    // places: of itself, of another number, past the end, the last unit, far away
    () => BigInt(field.at) / unit,
    () => BigInt(other.at) / unit,
    () => (BigInt(file.length) + unit - 1n) / unit,
    () => BigInt(file.length) / unit - 1n,
    () => (1n << 53n) / unit,
    () => (1n << 63n) / unit,
    () => now | (1n << (bits - 1n)),
    () => now * 2n ** BigInt(random.below(24)),
  ];
  return random.pick(kinds)();
}

function fieldChange(base: ContainerBase, random: Random): ContainerChange {
  const field = random.pick(base.fields);
  const value = BigInt.asUintN(field.bytes * 8, hostileValue(base, field, random));
  return {
    text: `${field.bytes} bytes at ${field.at}: ${value}`,
    at: field.at,
    bytes: numberBytes(value, field.bytes, base.littleEndian),
  };
}

/** Entries of a table all get one value, or go up or down from it. */
function tableChange(base: ContainerBase, random: Random): ContainerChange {
  const { fields, littleEndian } = base;
  const first = random.below(fields.length);
  const { at, bytes } = fields[first]!;
  const value = hostileValue(base, fields[first]!, random);
  const step = BigInt(random.pick([0, 0, 1, -1]));
  const parts: Uint8Array[] = [];
  for (let i = first; i < fields.length && parts.length < 512; i++) {
    if (fields[i]!.bytes !== bytes || fields[i]!.at !== at + parts.length * bytes) break;
    parts.push(numberBytes(value + step * BigInt(parts.length), bytes, littleEndian));
  }
  return { text: `${parts.length} numbers from ${at}: ${value} and on by ${step}`, at, bytes: Buffer.concat(parts) };
}

const words = [
  '0',
  '1',
  '-1',
  '4294967295',
  '9223372036854775807',
  '18446744073709551616',
  '1e9',
  '../',
  '"',
  '{',
  '}',
  '[',
  '\0',
  '\n',
  '#',
  '=',
];

/** Text with a number or a letter replaced, or a part of it left out or repeated. */
function textChange({ file }: ContainerBase, { at, room }: Text, random: Random): ContainerChange {
  const stored = Buffer.from(file.subarray(at, at + room)).toString('latin1');
  const end = stored.indexOf('\0');
  const text = end < 0 ? stored : stored.slice(0, end);
  const numbers = [...text.matchAll(/\d+/g)];
  const from = random.below(text.length + 1);
  const length = 1 + random.below(random.chance(0.5) ? 8 : 300);
  const part = text.slice(from, from + length);
  const insert = (place: number, left: number, what: string) => text.slice(0, place) + what + text.slice(place + left);
  const kinds: (() => string)[] = [
    () => {
      const number = random.pick(numbers);
      const values = [...words.slice(0, 7), random.pick(numbers)[0], String(Number(number[0]) + 1), `${number[0]}0`];
      return insert(number.index, number[0].length, random.pick(values));
    },
    () => insert(from, random.below(2), random.pick(words)),
    () => insert(from, length, ''),
    () => insert(from, 0, part.repeat(1 + random.below(40))),
    () => insert(random.below(text.length + 1), 0, part),
  ];
  const kind = numbers.length > 0 && random.chance(0.6) ? 0 : 1 + random.below(4);
  const changed = Buffer.alloc(room);
  changed.write(kinds[kind]!(), 'latin1');
  return { text: `text at ${at}: change ${kind} at ${from}`, at, bytes: changed };
}

function sizeChange({ file, fields }: ContainerBase, random: Random): ContainerChange {
  const { length } = file;
  const size = random.pick([
    length - 1,
    length - 512,
    length + 1,
    length + 512,
    length + growth,
    random.below(length),
    random.below(4096),
    random.pick(fields)?.at ?? 0,
  ]);
  return { text: `a length of ${size}`, size };
}

/** One to four changes of a container; in most cases its checksums are right afterwards, so that the values are judged. */
export function makeContainerChanges(bases: readonly ContainerBase[], random: Random): MadeContainer {
  const base = random.pick(bases);
  const changes: ContainerChange[] = [];
  for (let left = 1 + random.below(4); left > 0; left--) {
    const kind = random.below(10);
    const text = base.texts.length > 0 && (base.fields.length === 0 || kind < 4);
    if (kind === 9) changes.push(sizeChange(base, random));
    else if (text) changes.push(textChange(base, random.pick(base.texts), random));
    else if (kind >= 7) changes.push(tableChange(base, random));
    else changes.push(fieldChange(base, random));
  }
  if (base.seal !== undefined && random.chance(0.8)) changes.push({ text: 'with checksums', seal: true });
  return { base, changes };
}

/** Files of containers, in memory that is used again: each mutated file as a new one would be garbage of the fuzzer. */
const files = new WeakMap<ContainerBase, Uint8Array>();

/** Calls `use` with a changed container, whose bytes are valid until it is done. */
export async function withContainer<T>(
  { base, changes }: MadeContainer,
  use: (file: Uint8Array) => Promise<T>,
): Promise<T> {
  let all = files.get(base);
  if (all === undefined) {
    all = new Uint8Array(base.file.length + growth);
    all.set(base.file);
    files.set(base, all);
  }
  const file = all.subarray(0, base.file.length);
  let size = file.length;
  try {
    for (const change of changes) {
      if ('bytes' in change) file.set(change.bytes.subarray(0, file.length - change.at), change.at);
      else if ('size' in change) size = Math.max(0, change.size);
    }
    if (changes.some((change) => 'seal' in change)) base.seal?.(file);
    return await use(all.subarray(0, size));
  } finally {
    file.set(base.file);
  }
}

/** Later than all times in the image. */
const afterImage = new Date('2027-01-01T00:00:00Z');

const isMeant = (error: unknown): error is Error => error instanceof ContainerError || error instanceof SourceError;

/** Findings whose place in the file is not in the file. */
const outside = (findings: readonly Finding[], size: number): Finding[] =>
  findings.filter(({ fileByte }) => fileByte !== undefined && !(fileByte >= 0 && fileByte < size));

/** All that was found in a container, as text that is the same for the same bytes. */
async function resultOf({ beside, inside, own, rootHash }: ContainerBase, file: Uint8Array): Promise<string> {
  const { source } = boundedSource(file);
  const openBeside = async (name: string): Promise<ByteSource> => {
    const bytes = Object.hasOwn(beside, name) ? beside[name]! : undefined;
    if (bytes === undefined) throw new ContainerError('container-needs-file', `the file ${name} is missing`);
    return boundedSource(bytes).source;
  };
  const options = { openBeside, decompress: decompressNode, ...(own !== undefined && { name: own }) };
  const results: string[] = [];
  try {
    const { content, fileSystems } = await openDisk(source, { ...options, ...(inside && { inside: [inside] }) });
    results.push(contentTree('file', content));
    for (const { source: found, partition, extension } of fileSystems) {
      const report = await checkImage(found, {
        now: afterImage,
        jobs: 1,
        ...(partition && { partition }),
        extensions: [...(extension ? [extension] : []), ...(rootHash ? [dmVerityCheck({ rootHash })] : [])],
      });
      const wrong = outside(report.findings, file.length);
      if (wrong.length > 0) throw new Error(`a finding at byte ${wrong[0]!.fileByte} of ${file.length}`);
      results.push(JSON.stringify([report.verdict, report.counts, report.container]));
    }
  } catch (error) {
    // a check reports what it cannot read
    if (!isMeant(error) || results.length > 0) throw error;
    results.push(`${error.name}: ${error.message}`);
  }
  return results.join('\n');
}

/** Milliseconds of processor time of one run, whatever else the machine does. */
export const longestRun = 5000;

export interface ContainerResult {
  /** What is wrong; empty if nothing is. */
  failure: string;
  /** Milliseconds of the processor. */
  took: number;
  /** What was found. */
  result: string;
}

/** Opens a changed container and checks all file systems in it. */
export async function tryContainer(made: MadeContainer): Promise<ContainerResult> {
  const before = process.cpuUsage();
  let failure = '';
  let result = '';
  try {
    result = await withContainer(made, (file) => resultOf(made.base, file));
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1000;
  if (failure === '' && took > longestRun) failure = `took ${Math.round(took)} ms, at most ${longestRun} are allowed`;
  return { failure, took, result };
}
