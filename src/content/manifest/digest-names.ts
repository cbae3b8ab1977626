/** The digests that manifests use: their lengths, and their names in other programs. */
import type { DigestName } from '../../platform/digests';

/** Number of hexadecimal digits. */
export const digestLengths: Readonly<Record<DigestName, number>> = {
  md5: 32,
  sha1: 40,
  rmd160: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  blake2b512: 128,
};

/** Possible digests by number of digits, for lines without a name, as md5sum, sha1sum … and b2sum write them. */
export const digestsOfLength: Readonly<Record<number, readonly DigestName[]>> = {
  32: ['md5'],
  40: ['sha1'],
  56: ['sha224'],
  64: ['sha256'],
  96: ['sha384'],
  128: ['sha512', 'blake2b512'],
};

/** The names in `NAME (path) = digest`, as the BSDs, coreutils and openssl write them. */
export const taggedDigests: Readonly<Record<string, DigestName>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  RMD160: 'rmd160',
  RIPEMD160: 'rmd160',
  SHA224: 'sha224',
  'SHA2-224': 'sha224',
  SHA256: 'sha256',
  'SHA2-256': 'sha256',
  SHA384: 'sha384',
  'SHA2-384': 'sha384',
  SHA512: 'sha512',
  'SHA2-512': 'sha512',
  BLAKE2b: 'blake2b512',
  'BLAKE2B-512': 'blake2b512',
};
