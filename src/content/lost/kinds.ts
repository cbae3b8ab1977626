/** The kind of a file by its name and path, and by its first bytes, to decide whether it may contain NUL blocks. */

/**
 * - `text`: no byte is NUL; `log`: the same, except for reserved space, and after a power failure or a rotation;
 * - `elf`, `efi`, `kernel`, `compressed`, `database`: it starts with a magic number;
 * - `image`: swap, disks, zeros for tests: may validly be all NUL; `any`: unknown.
 */
export type NameKind = 'text' | 'log' | 'elf' | 'efi' | 'kernel' | 'compressed' | 'database' | 'image' | 'any';

const byExtension: readonly [NameKind, string][] = [
  [
    'text',
    'txt md rst conf cfg cnf ini json xml yaml yml toml html htm css js mjs ts py pl pm rb sh bash lua c h cc cpp hh hpp go rs java csv tsv list service socket target timer mount rules desktop pem crt cer asc pub po pot svg tex awk sed m4 ac am cmake mk patch diff env repo spec properties md5sums postinst preinst prerm postrm',
  ],
  ['log', 'log'],
  ['elf', 'so ko o'],
  ['efi', 'efi'],
  ['compressed', 'gz tgz xz zst bz2 lz4 lzma zip jar png jpg jpeg gif webp woff woff2'],
  ['database', 'db sqlite sqlite3'],
  ['image', 'img iso raw qcow2 vmdk vdi swap swp bin rom fd dat bak dump core cache'],
];

const extensions = new Map(
  byExtension.flatMap(([kind, names]) => names.split(' ').map((name): [string, NameKind] => [name, kind])),
);

/** Folders of systemd's units, with the folders of their links and additions. */
const unitFolder = /^\/((usr\/)?lib|etc)\/systemd\/(system|user|network)\//;
/** Kernels and initial RAM disks, which systems keep in these folders only. */
const bootFile =
  /^(\/|\/boot\/([^/]+\/)*|\/(usr\/)?lib\/modules\/[^/]+\/)(vmlinu[xz]|bzimage|zimage|uimage|image|initrd|initramfs)([-._][^/]*)?$/;
/** Modules of GRUB. */
const grubModule = /\/grub2?\/.*\.mod$/;

/** The kind of a file by its name, and its folder where that determines it. Version numbers after `.so` are ignored. */
export function kindOfName(path: string): NameKind {
  if (unitFolder.test(path)) return 'text';
  const lower = path.toLowerCase();
  if (bootFile.test(lower)) return 'kernel';
  const name = lower.slice(lower.lastIndexOf('/') + 1);
  if (/^swap|swapfile$|pagefile/.test(name)) return 'image';
  const bare = name.replace(/(\.so)[.0-9]+$/, '$1');
  const dot = bare.lastIndexOf('.');
  const kind = dot < 0 ? undefined : extensions.get(bare.slice(dot + 1));
  return kind ?? (grubModule.test(path) ? 'elf' : 'any');
}

/** Folders whose files are installed with the system, and where programs do not store data. */
const madeWithTheSystem = /^\/(usr|etc|boot|bin|sbin|lib|lib32|lib64|libx32)\//;
/** Exceptions in these folders that contain data: state of programs, tests, and firmware in any format. */
const dataInside = /\/(firmware|tests?|testing|testdata|fixtures|cache|share\/qemu|grub\/fonts)\//;

/** Whether a file at this path must contain something other than NUL; in real systems all do. */
export const isSystemPlace = (path: string): boolean => madeWithTheSystem.test(path) && !dataInside.test(path);

/** Size from which a file without a block and without a known kind may be a sparse disk image. */
const sparseImageBytes = 2 ** 30;

/** Whether the blocks of a file at this path, if they were written, must contain something other than NUL. */
export function mustHaveData(path: string): boolean {
  const kind = kindOfName(path);
  return kind === 'any' ? isSystemPlace(path) : kind !== 'image';
}

/**
 * Whether this path excludes that a file has only holes and space that was never written. Programs reserve space for logs,
 * databases and downloads, and do so where they store data.
 */
export function mustBeWritten(path: string, size: number): boolean {
  const kind = kindOfName(path);
  if (kind === 'text' || kind === 'elf' || kind === 'efi' || kind === 'kernel') return true;
  if (kind === 'image' || kind === 'log') return false;
  return isSystemPlace(path) && (kind !== 'any' || size < sparseImageBytes);
}

/** Whether a file of this size may be space that a program reserved and did not use yet. */
export const mayBeReserved = (size: number): boolean => size >= 2 ** 20 && size % 65_536 === 0;

const programFolder = /\/(s?bin|libexec)\/[^/]+$/;
const libraryFolder = /\/(lib|lib32|lib64|libx32)\//;
const moduleName = /\.ko(\.(gz|xz|zst))?$/;
const unit = /\.(service|socket|target|timer|mount|automount|swap|path|slice|scope|device)$/;

/** What a file at this path is that must not be empty; null if it may be. No such file of a real system is. */
export function emptyKind(path: string, isExecutable: boolean): string | null {
  if (dataInside.test(path)) return null;
  const kind = kindOfName(path);
  if (kind === 'kernel') return 'a kernel or an initial RAM disk';
  if (kind === 'efi') return 'an EFI program';
  if (moduleName.test(path)) return 'a kernel module';
  if (kind === 'elf' && (madeWithTheSystem.test(path) || libraryFolder.test(path)))
    return path.endsWith('.o') ? 'an object file' : 'a library';
  if (unitFolder.test(path) && unit.test(path)) return 'a systemd unit';
  return isExecutable && programFolder.test(path) ? 'a program' : null;
}

/** Whether an empty file at this path may mask a unit of systemd: administrators do that in /etc. */
export const mayMaskUnit = (path: string): boolean =>
  path.startsWith('/etc/') && unitFolder.test(path) && unit.test(path);

/** Whether a file at this path is hardly ever empty. Source files of Python and marker files often are. */
export function isRarelyEmpty(path: string): boolean {
  const kind = kindOfName(path);
  if (kind === 'compressed' || kind === 'elf') return !dataInside.test(path);
  return kind === 'text' && isSystemPlace(path) && !path.endsWith('.py');
}

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
