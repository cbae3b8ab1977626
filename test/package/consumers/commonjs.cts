/** A CommonJS module, which loads the package by import() on every Node. */
import type { CheckReport } from 'extcheck' with { 'resolution-mode': 'import' };

export async function check(path: string): Promise<CheckReport> {
  const { checkImage, openImageFile } = await import('extcheck');
  const { lostWritesCheck } = await import('extcheck/content');
  const { renderText } = await import('extcheck/report');
  const { bootCheck } = await import('extcheck/boot');
  const { repairImage } = await import('extcheck/repair');
  const report = await checkImage(await openImageFile(path), { extensions: [lostWritesCheck(), bootCheck()] });
  console.log(renderText(report), typeof repairImage);
  return report;
}
