/** Finds the libraries that a program needs directly and indirectly, as the dynamic loader does. */
import { linesOf } from '../../bytes/text-lines';
import type { InodeRecord } from '../../view/stat';
import type { Machine } from '../kernel/kernel';
import { decodeUtf8 } from '../text-of';
import { type ElfFacts, isElf, machineOf, readElf } from './elf';
import type { SystemFiles } from './files';

/** Libraries of one program that are checked; systemd has about thirty. */
const maxLibraries = 256;
const maxFolders = 128;
/** Lines of a configuration file that are read, and characters of a line. */
const maxLines = 10_000;
const maxLine = 4096;
const defaultFolders = ['/lib64', '/usr/lib64', '/lib', '/usr/lib', '/usr/local/lib64', '/usr/local/lib'];
/** The names of Debian's library folders, by machine. */
const triplets: ReadonlyMap<Machine, string> = new Map<Machine, string>([
  ['x86_64', 'x86_64-linux-gnu'],
  ['i386', 'i386-linux-gnu'],
  ['aarch64', 'aarch64-linux-gnu'],
  ['arm', 'arm-linux-gnueabihf'],
  ['riscv64', 'riscv64-linux-gnu'],
  ['ppc64', 'powerpc64le-linux-gnu'],
  ['s390x', 's390x-linux-gnu'],
]);

export interface MissingLibrary {
  name: string;
  /** The file that needs it. */
  neededBy: string;
  /** Why it cannot be loaded, as a clause. */
  why: string;
}

/** The folders in /etc/ld.so.conf and the files that it includes. */
async function configuredFolders(files: SystemFiles): Promise<string[]> {
  const folders: string[] = [];
  const main = await textOf(files, '/etc/ld.so.conf');
  const parts = [main];
  if (configured(main).some((line) => line.startsWith('include'))) {
    // every file in the usual folder counts as included
    for (const name of await files.names('/etc/ld.so.conf.d'))
      if (name.endsWith('.conf')) parts.push(await textOf(files, `/etc/ld.so.conf.d/${name}`));
  }
  for (const folder of parts.flatMap(configured))
    if (folder.startsWith('/') && folders.length < maxFolders) folders.push(folder);
  return folders;
}

/** The lines without comments and without white space around them. */
const configured = (text: string): string[] =>
  Array.from(linesOf(text, maxLines, maxLine), (line) => line.split('#', 1)[0]!.trim());

async function textOf(files: SystemFiles, path: string): Promise<string> {
  const record = await files.find(path);
  return record === null || record.type !== 'file' ? '' : decodeUtf8(await files.head(record, 65536));
}

/** The libraries that `program` at `path` needs and that are missing. @throws ImageError */
export async function missingLibraries(files: SystemFiles, path: string, program: ElfFacts): Promise<MissingLibrary[]> {
  const triplet = triplets.get(program.machine);
  const folders = [
    ...(triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`]),
    ...defaultFolders,
    ...(await configuredFolders(files)),
  ];
  const missing: MissingLibrary[] = [];
  const known = new Set<string>();
  const pending: { path: string; elf: ElfFacts }[] = [{ path, elf: program }];
  for (let next = pending.shift(); next !== undefined && known.size < maxLibraries; next = pending.shift()) {
    const origin = next.path.slice(0, next.path.lastIndexOf('/')) || '/';
    const own = next.elf.runPath.map((folder) => folder.replace(/\$(ORIGIN|\{ORIGIN\})/g, origin));
    for (const name of next.elf.needed) {
      if (known.has(name)) continue;
      known.add(name);
      const found = await search(files, name, [...own, ...folders], program.machine);
      if (typeof found === 'string') missing.push({ name, neededBy: next.path, why: found });
      else pending.push(found);
    }
  }
  return missing;
}

async function search(
  files: SystemFiles,
  name: string,
  folders: readonly string[],
  machine: Machine,
): Promise<string | { path: string; elf: ElfFacts }> {
  let why = 'it is in none of the folders of the search path';
  for (const path of name.includes('/') ? [name] : folders.map((folder) => `${folder}/${name}`)) {
    if (!path.startsWith('/')) continue;
    const record = await files.find(path);
    if (record === null) continue;
    const elf = await loadable(files, record, machine);
    if (elf !== null) return { path: record.path ?? path, elf };
    why = `${path} is not an ELF file for ${machine}`;
  }
  return why;
}

async function loadable(files: SystemFiles, record: InodeRecord, machine: Machine): Promise<ElfFacts | null> {
  if (record.type !== 'file') return null;
  const head = await files.head(record, 64);
  if (!isElf(head) || machineOf(head) !== machine) return null;
  return readElf(await files.whole(record));
}
