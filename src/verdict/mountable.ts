/** Which mounts of a file system work, by what was found in it. */
import { familyOf } from '../causes/families';
import type { FoundBefore } from '../checks/before-replay';
import { reservedInode } from '../layout/inode';
import type { Finding } from '../problem/finding';
import { type Affected, isRootLost, type Mountable, type MountResult } from '../problem/report';
import type { Geometry } from '../volume/geometry';

const works: MountResult = { works: true };
const fails = (why: string): MountResult => ({ works: false, why });

/** The problem because of which a read-only mount fails and a writable one works. */
const readOnlyRefused = 'orphan-file-not-emptied';

/** What a mount writes to the journal before anything else, so that a read-only device is refused. */
const journalWritten = new Set(['journal-holds-transactions', 'journal-error-recorded']);

/** Faults because of which only a writable mount fails. */
const writableRefused: readonly string[] = [
  'group-descriptor-checksum',
  'mmp-block-location',
  'mmp-block-magic',
  'mmp-block-checksum',
];

/** Why Linux mounts the file system only read-only, whatever is found in it; null if it does not. */
function readOnlyGeometry({ features, firstDataBlock }: Geometry): string | null {
  // a read-only mount is what this feature asks for: a writable one becomes read-only and works
  if (features['read-only']) return null;
  if (features.shared_blocks) return 'Linux does not write to a file system with shared_blocks';
  if (!features.bigalloc) return null;
  if (!features.extent) return 'Linux does not write to a file system with bigalloc without extent';
  return firstDataBlock === 0 ? null : 'Linux does not write to a file system with bigalloc that starts at block 1';
}

/** Why a writable mount fails, by what was found and the geometry at some time; null if it works. */
function writableRefusal(found: FoundBefore, geometry: Geometry): string | null {
  const unknown = 'superblock-feature-unknown';
  if (found.get(unknown)?.['readWrite'] === false) return unknown;
  return writableRefused.find((id) => found.has(id)) ?? readOnlyGeometry(geometry);
}

/** Whether no mount works because of the finding, or nothing in the root directory can be reached after it. */
function isRefused({ id, severity, inode, data }: Finding, { features, sb }: Geometry): boolean {
  if (severity === 'fatal') return familyOf(id) === 'structure';
  // the kernel does not read such blocks: of the journal and the orphan file at a mount, of the root at the first lookup
  if (id === 'file-shares-metadata') {
    if (inode === reservedInode.JOURNAL || inode === reservedInode.ROOT) return true;
    return features.orphan_file && inode === sb.s_orphan_file_inum;
  }
  if (inode !== reservedInode.ROOT) return false;
  // a list of names begins with block 0
  if (id === 'directory-extent-gap') return data?.['expected'] === 0;
  // an index without a root has no checksum either
  return id === 'encryption-policy-missing' || (id === 'htree-root-invalid' && features.metadata_csum);
}

/** The orphan file where it seems to have blocks of the journal, which nothing else may have: a mount reads it. */
function sharedWithOrphanFile(findings: readonly Finding[], { features, sb }: Geometry): Finding | undefined {
  const sharing = (ino: number) => findings.find(({ id, inode }) => id === 'file-shares-blocks' && inode === ino);
  return features.orphan_file && sharing(reservedInode.JOURNAL) ? sharing(sb.s_orphan_file_inum) : undefined;
}

/** What a mount finds before it replays the journal. */
export interface BeforeReplay {
  found: FoundBefore;
  geometry: Geometry;
}

export interface MountState {
  geometry: Geometry;
  /** Whether a journal must be replayed first. */
  needsRecovery: boolean;
  /** Number of fast commits in it. */
  fastCommits: number;
  beforeReplay: BeforeReplay | undefined;
}

/** Findings of extensions do not count: they are about files. */
export function mountable(
  findings: readonly Finding[],
  affected: readonly Affected[],
  { geometry, needsRecovery, fastCommits, beforeReplay }: MountState,
): Mountable {
  const refused = findings.find((finding) => isRefused(finding, geometry)) ?? sharedWithOrphanFile(findings, geometry);
  if (refused !== undefined || isRootLost(affected)) {
    const result = fails(refused?.id ?? 'the root directory cannot be read');
    return { readWrite: result, readOnly: result, readOnlyDevice: result };
  }
  const readOnly = findings.some(({ id }) => id === readOnlyRefused)
    ? fails(readOnlyRefused)
    : fastCommits > 0
      ? fails('fast commits must be replayed first')
      : works;
  const found = new Map(findings.map(({ id, data }) => [id, data]));
  const notWritable =
    (beforeReplay && writableRefusal(beforeReplay.found, beforeReplay.geometry)) ?? writableRefusal(found, geometry);
  const written = findings.find(({ id }) => journalWritten.has(id));
  return {
    readWrite: notWritable === null ? works : fails(notWritable),
    readOnly,
    readOnlyDevice:
      needsRecovery && geometry.features.has_journal
        ? fails('the journal must be replayed first')
        : written === undefined || !readOnly.works
          ? readOnly
          : fails(written.id),
  };
}
