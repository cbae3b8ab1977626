/** The keywords of mtree. Names and synonyms are those of libarchive, NetBSD, FreeBSD and systemd. */
import { printableName } from '../../bytes/names';
import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';
import { shown, textBytes } from '../byte-text';
import { digestLengths } from './digest-names';
import type { ManifestEntry } from './entry';
import { unvis } from './vis';

/** The properties that keywords set; `/set` applies them to all following entries. */
export type MtreeFacts = Omit<ManifestEntry, 'path' | 'line'>;

const types: Readonly<Record<string, FileType>> = {
  file: 'file',
  dir: 'directory',
  link: 'symlink',
  fifo: 'fifo',
  char: 'character-device',
  block: 'block-device',
  socket: 'socket',
};

const digestKeys: ReadonlyMap<string, DigestName> = new Map(
  (['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'rmd160'] as const).flatMap((name): [string, DigestName][] =>
    ['', 'digest', 'sum'].map((ending) => [`${name}${ending}`, name]),
  ),
);

/** A list with each digest alone, shared by all entries. */
const alone = new Map([...digestKeys.values()].map((name): [DigestName, DigestName[]] => [name, [name]]));

/** The digest of a keyword such as `sha256digest` or `ripemd160digest`; undefined for other keywords. */
export const digestKey = (key: string): DigestName | undefined =>
  digestKeys.get(key.startsWith('ripemd') ? key.replace('ripemd', 'rmd') : key);

/** Keywords that are known but not compared: storage details and notes. */
const passedOver = new Set(['flags', 'inode', 'resdevice', 'tags', 'contents', 'content']);

const number = (value: string, most: number): number | null => {
  const found = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  return found <= most ? found : null;
};

export function takeKeyword(facts: MtreeFacts, key: string, value: string | undefined): string | null {
  switch (key) {
    case 'optional':
    case 'nochange':
    case 'ignore':
      facts[key] = true;
      return null;
  }
  if (passedOver.has(key)) return null;
  const digest = digestKey(key);
  if (value === undefined) return `'${shown(key)}' is unknown or has no value`;
  if (digest !== undefined) return takeDigest(facts, digest, value);
  return takeValue(facts, key, value);
}

function takeDigest(facts: MtreeFacts, name: DigestName, value: string): string | null {
  const hex = value.toLowerCase();
  if (!/^[0-9a-f]+$/.test(hex) || hex.length !== digestLengths[name])
    return `${name} must be ${digestLengths[name]} hexadecimal digits, not '${shown(value)}'`;
  const digest = { names: alone.get(name)!, hex };
  facts.digests = facts.digests ? [...facts.digests.filter(({ names }) => !names.includes(name)), digest] : [digest];
  return null;
}

function takeValue(facts: MtreeFacts, key: string, value: string): string | null {
  switch (key) {
    case 'type':
      if (!Object.hasOwn(types, value)) return `the type '${shown(value)}' is unknown`;
      facts.type = types[value]!;
      return null;
    case 'mode':
      if (!/^[0-7]{1,7}$/.test(value)) return `mode must be octal, not '${shown(value)}'`;
      facts.mode = Number.parseInt(value, 8) & 0o7777;
      return null;
    case 'uid':
    case 'gid':
      return takeNumber(facts, key, value, 0xffffffff);
    case 'size':
      return takeNumber(facts, 'size', value, Number.MAX_SAFE_INTEGER);
    case 'nlink':
      return takeNumber(facts, 'links', value, 0xffffffff);
    case 'cksum':
      return takeNumber(facts, 'cksum', value, 0xffffffff);
    case 'uname':
    case 'gname':
    case 'link':
      return takeName(facts, key === 'uname' ? 'user' : key === 'gname' ? 'group' : 'target', value);
    case 'time': {
      const found = /^(-?\d{1,12})(?:\.(\d{1,9}))?$/.exec(value);
      if (found === null) return `time must be seconds and nanoseconds, not '${shown(value)}'`;
      // the number after the point is a count of nanoseconds, even with fewer than nine digits
      facts.time = { seconds: Number(found[1]), nanoseconds: Number(found[2] ?? 0) };
      return null;
    }
    case 'device':
    case 'rdev': {
      const device = deviceOf(value);
      if (device === null) return `the device '${shown(value)}' has an unknown format`;
      facts.device = device;
      return null;
    }
  }
  return `the keyword '${shown(key)}' is unknown`;
}

function takeNumber(
  facts: MtreeFacts,
  field: 'uid' | 'gid' | 'size' | 'links' | 'cksum',
  value: string,
  most: number,
): string | null {
  const found = number(value, most);
  if (found === null) return `'${shown(value)}' is not a valid ${field}`;
  facts[field] = found;
  return null;
}

function takeName(facts: MtreeFacts, field: 'user' | 'group' | 'target', value: string): string | null {
  const name = unvis(value);
  if (name === null) return `'${shown(value)}' has an unknown escape`;
  facts[field] = printableName(textBytes(name));
  return null;
}

/** `native,8,1` (or the name of another system), or Linux's combined device number, decimal or `0x`. */
function deviceOf(value: string): { major: number; minor: number } | null {
  const pair = /^[a-z0-9]{1,16},(\d{1,7}),(\d{1,7})$/.exec(value);
  if (pair !== null) return { major: Number(pair[1]), minor: Number(pair[2]) };
  const whole = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(value) ? Number(value) : Number.NaN;
  if (!(whole <= 0xffffffff)) return null;
  return { major: (whole >>> 8) & 0xfff, minor: (whole & 0xff) | ((whole >>> 12) & 0xfff00) };
}
