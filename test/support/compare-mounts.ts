/** Compares what a report says about mounts with what the kernel of this machine does. */
import { existsSync } from 'node:fs';
import { catalogue } from '../../src/catalogue';
import type { CheckReport } from '../../src/problem/report';
import { TestImage } from './image';
import { type MountResults, mountResults, ways } from './kernel-mounts';
import { loadImage } from './sparse';

export interface MountComparison {
  /** Ways of mounting that are said to work and do not. */
  refused: (keyof MountResults)[];
  /** Ways that are said to fail and work, although no finding of e2fsck is the reason. */
  accepted: (keyof MountResults)[];
  /** Both results and the reason, for people. */
  detail: string;
}

/** Differences that are wanted: the kernel mounts, and this is why the report says that it does not. */
const stricter: Readonly<Record<string, string>> = {
  'journal-backup-used':
    'the kernel goes by the damaged inode, and aborts its journal at the first block that is missing',
  'journal-commit-corrupt':
    'newer kernels mount where the checksum is that of the first 60 bytes of the commit block alone',
  'superblock-encoding-unknown': 'a kernel without Unicode refuses every encoding, and others this one',
};

let hasQuota: boolean | undefined;

/** Whether this kernel can write to file systems with quota; many small ones cannot. */
function kernelHasQuota(): boolean {
  // by the folder of the run: the fuzzer is bundled elsewhere
  const image = new TestImage(loadImage('fixtures/clean/ext2-1k.img.gz'));
  const { s_feature_ro_compat } = image.made.sb;
  hasQuota ??= mountResults(image.setSuper({ s_feature_ro_compat: s_feature_ro_compat | 0x100 }).bytes).readWrite;
  return hasQuota;
}

/** Whether the result depends on how this kernel was built. */
export function dependsOnKernel(image: TestImage): boolean {
  const { features } = image.geometry;
  if (features.casefold && !existsSync('/sys/fs/ext4/features/casefold')) return true;
  return (features.quota || features.project) && !kernelHasQuota();
}

const isErrorOfE2fsck = (id: string): boolean => (catalogue[id]?.e2fsck.length ?? 0) > 0;

/** Why one way is said to fail; empty where it is said to work. An id where a finding is the reason. */
function reasonOf({ mountable, findings }: CheckReport, way: keyof MountResults): string {
  if (mountable?.[way].works) return '';
  const why = mountable?.[way].why;
  if (why !== undefined && catalogue[why]) return why;
  // no file system was found, or its root is lost: an error is the reason
  const error = findings.find(({ id, severity }) => ['fatal', 'error'].includes(severity) && isErrorOfE2fsck(id));
  return error?.id ?? why ?? 'no reason';
}

/** Mounts the image and compares; null where the kernel lacks what the image needs. */
export function compareMounts(image: TestImage, report: CheckReport, { list = false } = {}): MountComparison | null {
  if (dependsOnKernel(image)) return null;
  const kernel = mountResults(image.bytes, { list });
  const said = ways.map((way) => [way, reasonOf(report, way)] as const);
  const refused = said.filter(([way, reason]) => reason === '' && !kernel[way]).map(([way]) => way);
  const accepted = said
    .filter(([way, reason]) => reason !== '' && kernel[way] && !isErrorOfE2fsck(reason) && !stricter[reason])
    .map(([way]) => way);
  const detail = said.map(
    ([way, reason]) => `${way}: ${reason || 'works'}, kernel ${kernel[way] ? 'works' : 'refuses'}`,
  );
  return { refused, accepted, detail: detail.join('; ') };
}
