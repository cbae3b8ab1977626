/** Finds the native e2fsck, its version, the features that it supports, and the package that contains it. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { e2fsck } from '../boot/features/e2fsck';
import { atLeastVersion } from '../problem/e2fsck-version';
import { listed } from '../report/words';
import { Refusal } from './refusal';
import type { Runner } from './runner';

export interface FsckTool {
  path: string;
  /** Such as `1.47.0`. */
  version: string;
}

const names = ['e2fsck', 'fsck.ext4', 'fsck.ext3', 'fsck.ext2'];
/** Folders of administration tools that may be missing from the PATH of an ordinary user. */
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

/** The first of these programs on the search path or in the usual folders; undefined if there is none. */
export function findProgram(wanted: readonly string[], searchPath = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...new Set([...searchPath.split(delimiter).filter(isAbsolute), ...usualFolders])];
  for (const name of wanted) for (const folder of folders) if (isProgram(join(folder, name))) return join(folder, name);
  return undefined;
}

/** How to install e2fsprogs on a system with this /etc/os-release. */
export function installHint(osRelease: string): string {
  const value = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  const ids = `${value('ID')} ${value('ID_LIKE')}`.toLowerCase().split(/\s+/);
  const is = (...some: string[]) => ids.some((id) => some.includes(id));
  if (is('debian', 'ubuntu')) return 'install it with: apt-get install e2fsprogs';
  if (is('fedora', 'rhel', 'centos')) return 'install it with: dnf install e2fsprogs';
  if (is('suse', 'opensuse', 'sles', 'opensuse-leap', 'opensuse-tumbleweed'))
    return 'install it with: zypper install e2fsprogs (transactional-update pkg install e2fsprogs on a read-only system)';
  if (is('alpine')) return 'install it with: apk add e2fsprogs';
  if (is('arch')) return 'install it with: pacman -S e2fsprogs';
  if (is('gentoo')) return 'install it with: emerge sys-fs/e2fsprogs';
  if (is('nixos')) return 'install it with: nix-shell -p e2fsprogs';
  return 'install the package e2fsprogs, which has this name for apt-get, dnf, zypper, apk, pacman and brew';
}

function hint(): string {
  try {
    return installHint(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return installHint('');
  }
}

/**
 * Finds e2fsck and its version. If `given` is set, only that path is used.
 * @throws Refusal if there is none, or its version cannot be read
 */
export async function findFsck(run: Runner, given?: string, signal?: AbortSignal): Promise<FsckTool> {
  const path = given ?? findProgram(names);
  if (path === undefined) throw new Refusal(`There is no e2fsck on this system; ${hint()}.`);
  if (given?.includes('/') && !isProgram(given))
    throw new Refusal(`${given} is not an executable program; --fsck must be the path of an e2fsck.`);
  const result = await run({ command: path, args: ['-V'], timeLimit: 20_000, signal });
  const version = /e2fsck (\d+\.\d+(?:\.\d+)?)/.exec(result.output)?.[1];
  if (version !== undefined) return { path, version };
  const why = result.failure ?? (result.timedOut ? 'it did not respond' : 'it does not print a version as e2fsck does');
  throw new Refusal(`${path} cannot be used as e2fsck: ${why}. Select another one with --fsck; ${hint()}.`);
}

/**
 * Refuses a tool that is too old for a feature of the image. The tool itself refuses features that no version supports.
 *
 * The versions are from e2fsprogs' release notes (doc/RelNotes): 1.42 bigalloc, mmp, quota; 1.42.10
 * sparse_super2; 1.43 metadata_csum, metadata_csum_seed, inline_data, encrypt, project, read-only; 1.44.0 large_dir, ea_inode;
 * 1.44.4 verity; 1.45.0 casefold; 1.46.0 fast_commit, stable_inodes; 1.47.0 orphan_file. None of them mentions
 * shared_blocks, which is assumed for 1.45 or newer.
 * @throws Refusal
 */
export function requireFeatures(tool: FsckTool, features: readonly string[]): void {
  if (!atLeastVersion(tool.version, e2fsck.oldest))
    throw new Refusal(
      `${tool.path} is e2fsck ${tool.version}, older than ${e2fsck.oldest}; extcheck does not know the features it supports. Select a newer one with --fsck; ${hint()}.`,
    );
  const since = (name: string) => e2fsck.since[name] ?? '0';
  const lacking = features.filter((name) => !atLeastVersion(tool.version, since(name)));
  if (lacking.length === 0) return;
  const needed = lacking.map(since).reduce((a, b) => (atLeastVersion(a, b) ? a : b));
  throw new Refusal(
    `${tool.path} is e2fsck ${tool.version} and does not support ${listed(lacking)}, which the image has; version ${needed} or newer is needed. Select one with --fsck; ${hint()}.`,
  );
}
