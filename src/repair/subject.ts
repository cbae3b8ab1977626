/** Refuses images that are not one ext file system whose files can be compared before and after a repair. */
import { catalogue } from '../catalogue';
import type { CheckReport } from '../problem/report';
import { formatFinding } from '../report/message';
import { startWords } from '../report/start-words';
import { hasReadableRoot } from './compare';
import type { Job } from './job';
import { Refusal } from './refusal';

/** @throws Refusal if the image is something else, or if a repair would write to bytes that belong to others */
export function requireFileSystem({ target }: Job, { filesystem, foundAtStart, findings }: CheckReport): void {
  const larger = findings.find(({ id }) => id === 'file-system-larger-than-partition');
  if (larger !== undefined)
    throw new Refusal(
      `${formatFinding(larger, catalogue)}. A repair would write after the end of the partition, so it is refused. Enlarge the partition first.`,
    );
  // lost writes leave zeros, and a backup further on may still be used
  if (filesystem !== null || foundAtStart === undefined || foundAtStart.kind === 'zeros') return;
  throw new Refusal(`${target.named} is not one ext2, ext3 or ext4 file system: it is ${startWords(foundAtStart)}.`);
}

/** @throws Refusal if a backup superblock leads to no file, so that nothing could be compared with the result */
export async function requireTree(job: Job): Promise<void> {
  const { target, usesBackup, facts } = job;
  const image = await job.view(target.path, usesBackup);
  try {
    if (await hasReadableRoot(image)) return;
  } finally {
    await image.close();
  }
  throw new Refusal(
    `The primary superblock of ${target.named} is unusable, and the backup in block ${facts?.superblockAt} leads to no readable root directory. Nothing could be compared with the result of a repair, so it is refused.`,
  );
}
