/** What a block or a byte of a file system is for, and what an inode is called, as data and as text. */
import { reservedInode } from '../../layout/inode';
import { printable } from '../../report/printable';
import { counted } from '../../report/words';
import { fileOwners } from '../../view/file-owners';
import { type Bytes, fixedOwners, type Owner, type OwnerRole } from '../../view/fixed-owners';
import { type Place, placeAt } from '../../view/layout';
import type { OpenedImage } from '../../view/opened-image';
import { pathsOf } from '../../view/paths-of';
import { readBitmaps } from '../../volume/bitmaps';
import { groupOfBlock } from '../../volume/geometry';
import { inodeOffset } from '../../volume/inode-at';
import { placeText } from './inode-facts';

/** What the user asks about. */
export const ownerKinds = ['block', 'inode', 'byte'] as const;
export type OwnerKind = (typeof ownerKinds)[number];

export interface OwnerFacts {
  kind: OwnerKind;
  number: number;
  block: number;
  place: Place;
  /** By the block bitmap; absent where it cannot be read. */
  inUse?: boolean;
  owners: Owner[];
  /** Why the answer may be incomplete. */
  faults: string[];
}

/** The bytes that are meant; null if they do not exist. */
export function bytesAsked({ volume, groups }: OpenedImage, kind: OwnerKind, number: number): Bytes | null {
  const { blockSize, blocksCount, inodeSize } = volume.geometry;
  if (kind === 'block') return number < blocksCount ? { at: number * blockSize, length: blockSize } : null;
  if (kind === 'byte') return number < blocksCount * blockSize ? { at: number, length: 1 } : null;
  const at = inodeOffset(volume, groups, number);
  return at < 0 ? null : { at, length: inodeSize };
}

/** Whether the block bitmap has the block in use; undefined where its group's bitmap cannot be read. */
async function isInUse({ volume, groups }: OpenedImage, block: number): Promise<boolean | undefined> {
  const { geometry } = volume;
  if (!volume.inRange(block)) return undefined;
  const bitmaps = await readBitmaps(volume, groups);
  const group = groupOfBlock(geometry, block);
  if (bitmaps.unreadableBlocks.includes(group) || bitmaps.outsideBlocks.includes(group)) return undefined;
  return bitmaps.blocks.test(Math.floor(block / geometry.clusterRatio));
}

export async function ownerFacts(
  image: OpenedImage,
  kind: OwnerKind,
  number: number,
  bytes: Bytes,
  signal: AbortSignal,
): Promise<OwnerFacts> {
  const { volume, groups } = image;
  const block = Math.floor(bytes.at / volume.geometry.blockSize);
  const facts: OwnerFacts = { kind, number, block, place: await placeAt(volume, bytes.at), owners: [], faults: [] };
  if (groups.unreadable.length > 0) facts.faults.push('descriptors of groups cannot be read');
  const inUse = await isInUse(image, block);
  if (inUse !== undefined) facts.inUse = inUse;
  facts.owners.push(...fixedOwners(volume.geometry, groups, bytes));
  if (kind !== 'inode') {
    const { owners, truncated, unreadable } = await fileOwners(image, bytes, signal);
    facts.owners.push(...owners);
    if (truncated) facts.faults.push('there may be more owners: not all inodes were searched');
    if (unreadable > 0) facts.faults.push(`${counted(unreadable, 'inode')} cannot be read`);
  }
  // of an inode table only if one inode is meant
  const named = facts.owners.filter(({ inode, lastInode }) => lastInode === undefined || lastInode === inode);
  const wanted = new Set(named.flatMap(({ inode }) => inode ?? []));
  const { paths, partial } = await pathsOf(image, wanted, signal);
  if (partial) facts.faults.push('directories are damaged: paths may be missing');
  for (const owner of named) if (owner.inode !== undefined) owner.paths = paths.get(owner.inode) ?? [];
  return facts;
}

/** The facts as data for JSON. */
export function jsonOwner({ kind, number, block, place, inUse, owners, faults }: OwnerFacts): object {
  return { [kind]: number, ...(kind !== 'block' && { block }), ...place, inUse, owners, faults };
}

const roleNames: Readonly<Record<OwnerRole, string>> = {
  'boot-record': 'boot record',
  superblock: 'superblock',
  descriptors: 'group descriptors',
  'block-bitmap': 'block bitmap',
  'inode-bitmap': 'inode bitmap',
  'inode-table': 'inode table',
  data: 'data',
  unwritten: 'data that was never written',
  directory: 'entries',
  symlink: 'target',
  journal: 'journal',
  mapping: 'block of the mapping',
  attributes: 'attributes',
};

/** Inodes that have no path in a sound file system. */
const withoutPath: Readonly<Record<number, string>> = {
  [reservedInode.BAD_BLOCKS]: 'bad blocks',
  [reservedInode.USER_QUOTA]: 'user quotas',
  [reservedInode.GROUP_QUOTA]: 'group quotas',
  [reservedInode.RESIZE]: 'room for descriptors',
  [reservedInode.JOURNAL]: 'the journal',
};

function namesOf(inode: number, paths: readonly string[] = []): string {
  return paths.length === 0 ? (withoutPath[inode] ?? 'no path') : paths.map(printable).join(', ');
}

function ownerLine({ role, group, inode, lastInode, at, paths }: Owner): string {
  const name = roleNames[role];
  const one = inode === undefined ? '' : `inode ${inode} (${namesOf(inode, paths)})`;
  if (role === 'inode-table') {
    const which = lastInode === inode ? one : `inodes ${inode} to ${lastInode}`;
    return `${name} of group ${group}: ${which}`;
  }
  if (group !== undefined) return `${name} of group ${group}`;
  return inode === undefined ? name : `${name} of ${one}${at === undefined ? '' : `, from byte ${at}`}`;
}

/** The facts as lines of text. */
export function textOwner({ kind, number, block, place, inUse, owners, faults }: OwnerFacts): string {
  const where = kind === 'block' ? `at ${placeText(place)}` : `in block ${block}, at ${placeText(place)}`;
  const use =
    inUse === undefined ? 'the block bitmap cannot be read' : `${inUse ? 'in use' : 'free'} by the block bitmap`;
  const lines = [use, ...owners.map(ownerLine), ...(owners.length === 0 ? ['belongs to nothing'] : []), ...faults];
  return `${kind} ${number}, ${where}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
