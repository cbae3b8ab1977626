/** What a file must be by its name and place, and what it is by its first bytes, as far as NUL blocks depend on it. */

/**
 * - `text`: no byte is NUL; `elf`, `compressed`, `executable`: it begins with a magic number;
 * - `image`: swap, disks, zeros for tests: may be all NUL by right; `any`: nothing is known.
 */
export type NameKind = 'text' | 'elf' | 'compressed' | 'database' | 'image' | 'any';

const byExtension: readonly [NameKind, string][] = [
  [
    'text',
    'txt md rst conf cfg cnf ini json xml yaml yml toml html htm css js mjs ts py pl pm rb sh bash lua c h cc cpp hh hpp go rs java csv tsv log list service socket target timer mount rules desktop pem crt cer asc pub po pot svg tex awk sed m4 ac am cmake mk patch diff env repo spec properties md5sums postinst preinst prerm postrm',
  ],
  ['elf', 'so ko o'],
  ['compressed', 'gz tgz xz zst bz2 lz4 lzma zip jar png jpg jpeg gif webp woff woff2'],
  ['database', 'db sqlite sqlite3'],
  ['image', 'img iso raw qcow2 vmdk vdi swap swp bin rom fd dat bak dump core cache'],
];

const extensions = new Map(
  byExtension.flatMap(([kind, names]) => names.split(' ').map((name): [string, NameKind] => [name, kind])),
);

/** What a file must be by its name. Version numbers behind `.so` do not count. */
export function kindOfName(path: string): NameKind {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/^swap|swapfile$|pagefile/.test(name)) return 'image';
  const bare = name.replace(/(\.so)[.0-9]+$/, '$1');
  const dot = bare.lastIndexOf('.');
  return dot < 0 ? 'any' : (extensions.get(bare.slice(dot + 1)) ?? 'any');
}

/** Where what lies there was put by whoever made the system, and no program keeps data of its own. */
const madeWithTheSystem = /^\/(usr|etc|boot|bin|sbin|lib|lib32|lib64|libx32)\//;
/** Places in there that hold data all the same: state of programs, tests, and firmware, which is whatever hardware wants. */
const dataInside = /\/(firmware|tests?|testing|testdata|fixtures|cache|share\/qemu|grub\/fonts)\//;

/** Whether a file there has something other than NUL in it; no file of a real system was found that has not. */
export const isSystemPlace = (path: string): boolean => madeWithTheSystem.test(path) && !dataInside.test(path);

/** What content shows itself to be. */
export type ContentKind = 'elf' | 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'script' | 'text' | 'other';

const magics: readonly [ContentKind, readonly number[]][] = [
  ['elf', [0x7f, 0x45, 0x4c, 0x46]],
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
];

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);

/** Whether bytes could stand in a text: no control characters but those that move along; any encoding without NUL. */
export function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 && (byte < 0x07 || byte > 0x0d) && byte !== 0x1b) return false;
  return bytes.length > 0;
}

/** What a file is by its first bytes, and whether its last ones go with that. */
export function kindOfContent(head: Uint8Array, tail: Uint8Array): ContentKind {
  for (const [kind, magic] of magics) if (startsWith(head, magic)) return kind;
  // a program may follow behind a script, but not inside a file that ends as text
  if (!isText(head) || !isText(tail)) return 'other';
  return head[0] === 0x23 && head[1] === 0x21 ? 'script' : 'text';
}
