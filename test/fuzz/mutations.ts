/** Changes to an image as plain data: random, described in words, and applied the same way each time. */
import type { TestImage } from '../support/image';
import type { Random } from './random';
import { restamp, type Stamp } from './stamps';
import type { Piece, Site, Targets } from './targets';

/** Offsets and lengths are in bytes. A stamp is the checksum to correct afterwards. */
export type Mutation = { what: string } & (
  | { kind: 'write'; at: number; hex: string; stamp: Stamp | null }
  | { kind: 'flip'; at: number; bit: number; stamp: Stamp | null }
  | { kind: 'fill'; at: number; length: number; value: number; stamp: Stamp | null }
  | { kind: 'copy'; from: number; at: number; length: number; stamp: Stamp | null }
  | { kind: 'swap'; from: number; at: number; length: number; stamp: Stamp | null }
);

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Changes the image in place, within its bounds. */
export function apply(image: TestImage, mutation: Mutation): void {
  const { bytes } = image;
  const { at } = mutation;
  if (mutation.kind === 'write') bytes.set(Buffer.from(mutation.hex, 'hex'), at);
  else if (mutation.kind === 'flip') bytes[at]! ^= 1 << mutation.bit;
  else if (mutation.kind === 'fill') bytes.fill(mutation.value, at, at + mutation.length);
  else {
    const { from, length } = mutation;
    const other = bytes.slice(at, at + length);
    bytes.copyWithin(at, from, from + length);
    if (mutation.kind === 'swap') bytes.set(other, from);
  }
  if (mutation.stamp) restamp(image, mutation.stamp);
}

/** One line for people. */
export const describe = ({ what, stamp }: Mutation): string => (stamp ? `${what}, checksum made right` : what);

const edges = [0, 1, 2, 3, 4, 7, 8, 11, 12, 15, 16, 255, 256, 1023, 1024, 4095, 4096, 32767, 32768, 32769, 65535];
const wideEdges = [65536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** A random value for a field; `width` in bytes. */
function valueFor(random: Random, image: TestImage, old: number, width: number): number {
  const limit = 2 ** (8 * width);
  const { blocksCount, inodesCount, blockSize } = image.made;
  const value = random.pick([
    () => random.pick(edges),
    () => random.pick([...edges, ...wideEdges]),
    () => old + 1,
    () => old - 1,
    () => old ^ (2 ** random.below(Math.min(8 * width, 31))),
    () => limit - 1,
    () => random.below(blocksCount),
    () => blocksCount + random.below(3) - 1,
    () => random.below(inodesCount + 2),
    () => random.below(64) * blockSize,
    () => random.below(limit),
    () => 0,
  ])();
  return ((value % limit) + limit) % limit;
}

function fieldMutation(random: Random, targets: Targets, site: Site): Mutation {
  const { image } = targets;
  const name = random.pick(Object.keys(site.fields));
  const field = site.fields[name]!;
  const at = site.at + field.offset;
  const old = image.bytes.slice(at, at + field.bytes);
  const stamp = random.chance(0.75) ? site.stamp : null;
  if (field.bytes > 8) {
    const next = old.slice();
    next[random.below(next.length)]! ^= 1 << random.below(8);
    return { kind: 'write', what: `${site.what}: a bit of ${name}`, at, hex: hexOf(next), stamp };
  }
  // a field can read itself, so reading back shows its byte order
  const stored = field(image.view, site.at);
  const before = typeof stored === 'number' ? stored : 0;
  const value = valueFor(random, image, before, Math.min(field.bytes, 4));
  const next = new Uint8Array(field.bytes);
  const view = new DataView(next.buffer);
  for (let i = 0; i < Math.min(4, next.length); i++) next[i] = Math.floor(value / 256 ** i) & 255;
  const read = field(view, -field.offset);
  if (typeof read === 'number' && read !== value) next.reverse();
  return { kind: 'write', what: `${site.what}: ${name} ${before} -> ${value}`, at, hex: hexOf(next), stamp };
}

function pieceMutation(random: Random, targets: Targets, piece: Piece): Mutation {
  const { what, at, length } = piece;
  const stamp = random.chance(0.5) ? piece.stamp : null;
  const other = random.pick(targets.pieces.get(random.pick([...targets.pieces.keys()]))!);
  const shorter = Math.min(length, other.length);
  return random.pick<() => Mutation>([
    () => ({ kind: 'fill', what: `${what}: all zero`, at, length, value: 0, stamp }),
    () => ({ kind: 'fill', what: `${what}: all zero`, at, length, value: 0, stamp }),
    () => ({ kind: 'fill', what: `${what}: all ones`, at, length, value: 255, stamp }),
    () => ({ kind: 'copy', what: `${what}: what ${other.what} holds`, from: other.at, at, length: shorter, stamp }),
    () => ({ kind: 'swap', what: `${what} and ${other.what} swapped`, from: other.at, at, length: shorter, stamp }),
    () => {
      const place = at + random.below(length);
      const bit = random.below(8);
      return { kind: 'flip', what: `${what}: bit ${bit} of byte ${place - at} flipped`, at: place, bit, stamp };
    },
    () => {
      const half = Math.max(1, Math.floor(length / 512 / 2)) * 512;
      const torn = Math.min(length, half);
      return { kind: 'fill', what: `${what}: first ${torn} bytes zero`, at, length: torn, value: 0, stamp };
    },
  ])();
}

/** One to four changes; fields four times as often as whole pieces. Kinds of records count alike, however many there are. */
export function makeMutations(random: Random, targets: Targets): Mutation[] {
  const kinds = [...targets.sites.keys()];
  const count = random.pick([1, 1, 1, 2, 2, 3, 4]);
  return Array.from({ length: count }, () => {
    if (random.chance(0.2)) {
      const pieces = targets.pieces.get(random.pick([...targets.pieces.keys()]))!;
      return pieceMutation(random, targets, random.pick(pieces));
    }
    return fieldMutation(random, targets, random.pick(targets.sites.get(random.pick(kinds))!));
  });
}

/** A damaged copy of the image. */
export function damaged(image: TestImage, mutations: readonly Mutation[]): TestImage {
  const copy = image.copy();
  for (const mutation of mutations) apply(copy, mutation);
  return copy;
}
