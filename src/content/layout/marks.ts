/** Marks the blocks that findings are about. One table says which findings are damage of blocks, and of which. */
import type { Finding } from '../../problem/finding';
import type { LayoutFacts, LayoutMark, LayoutMarkKind } from '../../problem/layout';
import type { CheckReport } from '../../problem/report';
import { inodeOffset } from '../../volume/inode-at';
import type { Opening } from '../../volume/open';

/** Most marks in a report. */
const maxMarks = 10_000;

/**
 * Where the damage of a finding is: in its block; in the record that has a wrong number, which is given by its bytes or by its
 * inode; or in all blocks of the file.
 */
type Place = 'block' | 'record' | 'file';

const table: Readonly<Record<Place, Readonly<Partial<Record<LayoutMarkKind, readonly string[]>>>>> = {
  block: {
    unreadable: [
      'block-bitmap-unreadable',
      'inode-bitmap-unreadable',
      'inode-table-unreadable',
      'directory-block-unreadable',
      'mapping-unreadable',
      'xattr-block-unreadable',
      'journal-log-unreadable',
      'journal-data-unreadable',
      'image-read-failed',
      'dm-verity-block-damaged',
    ],
    zero: [
      'block-bitmap-zero',
      'inode-bitmap-zero',
      'inode-table-block-zero',
      'directory-block-zero',
      'indirect-block-zero',
      'extent-node-zero',
      'xattr-block-zero',
      'group-descriptor-zero',
    ],
    twice: [
      'blocks-multiply-claimed',
      'group-block-bitmap-conflict',
      'group-inode-bitmap-conflict',
      'group-inode-table-conflict',
      'mapping-on-metadata',
      'bad-blocks-in-use',
      'journal-blocks-repeated',
    ],
    invalid: [
      'directory-entry-corrupt',
      'xattr-block-magic',
      'xattr-block-count',
      'xattr-block-collision',
      'xattr-block-bad-name',
      'xattr-block-bad-value',
      'htree-root-bad',
      'htree-limit-wrong',
      'htree-count-wrong',
      'htree-hash-order',
      'superblock-backup-damaged',
      'journal-superblock-damaged',
      'journal-log-corrupt',
      'journal-data-corrupt',
      'journal-commit-corrupt',
      'orphan-file-corrupted',
      'mmp-block-magic',
    ],
    checksum: [
      'block-bitmap-checksum-wrong',
      'inode-bitmap-checksum-wrong',
      'directory-checksum-wrong',
      'directory-checksum-missing',
      'htree-root-checksum-wrong',
      'htree-node-checksum-wrong',
      'extent-node-checksum-wrong',
      'xattr-block-checksum-wrong',
      'group-descriptor-checksum',
      'mmp-block-checksum',
    ],
    'marked-free': ['block-used-marked-free'],
  },
  record: {
    outside: [
      'block-out-of-range',
      'extent-block-out-of-range',
      'extent-ends-beyond',
      'xattr-block-out-of-range',
      'group-block-bitmap-location',
      'group-inode-bitmap-location',
      'group-inode-table-location',
      'group-location-missing',
      'orphan-list-broken',
    ],
    invalid: [
      'inode-garbage',
      'inode-mode-invalid',
      'extent-root-missing',
      'extent-root-too-deep',
      'extent-tree-broken',
      'extent-header-invalid',
      'extent-depth-mismatch',
      'root-not-directory',
    ],
    checksum: ['inode-checksum-wrong'],
  },
  file: {
    zero: ['file-all-nul', 'file-all-nul-suspect', 'package-file-all-nul', 'manifest-content-all-nul'],
  },
};

/** What the findings with an id mark; null for those that are not damage of blocks. */
const marked = new Map<string, { kind: LayoutMarkKind; place: Place }>(
  Object.entries(table).flatMap(([place, kinds]) =>
    Object.entries(kinds).flatMap(([kind, ids]) =>
      ids.map((id) => [id, { kind: kind as LayoutMarkKind, place: place as Place }] as const),
    ),
  ),
);

/** The ids of all problems that mark blocks. */
export const markedIds = (): string[] => [...marked.keys()];

/** The number of blocks from the first one of a finding. */
function blocksOf({ data, bytes, block }: Finding, blockSize: number): number {
  const blocks = data?.['blocks'];
  if (typeof blocks === 'number' && blocks >= 1) return blocks;
  if (bytes !== undefined && block === undefined)
    return Math.max(1, Math.ceil((bytes.at + bytes.length) / blockSize) - Math.floor(bytes.at / blockSize));
  return 1;
}

class Marks {
  readonly list: LayoutMark[] = [];
  count = 0;
  private last: LayoutMark | undefined;

  /** Continues the last mark, if it is the same damage of the same owner. */
  add(mark: LayoutMark): void {
    const last = this.last;
    if (last?.id === mark.id && last.inode === mark.inode && last.path === mark.path) {
      const end = last.block + last.count;
      if (mark.block >= last.block && mark.block <= end) {
        last.count = Math.max(end, mark.block + mark.count) - last.block;
        return;
      }
    }
    this.last = mark;
    this.count++;
    if (this.list.length < maxMarks) this.list.push(mark);
  }
}

/** The first block of the damage, and how many; null where that is not known. */
function placeOf(
  finding: Finding,
  place: Place,
  { volume, groups }: Pick<Opening, 'volume' | 'groups'>,
): { block: number; count: number } | null {
  const { blockSize } = volume.geometry;
  const { block, bytes, inode } = finding;
  if (place === 'block' && block !== undefined) return { block, count: blocksOf(finding, blockSize) };
  if (bytes !== undefined)
    return { block: Math.floor(bytes.at / blockSize), count: blocksOf({ ...finding, data: {} }, blockSize) };
  const at = inode === undefined ? -1 : inodeOffset(volume, groups, inode);
  return at < 0 ? null : { block: Math.floor(at / blockSize), count: 1 };
}

/** Marks all blocks of files, which findings name only by their inodes. */
function markFiles(layout: LayoutFacts, files: ReadonlyMap<number, Finding>, marks: Marks): void {
  if (layout.detail !== 'inodes' || files.size === 0) return;
  const { count, role, inode } = layout.runs;
  const data = layout.roles.indexOf('data');
  let block = layout.firstBlock;
  for (let i = 0; i < count.length; i++) {
    const finding = role[i] === data ? files.get(inode[i]!) : undefined;
    if (finding !== undefined) {
      const { id, path } = finding;
      marks.add({ block, count: count[i]!, kind: 'zero', id, inode: inode[i]!, ...(path !== undefined && { path }) });
    }
    block += count[i]!;
  }
}

/** The layout with a mark for each damaged run that a finding names. */
export function addMarks(
  layout: LayoutFacts,
  { findings }: CheckReport,
  opening: Pick<Opening, 'volume' | 'groups'>,
): LayoutFacts {
  const marks = new Marks();
  const files = new Map<number, Finding>();
  for (const finding of findings) {
    const rule = marked.get(finding.id);
    if (rule === undefined) continue;
    const { id, inode, path } = finding;
    if (rule.place === 'file') {
      if (inode !== undefined) files.set(inode, finding);
      continue;
    }
    const at = placeOf(finding, rule.place, opening);
    if (at === null) continue;
    const first = Math.max(at.block, layout.firstBlock);
    const count = Math.min(at.block + at.count, layout.blocks) - first;
    if (count < 1) continue;
    const owner = { ...(inode !== undefined && { inode }), ...(path !== undefined && { path }) };
    marks.add({ block: first, count, kind: rule.kind, id, ...owner });
  }
  markFiles(layout, files, marks);
  return { ...layout, marks: marks.list, markCount: marks.count };
}
