/** The native e2fsck: where it is, which version, what it can handle, and which package has it. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { atLeastVersion } from '../boot/features/consumer';
import { e2fsck } from '../boot/features/e2fsck';
import { listed } from '../report/words';
import { Refusal } from './refusal';
import type { Runner } from './runner';

export interface FsckTool {
  path: string;
  /** As it names it: `1.47.0`. */
  version: string;
}

const names = ['e2fsck', 'fsck.ext4', 'fsck.ext3', 'fsck.ext2'];
/** Where administration tools lie that PATH of a plain user does not have. */
const usualFolders = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/opt/homebrew/opt/e2fsprogs/sbin',
  '/usr/local/opt/e2fsprogs/sbin',
];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first of these programs on the search path or in the usual folders; undefined when there is none. */
export function findProgram(wanted: readonly string[], searchPath = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...new Set([...searchPath.split(delimiter).filter(isAbsolute), ...usualFolders])];
  for (const name of wanted) for (const folder of folders) if (isProgram(join(folder, name))) return join(folder, name);
  return undefined;
}

/** How e2fsprogs is installed on a system with this /etc/os-release. */
export function installHint(osRelease: string): string {
  const value = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  const ids = `${value('ID')} ${value('ID_LIKE')}`.toLowerCase().split(/\s+/);
  const is = (...some: string[]) => ids.some((id) => some.includes(id));
  if (is('debian', 'ubuntu')) return 'install it with: apt-get install e2fsprogs';
  if (is('fedora', 'rhel', 'centos')) return 'install it with: dnf install e2fsprogs';
  if (is('suse', 'opensuse', 'sles', 'opensuse-leap', 'opensuse-tumbleweed'))
    return 'install it with: zypper install e2fsprogs (transactional-update pkg install e2fsprogs on a system that is read-only)';
  if (is('alpine')) return 'install it with: apk add e2fsprogs';
  if (is('arch')) return 'install it with: pacman -S e2fsprogs';
  if (is('gentoo')) return 'install it with: emerge sys-fs/e2fsprogs';
  if (is('nixos')) return 'install it with: nix-shell -p e2fsprogs';
  return 'the package is called e2fsprogs (apt-get, dnf, zypper, apk, pacman and brew all have it under that name)';
}

function hint(): string {
  try {
    return installHint(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return installHint('');
  }
}

/**
 * Finds e2fsck and asks for its version. `given` is used and nothing else where it is set.
 * @throws Refusal when there is none, or it does not answer as e2fsck does
 */
export async function findFsck(run: Runner, given?: string, signal?: AbortSignal): Promise<FsckTool> {
  const path = given ?? findProgram(names);
  if (path === undefined) throw new Refusal(`There is no e2fsck on this system; ${hint()}.`);
  if (given?.includes('/') && !isProgram(given))
    throw new Refusal(`${given} is not a program that can be run; --fsck takes the path of an e2fsck.`);
  const result = await run({ command: path, args: ['-V'], timeLimit: 20_000, signal });
  const version = /e2fsck (\d+\.\d+(?:\.\d+)?)/.exec(result.output)?.[1];
  if (version !== undefined) return { path, version };
  const why = result.failure ?? (result.timedOut ? 'it did not answer' : 'it does not say its version as e2fsck does');
  throw new Refusal(`${path} cannot be used as e2fsck: ${why}. Name another one with --fsck; ${hint()}.`);
}

/**
 * Ends here where the tool is too old for a feature of the image. Features that no version takes are left to the tool, which
 * refuses by itself.
 *
 * The versions are those that e2fsprogs' release notes (doc/RelNotes) name: 1.42 bigalloc, mmp, quota; 1.42.10
 * sparse_super2; 1.43 metadata_csum, metadata_csum_seed, inline_data, encrypt, project, read-only; 1.44.0 large_dir, ea_inode;
 * 1.44.4 verity; 1.45.0 casefold; 1.46.0 fast_commit, stable_inodes; 1.47.0 orphan_file. shared_blocks, which
 * none of them names, is counted from 1.45 on.
 * @throws Refusal
 */
export function requireFeatures(tool: FsckTool, features: readonly string[]): void {
  if (!atLeastVersion(tool.version, e2fsck.oldest))
    throw new Refusal(
      `${tool.path} is e2fsck ${tool.version}, older than ${e2fsck.oldest}; what it cannot handle is not known here. Name a newer one with --fsck; ${hint()}.`,
    );
  const since = (name: string) => e2fsck.since[name] ?? '0';
  const lacking = features.filter((name) => !atLeastVersion(tool.version, since(name)));
  if (lacking.length === 0) return;
  const needed = lacking.map(since).reduce((a, b) => (atLeastVersion(a, b) ? a : b));
  throw new Refusal(
    `${tool.path} is e2fsck ${tool.version} and cannot handle ${listed(lacking)}, which the image has; it takes ${needed} or newer. Name a newer one with --fsck; ${hint()}.`,
  );
}
