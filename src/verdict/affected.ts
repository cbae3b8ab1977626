/** Lost and damaged paths: the top of each lost subtree, boot-critical ones first. */
import type { LostEntries } from '../checks/directories/scan';
import type { ScanFacts } from '../facts/scan';
import type { Affected, Harm } from '../problem/report';
import type { Paths } from './paths';

/** Paths that a boot needs, in the order of their importance. */
const bootCritical: readonly RegExp[] = [
  /^\/$/,
  /^\/boot(\/|$)/,
  /^\/(usr\/)?(sbin|bin)\/(init|sh|bash|mount|switch_root)$/,
  /^\/(usr\/)?lib\/systemd(\/systemd[^/]*)?$/,
  /^\/(usr\/)?lib(64|32|x32)?(\/[^/]+-linux-[^/]+)?(\/(ld-|ld[.]so|libc[.-]|libsystemd|libm[.-]|libcrypto|libselinux|libmount)[^/]*)?$/,
  /^\/(usr\/)?(sbin|bin)$/,
  /^\/usr$/,
  /^\/etc(\/(cos|fstab|os-release|passwd|shadow|inittab|systemd)(\/.*)?)?$/,
  /^\/(usr\/)?lib\/(modules|firmware|systemd|udev)(\/|$)/,
  /^\/(usr\/)?(sbin|bin)\//,
  /^\/etc\//,
];

const rankOf = (path: string): number => {
  const rank = bootCritical.findIndex((pattern) => pattern.test(path));
  return rank < 0 ? bootCritical.length : rank;
};

/** Harm that includes everything below a path. */
const includesSubtree = (how: Harm): boolean => how === 'missing' || how === 'unreadable' || how === 'wrong-type';

const worse: readonly Harm[] = ['shared-blocks', 'damaged', 'wrong-type', 'partly-lost', 'unreadable', 'missing'];

function isBelow(path: string, tops: ReadonlyMap<string, Harm>): boolean {
  for (let end = path.lastIndexOf('/'); end >= 0 && path !== '/'; end = path.lastIndexOf('/', end - 1)) {
    const how = tops.get(end === 0 ? '/' : path.slice(0, end));
    if (how !== undefined && includesSubtree(how)) return true;
    if (end === 0) break;
  }
  return false;
}

export function affectedPaths(
  facts: ScanFacts,
  lost: LostEntries,
  contents: readonly Affected[],
  paths: Paths,
  limit: number,
): { affected: Affected[]; count: number } {
  const found = new Map<string, Harm>();
  const note = (path: string, how: Harm) => {
    const known = found.get(path);
    if (known === undefined || worse.indexOf(how) > worse.indexOf(known)) found.set(path, how);
  };
  // without its root, nothing in the file system has a path
  if (!facts.inodes.isDirectory(2)) note('/', 'unreadable');
  for (const [ino, how] of facts.harmed)
    if (facts.inodes.isUsed(ino)) for (const path of paths.allOf(ino)) note(path, how);
  for (const entry of lost.kept) {
    const path = paths.inDirectory(entry.directory, entry.name);
    if (path !== null) note(path, entry.how);
  }
  for (const { path, how } of contents) note(path, how);
  const tops = [...found]
    .filter(([path]) => !isBelow(path, found))
    .map(([path, how]) => ({ path, how, rank: rankOf(path) }));
  tops.sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const count = tops.length + Math.max(0, lost.count - lost.kept.length);
  return { affected: tops.slice(0, limit).map(({ path, how }) => ({ path, how })), count };
}
