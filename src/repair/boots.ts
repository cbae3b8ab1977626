/** Whether a repaired image will boot: the walk of `extcheck boot`, or what the caller decides by. */
import type { BootReport } from '../boot/boot-report';
import { checkBoot } from '../boot/check-boot';
import { inflateRaw } from '../platform/inflate';
import type { CheckReport } from '../problem/report';
import type { Job } from './job';

/** What speaks against booting, as a clause that names the step; null when nothing does. */
export function whyBootFails({ verdict, steps, findings, notChecked }: BootReport): string | null {
  if (verdict === 'boots' || verdict === 'doubtful') return null;
  const failed = steps.find(({ ok }) => !ok);
  if (failed !== undefined) return `it would not boot; step ${failed.step}: ${failed.says.replace(/\.$/, '')}`;
  if (verdict === 'fails') return `it would not boot: ${findings[0]?.id ?? 'the reason is not known'}`;
  return `whether it boots cannot be judged: ${notChecked[0]?.why ?? 'the reason is not known'}`;
}

/**
 * Why the file system in a file would not boot, as a clause; null when nothing speaks against it. Puts the walk into the report.
 * @param checked the report of a check of the same file: with errors left, nothing is bootable
 */
export async function whyNotBooting(job: Job, path: string, checked: CheckReport): Promise<string | null> {
  const { boots, profile, signal } = job.options;
  if (boots !== undefined) {
    const image = await job.view(path);
    try {
      return await boots(checked, image);
    } finally {
      await image.close();
    }
  }
  const source = job.source(path);
  try {
    job.report.boot = await checkBoot(source, {
      image: job.report.image,
      inflate: inflateRaw,
      ...(profile && { profile }),
      ...(signal && { signal }),
    });
  } finally {
    source.close?.();
  }
  const { error, fatal } = checked.severityCounts;
  if (error + fatal > 0) return `${error + fatal} errors are left`;
  return whyBootFails(job.report.boot);
}
