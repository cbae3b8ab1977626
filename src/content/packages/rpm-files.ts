/** Reads the files of an rpm package from its header. */

import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';
import { digestLengths } from '../manifest/digest-names';
import { maxPath } from './dpkg-lists';
import { demand, type InstalledPackage, type PackageFile } from './package-file';
import { RpmHeader } from './rpm-header';

const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  sizes: 1028,
  states: 1029,
  modes: 1030,
  digests: 1035,
  linkTargets: 1036,
  flags: 1037,
  users: 1039,
  groups: 1040,
  verify: 1045,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  longSizes: 5008,
  digestAlgorithm: 5011,
} as const;

const flags = { config: 1, doc: 2, missingOk: 8, ghost: 64 } as const;
/** Properties that the package wants verified; all of them by default. */
const asks = { digest: 1, size: 2, link: 4, user: 8, group: 16, mode: 64 } as const;
const askAll = 0xffffffff;
/** Other states: replaced by another package, not installed, on a shared volume, of another architecture. */
const stateNormal = 0;

/** Digest numbers of OpenPGP; the first one is the default. */
const digestNames: Readonly<Record<number, DigestName>> = {
  1: 'md5',
  2: 'sha1',
  3: 'rmd160',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
};

const typeBits = 0xf000;
const modeTypes: Readonly<Record<number, FileType>> = {
  4096: 'fifo',
  8192: 'character-device',
  16384: 'directory',
  24576: 'block-device',
  32768: 'file',
  40960: 'symlink',
  49152: 'socket',
};

/** One column of the table of files. @throws DatabaseError unless it has `count` values */
function column<T>(values: T[] | undefined, count: number, what: string): T[] | undefined {
  demand(values === undefined || values.length === count, `${count} files have ${values?.length} ${what}`);
  return values;
}

/** The columns in the header. @throws DatabaseError if a required one is missing, or one has another length */
function columns(header: RpmHeader) {
  const baseNames = header.strings(tags.baseNames) ?? [];
  const { length } = baseNames;
  const dirNames = header.strings(tags.dirNames) ?? [];
  const dirIndexes = column(header.numbers(tags.dirIndexes), length, 'directories') ?? [];
  demand(dirIndexes.length === length, 'files have no directories');
  return {
    baseNames,
    dirNames,
    dirIndexes,
    sizes: column(header.numbers(tags.longSizes) ?? header.numbers(tags.sizes), length, 'sizes'),
    states: column(header.numbers(tags.states), length, 'states'),
    modes: column(header.numbers(tags.modes), length, 'modes'),
    digests: column(header.strings(tags.digests), length, 'digests'),
    linkTargets: column(header.strings(tags.linkTargets), length, 'link targets'),
    flags: column(header.numbers(tags.flags), length, 'flags'),
    users: column(header.strings(tags.users), length, 'users'),
    groups: column(header.strings(tags.groups), length, 'groups'),
    verify: column(header.numbers(tags.verify), length, 'verify flags'),
  };
}

type Columns = ReturnType<typeof columns>;

/** The digest of file `i`; null if there is none or its algorithm is unknown. */
function digestOf(table: Columns, i: number, name: DigestName | undefined): PackageFile['digest'] {
  const hex = table.digests?.[i] ?? '';
  if (hex === '' || name === undefined) return null;
  demand(
    hex.length === digestLengths[name] && /^[0-9a-fA-F]+$/.test(hex),
    `file ${i} has a ${name} of ${hex.length} digits`,
  );
  return { name, hex: hex.toLowerCase() };
}

function fileAt(table: Columns, i: number, algorithm: DigestName | undefined): PackageFile | null {
  const directory = table.dirNames[table.dirIndexes[i]!];
  demand(directory?.startsWith('/') === true && directory.endsWith('/'), `file ${i} is in no directory`);
  const path = directory + table.baseNames[i]!;
  demand(path.length <= maxPath, `the path of file ${i} is longer than ${maxPath}`);
  if ((table.states?.[i] ?? stateNormal) !== stateNormal) return null;
  const marks = table.flags?.[i] ?? 0;
  // ghost files are created while the machine runs
  if ((marks & flags.ghost) !== 0) return null;
  const asked = table.verify?.[i] ?? askAll;
  const asksFor = (what: number) => (asked & what) !== 0;
  const mode = table.modes?.[i];
  const type = mode === undefined ? null : (modeTypes[mode & typeBits] ?? null);
  const regular = type === 'file';
  return {
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
    type,
    size: regular && asksFor(asks.size) ? (table.sizes?.[i] ?? null) : null,
    mode: type !== 'symlink' && asksFor(asks.mode) && mode !== undefined ? mode & 0o7777 : null,
    user: asksFor(asks.user) ? (table.users?.[i] ?? null) : null,
    group: asksFor(asks.group) ? (table.groups?.[i] ?? null) : null,
    digest: regular && asksFor(asks.digest) ? digestOf(table, i, algorithm) : null,
    linkTarget: type === 'symlink' && asksFor(asks.link) ? table.linkTargets?.[i] || null : null,
    config: (marks & flags.config) !== 0,
    doc: (marks & flags.doc) !== 0,
    mayBeMissing: (marks & flags.missingOk) !== 0,
  };
}

function* filesOf(table: Columns, algorithm: DigestName | undefined): Generator<PackageFile, void, undefined> {
  for (let i = 0; i < table.baseNames.length; i++) {
    const file = fileAt(table, i, algorithm);
    if (file !== null) yield file;
  }
}

/**
 * The package of a header blob. Each name of a hard link has its digest.
 * @throws DatabaseError, also while its files are iterated over
 */
export function rpmPackage(blob: Uint8Array): InstalledPackage {
  const header = new RpmHeader(blob);
  const name = header.text(tags.name);
  demand(name !== '', 'a header without a name');
  const algorithm = digestNames[header.numbers(tags.digestAlgorithm)?.[0] ?? 1];
  return {
    name: `${name} ${header.text(tags.version)}-${header.text(tags.release)}`,
    files: filesOf(columns(header), algorithm),
  };
}
