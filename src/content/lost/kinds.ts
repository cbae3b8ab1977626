/** The kind of a file by its name and path, and by its first bytes, to decide whether it may contain NUL blocks. */

/**
 * - `text`: no byte is NUL; `elf`, `compressed`, `database`: it starts with a magic number;
 * - `image`: swap, disks, zeros for tests: may validly be all NUL; `any`: unknown.
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

/** The kind of a file by its name. Version numbers after `.so` are ignored. */
export function kindOfName(path: string): NameKind {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/^swap|swapfile$|pagefile/.test(name)) return 'image';
  const bare = name.replace(/(\.so)[.0-9]+$/, '$1');
  const dot = bare.lastIndexOf('.');
  return dot < 0 ? 'any' : (extensions.get(bare.slice(dot + 1)) ?? 'any');
}

/** Folders whose files are installed with the system, and where programs do not store data. */
const madeWithTheSystem = /^\/(usr|etc|boot|bin|sbin|lib|lib32|lib64|libx32)\//;
/** Exceptions in these folders that contain data: state of programs, tests, and firmware in any format. */
const dataInside = /\/(firmware|tests?|testing|testdata|fixtures|cache|share\/qemu|grub\/fonts)\//;

/** Whether a file at this path must contain something other than NUL; in real systems all do. */
export const isSystemPlace = (path: string): boolean => madeWithTheSystem.test(path) && !dataInside.test(path);

/** The kind of a file by its content. */
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

/** Whether bytes may be text: no control characters except white space and escape; any encoding without NUL. */
export function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 && (byte < 0x07 || byte > 0x0d) && byte !== 0x1b) return false;
  return bytes.length > 0;
}

export function kindOfContent(head: Uint8Array, tail: Uint8Array): ContentKind {
  for (const [kind, magic] of magics) if (startsWith(head, magic)) return kind;
  // binary data may follow a script, but not in a file that ends with text
  if (!isText(head) || !isText(tail)) return 'other';
  return head[0] === 0x23 && head[1] === 0x21 ? 'script' : 'text';
}
