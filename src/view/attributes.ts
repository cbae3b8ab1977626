/** The extended attributes of an inode by name, as far as they can be read. */
import { printableName } from '../bytes/names';
import { xattrEntry, xattrEntrySize, xattrHeader, xattrMagic } from '../layout/xattr';
import { xattrBlockOf } from '../volume/inode-fields';
import { bytesOf, type Volume } from '../volume/volume';
import { blockXattrs, bodyXattrs, hasEntry, nextEntry, type XattrArea } from '../volume/xattr-entries';
import type { InodeRecord } from './stat';

/** One attribute. */
export interface AttributeFacts {
  /** With its prefix, printable. */
  name: string;
  /** Bytes of its value. */
  size: number;
  /** The inode that holds the value; absent if it is beside the name. */
  inode?: number;
}

/** The attributes of an inode. */
export interface Attributes {
  list: AttributeFacts[];
  /** Their block; 0 if there is none. */
  block: number;
  /** Why some of them may be missing. */
  fault?: string;
}

/** By `e_name_index`. */
const prefixes: readonly string[] = [
  '',
  'user.',
  'system.posix_acl_access',
  'system.posix_acl_default',
  'trusted.',
  'lustre.',
  'security.',
  'system.',
  'system.richacl',
  'encryption.',
  'gnu.',
];

/** Adds the attributes of an area; returns whether all entries fit. */
function addFrom(area: XattrArea, list: AttributeFacts[]): boolean {
  const { view, end } = area;
  for (let at = area.start; hasEntry(area, at); at = nextEntry(area, at)) {
    const from = at + xattrEntrySize;
    const to = from + xattrEntry.e_name_len(view, at);
    if (to > end) return false;
    const index = xattrEntry.e_name_index(view, at);
    const name = `${prefixes[index] ?? `${index}.`}${printableName(bytesOf(view), from, to)}`;
    const inode = xattrEntry.e_value_inum(view, at);
    list.push({ name, size: xattrEntry.e_value_size(view, at), ...(inode !== 0 && { inode }) });
  }
  return true;
}

/** All attributes, those in the inode first. Never throws for damage. */
export async function attributesOf(volume: Volume, record: InodeRecord): Promise<Attributes> {
  const { geometry } = volume;
  const list: AttributeFacts[] = [];
  const body = bodyXattrs(geometry, record.view, 0);
  const fit = body === null || addFrom(body, list);
  const block = xattrBlockOf(geometry, record.view, 0);
  const found: Attributes = { list, block };
  if (!fit) found.fault = 'the attributes in the inode are damaged';
  if (block === 0) return found;
  const view = volume.inRange(block) ? await volume.block(block) : null;
  if (view === null) return { ...found, fault: `block ${block} of its attributes cannot be read` };
  const isWhole = xattrHeader.h_magic(view, 0) === xattrMagic && addFrom(blockXattrs(view), list);
  return isWhole ? found : { ...found, fault: `block ${block} of its attributes is damaged` };
}
