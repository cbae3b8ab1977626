/** Whether a repaired image boots: by a trace of its boot path, or by a function of the caller. */
import type { BootReport } from '../boot/boot-report';
import { checkBoot } from '../boot/check-boot';
import { inflateRaw } from '../platform/inflate';
import type { CheckReport } from '../problem/report';
import { structureErrors } from '../report/required';
import type { Job } from './job';

/** Why an image does not boot, as a clause that names the step; null if it boots. */
export function bootFailure({ verdict, steps, findings, notChecked }: BootReport): string | null {
  if (verdict === 'boots' || verdict === 'doubtful') return null;
  const failed = steps.find(({ ok }) => !ok);
  if (failed !== undefined) return `it would not boot; step ${failed.step}: ${failed.message.replace(/\.$/, '')}`;
  if (verdict === 'fails') return `it would not boot: ${findings[0]?.id ?? 'unknown reason'}`;
  return `the boot path could not be checked: ${notChecked[0]?.why ?? 'unknown reason'}`;
}

/**
 * Why the file system in a file does not boot, as a clause; null if it boots. Adds the boot report to the repair report.
 * @param checked the report of a check of the same file: an image with errors is not bootable
 */
export async function bootProblem(job: Job, path: string, checked: CheckReport): Promise<string | null> {
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
  const errors = structureErrors(checked) + checked.severityCounts.fatal;
  if (errors > 0) return `${errors} errors are left`;
  return bootFailure(job.report.boot);
}
