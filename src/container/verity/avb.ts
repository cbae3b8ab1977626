/** The footer of Android Verified Boot at the end of an image, and the hash tree that it describes. */

import type { ByteSource } from '../../source/source';
import { bytesAt, viewOf } from '../../volume/start/bytes';
import { damaged } from '../error';
import { textUntilNul, treeOf, type VerityTree } from './format';

export const footerBytes = 64;
const footerMagic = 'AVBf';
const metaMagic = 'AVB0';
const headerBytes = 256;
/** Largest block of descriptors that is read. */
const maxMeta = 2 ** 20;
const hashTreeTag = 1;
/** Bytes of a hash tree descriptor before its name, salt and root digest. */
const descriptorBytes = 180;
const maxDescriptors = 256;

/** What the footer of an image says. */
export interface AvbFacts {
  /** Bytes of the image before anything was added to it. */
  imageSize: number;
  meta: { at: number; length: number };
  /** Null without a descriptor of a hash tree: the image is hashed as a whole, or elsewhere. */
  tree: VerityTree | null;
  treeSize: number;
  /** Forward error correction after the tree; length 0 without. */
  correction: { at: number; length: number };
}

const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

function long(view: DataView, at: number, what: string): number {
  const value = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
  if (value > Number.MAX_SAFE_INTEGER) throw damaged(`the field ${what} is 2^53 or more`);
  return value;
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

type HashTree = Pick<AvbFacts, 'tree' | 'treeSize' | 'correction'>;

const noTree: HashTree = { tree: null, treeSize: 0, correction: { at: 0, length: 0 } };

/** The descriptor of a hash tree. @throws ContainerError */
function readDescriptor(bytes: Uint8Array): HashTree {
  const view = viewOf(bytes);
  const what = 'the AVB hash tree descriptor';
  const [nameLength, saltLength, rootLength] = [view.getUint32(104), view.getUint32(108), view.getUint32(112)];
  if (descriptorBytes + nameLength + saltLength + rootLength > bytes.length)
    throw damaged(`the fields partition_name_len, salt_len and root_digest_len of ${what} exceed it`);
  const saltAt = descriptorBytes + nameLength;
  const dataBlockSize = view.getUint32(44);
  const imageSize = long(view, 20, `image_size of ${what}`);
  const tree = treeOf({
    what,
    algorithm: textUntilNul(bytes.subarray(72, 104)),
    hashType: 1,
    dataBlockSize,
    hashBlockSize: view.getUint32(48),
    dataBlocks: Math.ceil(imageSize / Math.max(1, dataBlockSize)),
    salt: bytes.slice(saltAt, saltAt + saltLength),
    treeAt: long(view, 28, `tree_offset of ${what}`),
    rootHash: hexOf(bytes.subarray(saltAt + saltLength, saltAt + saltLength + rootLength)),
  });
  const correction = { at: long(view, 56, `fec_offset of ${what}`), length: long(view, 64, `fec_size of ${what}`) };
  return { tree, treeSize: long(view, 36, `tree_size of ${what}`), correction };
}

/** The first descriptor of a hash tree in the metadata. @throws ContainerError */
function hashTreeIn(meta: Uint8Array): HashTree {
  if (meta.length < headerBytes || textAt(meta, 0, 4) !== metaMagic)
    throw damaged('there is no vbmeta at the vbmeta_offset of the AVB footer');
  const view = viewOf(meta);
  const start = headerBytes + long(view, 12, 'authentication_data_block_size of vbmeta');
  const first = start + long(view, 96, 'descriptors_offset of vbmeta');
  const end = first + long(view, 104, 'descriptors_size of vbmeta');
  if (end > meta.length) throw damaged('the field descriptors_size of vbmeta exceeds it');
  let at = first;
  for (let count = 0; at + 16 <= end && count < maxDescriptors; count++) {
    const length = 16 + long(view, at + 8, 'num_bytes_following of a descriptor');
    if (at + length > end) throw damaged('the field num_bytes_following of a descriptor exceeds vbmeta');
    if (long(view, at, 'tag of a descriptor') === hashTreeTag && length >= descriptorBytes)
      return readDescriptor(meta.subarray(at, at + length));
    at += length;
  }
  return noTree;
}

/** What the footer at the end of `source` says; null without one. @throws ContainerError */
export async function readAvb(source: ByteSource): Promise<AvbFacts | null> {
  const footer = await bytesAt(source, source.size - footerBytes, footerBytes);
  if (footer.length < footerBytes || textAt(footer, 0, 4) !== footerMagic) return null;
  const view = viewOf(footer);
  const meta = {
    at: long(view, 20, 'vbmeta_offset of the AVB footer'),
    length: long(view, 28, 'vbmeta_size of the AVB footer'),
  };
  if (meta.at + meta.length > source.size)
    throw damaged(`the fields vbmeta_offset and vbmeta_size of the AVB footer exceed the image`);
  if (meta.length > maxMeta) throw damaged(`the field vbmeta_size of the AVB footer is ${meta.length}`);
  const imageSize = long(view, 12, 'original_image_size of the AVB footer');
  return { imageSize, meta, ...hashTreeIn(await bytesAt(source, meta.at, meta.length)) };
}
