/** The sentences for findings, made from their data; explanations.json has titles and explanations. */

import { isoTime } from '../../bytes/iso-time';
import { mmpMagic } from '../../layout/mmp';
import { superblockMagic } from '../../layout/superblock';
import type { Sentences } from '../../problem/define';
import { leftoverWords, partitionWords } from '../../report/start-words';
import { size } from '../../report/words';

export interface RecordedErrors {
  count: number;
  firstTime: string | null;
  firstError: string | null;
  firstFunction: string | null;
  firstLine: number | null;
  firstInode: number | null;
  firstBlock: number | null;
  lastTime: string | null;
  lastError: string | null;
  lastFunction: string | null;
  lastLine: number | null;
  lastInode: number | null;
  lastBlock: number | null;
}

function event(
  time: string | null,
  func: string | null,
  line: number | null,
  details: readonly (string | null)[],
): string {
  const where = func === null ? '' : ` in ${func}${line === null ? '' : `:${line}`}`;
  const known = details.filter((detail) => detail !== null);
  return `${time === null ? '' : ` ${time}`}${where}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}

const numbered = (what: string, number: number | null): string | null => (number === null ? null : `${what} ${number}`);

function events(d: RecordedErrors): string {
  const first = event(d.firstTime, d.firstFunction, d.firstLine, [
    d.firstError,
    numbered('inode', d.firstInode),
    numbered('block', d.firstBlock),
  ]);
  const last = event(d.lastTime, d.lastFunction, d.lastLine, [
    d.lastError,
    numbered('inode', d.lastInode),
    numbered('block', d.lastBlock),
  ]);
  if (first === last || last === '') return first === '' ? '' : `:${first}`;
  return `${first === '' ? '' : `, the first${first}`}, the last${last}`;
}

const counted = (count: number): string => `${count} ${count === 1 ? 'error' : 'errors'} recorded`;

export interface Leftover {
  leftover?: string;
  leftoverAt?: number;
  leftoverLabel?: string;
}

const leftover = ({ leftover: type, leftoverAt: at = 0, leftoverLabel: label = '' }: Leftover): string =>
  type ? `; ${leftoverWords({ type, superblockAt: at, label })}` : '';

export const texts = {
  'superblock-backup-damaged': (d: { allZero: boolean; stored: number }) =>
    d.allZero
      ? 'the copy contains only zeros'
      : `s_magic is 0x${d.stored.toString(16)}, should be 0x${superblockMagic.toString(16)}`,
  'superblock-backup-differs': (d: {
    fields: readonly string[];
    stored: readonly (number | string)[];
    expected: readonly (number | string)[];
  }) => d.fields.map((field, i) => `${field} is ${d.stored[i]}, in the superblock in use ${d.expected[i]}`).join('; '),
  'superblock-backup-older': (d: {
    fields: readonly string[];
    stored: readonly (number | string)[];
    expected: readonly (number | string)[];
  }) => d.fields.map((field, i) => `${field} is ${d.stored[i]}, in the superblock in use ${d.expected[i]}`).join('; '),
  'superblock-backups-absent': (d: { copies: number; groups: readonly number[] }) =>
    `${d.copies === 1 ? 'the only copy contains' : `all ${d.copies} copies contain`} only zeros, as genext2fs and e2image leave them`,
  'image-without-data': (d: { files: number }) =>
    `${d.files === 1 ? 'the examined file has' : `all ${d.files} examined files have`} no data`,
  'superblock-errors-recorded': (d: RecordedErrors) =>
    d.count > 0 ? `${counted(d.count)}${events(d)}` : `the error flag is set, without a count${events(d)}`,
  'superblock-errors-counted': (d: RecordedErrors) => `${counted(d.count)}${events(d)}; the error flag is not set`,
  'superblock-min-extra-isize': (d: { stored: number; most: number }) =>
    `s_min_extra_isize is ${d.stored}, should be 0 or a multiple of 4 between 4 and ${d.most}`,
  'superblock-want-extra-isize': (d: { stored: number; most: number }) =>
    `s_want_extra_isize is ${d.stored}, should be 0 or a multiple of 4 between 4 and ${d.most}`,
  'superblock-two-checksum-features': () => 'both metadata_csum and uninit_bg are set',
  'superblock-checksum-seed-unused': () => 'metadata_csum_seed is set, but metadata_csum is not',
  'superblock-64bit-without-extents': () => '64bit is set, but extent is not',
  'superblock-first-meta-bg': (d: { stored: number; most: number }) =>
    `s_first_meta_bg is ${d.stored}, should be at most ${d.most}`,
  'superblock-encoding-unknown': (d: { stored: number }) => `s_encoding is ${d.stored}, should be 1`,
  'mmp-block-location': (d: { stored: number; least: number; most: number }) =>
    `s_mmp_block is ${d.stored}, should be between ${d.least} and ${d.most}`,
  'mmp-block-magic': (d: { stored: number }) =>
    `mmp_magic is 0x${d.stored.toString(16)}, should be 0x${mmpMagic.toString(16)}`,
  'mmp-block-checksum': (d: { stored: number; expected: number }) =>
    `mmp_checksum is ${d.stored}, should be ${d.expected}`,
  'mmp-in-use': (d: { state: string; sequence: number; host: string; time: string }) =>
    `${d.state} (mmp_seq 0x${d.sequence.toString(16)}), last used by host '${d.host}' at ${d.time}`,
  'superblock-damaged': (d: { reason: string; overwrittenBy?: string }) =>
    d.overwrittenBy === undefined
      ? d.reason
      : `${d.reason}: ${d.overwrittenBy} was written over the start of the file system`,
  'superblock-backup-used': () => 'this backup superblock was used instead of the primary one',
  'superblock-unusable': (d: { reason: string }) => d.reason,
  'superblock-missing': (d: { size: number; looksLike?: string } & Leftover) =>
    `no superblock in ${d.size} bytes${d.looksLike ? `: this is ${d.looksLike}` : ''}${leftover(d)}`,
  'image-partitioned': (
    d: {
      table: string;
      number: readonly number[];
      start: readonly number[];
      holds: readonly (string | null)[];
    } & Leftover,
  ) =>
    `it has a partition table (${d.table}): ${d.number.map((number, i) => partitionWords({ number, start: d.start[i]!, what: d.holds[i]! })).join('; ')}${leftover(d)}`,
  'superblock-revision-unsupported': (d: { stored: number }) => `s_rev_level is ${d.stored}, should be 0 or 1`,
  'superblock-checksum-type-unknown': (d: { stored: number }) => `s_checksum_type is ${d.stored}, should be 1`,
  'superblock-feature-unsupported': (d: { features: readonly string[] }) => `unsupported: ${d.features.join(', ')}`,
  'superblock-feature-unknown': (d: { features: readonly string[]; readWrite: boolean; chromeOs: boolean }) =>
    `${d.features.join(', ')}${d.chromeOs === true ? ', as Chrome OS marks a root that must not be written' : ''}${d.readWrite === true ? '' : '; Linux refuses a read-write mount, and -o ro works'}`,
  'superblock-extra-isize-refused': (d: { field: string; stored: number; most: number }) =>
    `${d.field} is ${d.stored}, more than the ${d.most} bytes that an inode has for it`,
  'superblock-hurd-64bit': () => 's_creator_os is Hurd, which has no 64bit file systems',
  'superblock-encryption-level': (d: { stored: number }) => `s_encryption_level is ${d.stored}, should be 0`,
  'superblock-default-hash': (d: { stored: number; most: number }) =>
    `s_def_hash_version is ${d.stored}, should be at most ${d.most}`,
  'superblock-journal-device': () => 'the image is an external journal and has no files',
  'superblock-descriptor-size': (d: { stored: number }) => `s_desc_size is ${d.stored}, should be at least 64`,
  'group-descriptors-missing': (d: { size: number; needed: number }) =>
    `the descriptors are outside the image of ${d.size} bytes; the file system needs ${d.needed}`,
  'group-descriptors-implausible': (d: { what: string; stored: number }) =>
    d.what === 'descriptor size'
      ? `s_desc_size is ${d.stored}, which is not a power of two`
      : `the descriptor places the ${d.what} at block ${d.stored}, where it cannot be`,
  'superblock-quota-inode-invalid': (d: { type: string; stored: number }) =>
    `inode ${d.stored} cannot be the ${d.type} quota file`,
  'resize-inode-with-meta-bg': () => 'both resize_inode and meta_bg are set',
  'resize-blocks-without-feature': (d: { stored: number }) =>
    `s_reserved_gdt_blocks is ${d.stored}, should be 0 without resize_inode`,
  'resize-inode-not-clear': (d: { stored: number; word: number }) =>
    `i_block[${d.word}] is ${d.stored}, should be 0 without resize_inode`,
  'resize-inode-invalid': (d: { what: string; stored: number; expected: string }) =>
    `${d.what} is ${d.stored}, should be ${d.expected}`,
  'resize-inode-unreadable': (d: { reason: string }) => d.reason,
  'image-truncated': (d: { stored: number; found: number; missing: number }) =>
    `the file system has ${d.stored} blocks, the image ${d.found}; ${d.missing} bytes are missing at the end`,
  'file-system-larger-than-partition': (d: {
    partition: number;
    stored: number;
    found: number;
    needed: number;
    size: number;
  }) =>
    `the file system needs ${size(Number(d.needed))}, partition ${d.partition} has ${size(Number(d.size))}; the kernel refuses it: "bad geometry: block count ${d.stored} exceeds size of device (${d.found} blocks)"`,
  'superblock-mount-time-future': (d: { stored: number }) => `s_mtime is ${isoTime(d.stored)}, which is in the future`,
  'superblock-write-time-future': (d: { stored: number }) => `s_wtime is ${isoTime(d.stored)}, which is in the future`,
  'superblock-value-invalid': (d: {
    field: string;
    stored: number;
    least: number;
    most: number;
    powerOfTwo: boolean;
  }) =>
    `${d.field} is ${d.stored}, should be ${d.least === d.most ? d.least : `between ${d.least} and ${d.most}`}${d.powerOfTwo ? ' and a power of two' : ''}`,
  'superblock-inode-count-too-big': (d: { expected: number }) =>
    `the groups hold ${d.expected} inodes, more than 32-bit inode numbers allow`,
  'superblock-inode-count-wrong': (d: { stored: number; expected: number }) =>
    `s_inodes_count is ${d.stored}, should be ${d.expected}`,
  'superblock-first-data-block': (d: { stored: number; expected: number }) =>
    `s_first_data_block is ${d.stored}, should be ${d.expected}`,
} satisfies Sentences;
