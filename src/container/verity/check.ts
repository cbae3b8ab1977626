/** The verification by dm-verity as an extension of a check: the damaged blocks, and the files that they belong to. */
import type { Extension } from '../../extension';
import type { Digests } from '../../platform/digests';
import { Collector } from '../../problem/collector';
import { describe } from '../../problem/define';
import type { CheckReport } from '../../problem/report';
import { withAddition } from '../../report/merge';
import type { ByteSource } from '../../source/source';
import type { Image } from '../../view/image';
import { ContainerError } from '../error';
import explanations from './explanations.json';
import { findTree } from './find';
import { type ByteRange, findOwners, type Owners, rangeAfter } from './owners';
import { problems } from './problems';
import type { VerityResult } from './result';
import { texts } from './texts';
import { verifyVerity } from './verify';

/** How `dmVerityCheck` verifies. */
export interface DmVerityOptions {
  /** Hexadecimal. Absent: that of Android's footer, which is not authenticated then. */
  rootHash?: string;
  /** The hash tree with its superblock. Absent: it follows the file system, or Android's footer names it. */
  tree?: ByteSource;
  /** Computes digests. Default: those of the check. */
  digests?: Digests;
}

/** What is damaged, as ranges of bytes in order. They do not overlap: what is below a damaged block is not verified. */
function damagedRanges({ data, hashes, tree }: VerityResult): ByteRange[] {
  const ranges = [...data, ...hashes].map(({ from, blocks }) => ({
    at: from * tree.dataBlockSize,
    length: blocks * tree.dataBlockSize,
  }));
  return ranges.sort((a, b) => a.at - b.at);
}

function collect(
  result: VerityResult,
  root: string | undefined,
  ranges: readonly ByteRange[],
  owners: Owners | null,
): Collector {
  const { tree, data, hashes, topHash, matchesRoot } = result;
  const { dataBlockSize } = tree;
  const collector = new Collector(10_000);
  const { report } = collector;
  const pathsAt = (from: number): string[] => {
    return owners?.byRange[rangeAfter(ranges, from * dataBlockSize)] ?? [];
  };
  if (!matchesRoot)
    report(
      problems['dm-verity-root-hash-mismatch'],
      {},
      { stored: topHash, expected: (root ?? tree.rootHash ?? '').toLowerCase() },
    );
  const where = (from: number, blocks: number, paths: readonly string[]) => ({
    ...(paths.length === 1 && { path: paths[0]! }),
    bytes: { at: from * dataBlockSize, length: blocks * dataBlockSize },
  });
  for (const { level, from, blocks } of hashes) {
    const paths = pathsAt(from);
    const said = { level, from, to: from + blocks - 1, paths };
    report(problems['dm-verity-tree-damaged'], where(from, blocks, paths), said);
  }
  for (const { from, blocks, zeroBlocks, unreadBlocks } of data) {
    const paths = pathsAt(from);
    const said = { from, to: from + blocks - 1, blocks, zeroBlocks, unreadBlocks, paths };
    report(problems['dm-verity-block-damaged'], where(from, blocks, paths), said);
  }
  return collector;
}

/** The report with more paths that cannot be read; those that it has already stay as they are. */
function withAffected(report: CheckReport, owners: Owners | null): CheckReport {
  if (owners === null || owners.count === 0) return report;
  const known = new Set(report.affected.map(({ path }) => path));
  const added = owners.paths.filter((path) => !known.has(path)).map((path) => ({ path, how: 'unreadable' as const }));
  const affectedCount = report.affectedCount + added.length + owners.count - owners.paths.length;
  const all = [...report.affected, ...added];
  // the root stands for all of them, and comes first
  const affected = [...all.filter(({ path }) => path === '/'), ...all.filter(({ path }) => path !== '/')];
  return { ...report, affected, affectedCount };
}

/**
 * Verifies the image against its hash tree of dm-verity, as the kernel does when it reads: every block of the tree, then
 * every block of data. Without a tree, or with a root hash of another length, the report states that it was not checked.
 */
export function dmVerityCheck(options: DmVerityOptions = {}): Extension {
  const { rootHash, tree: separate } = options;
  let image: Image | null = null;
  let { digests } = options;
  let onProgress: ((done: number, total: number) => void) | undefined;
  return {
    name: 'dm-verity',
    problems: describe(problems, texts, explanations),
    run(context) {
      // the bytes before a replay of the journal are verified, which only `finish` has
      image = context.image;
      digests ??= context.digests;
      onProgress = (done, total) => context.onProgress({ phase: 'contents', done, total });
    },
    async finish(report, { source, signal }) {
      const isListed = report.checked.includes('dm-verity');
      const listed = isListed ? { ...report, checked: report.checked.filter((name) => name !== 'dm-verity') } : report;
      try {
        const found = await findTree(source, separate);
        if (found === null) return unchecked(listed, 'there is no hash tree after the file system, and none was given');
        if (rootHash === undefined && found.tree.rootHash === null)
          return unchecked(listed, 'the root hash is not in the image, and none was given');
        const result = await verifyVerity(source, found, rootHash, { signal, digests, onProgress });
        const ranges = damagedRanges(result);
        const owners = image === null || ranges.length === 0 ? null : await findOwners(image, ranges, signal);
        const { findings, counts, severityCounts } = collect(result, rootHash, ranges, owners);
        const addition = { checked: 'dm-verity', findings, counts: Object.fromEntries(counts), severityCounts };
        return withAffected(withAddition(listed, addition), owners);
      } catch (error) {
        if (!(error instanceof ContainerError)) throw error;
        return unchecked(listed, error.message);
      }
    },
  };
}

/** The report with the reason why nothing was verified. */
const unchecked = (report: CheckReport, why: string): CheckReport => {
  const none = { info: 0, warning: 0, error: 0, fatal: 0 };
  const added = withAddition(report, {
    checked: 'dm-verity',
    findings: [],
    counts: {},
    severityCounts: none,
    notChecked: [{ what: 'dm-verity', why }],
  });
  return { ...added, checked: report.checked };
};
