/** A CommonJS module with static imports, which compilers since 5.8 allow, and Node since 22.12. */
import { type CheckReport, checkImage, openImageFile } from 'extcheck';
import { bootCheck } from 'extcheck/boot';
import { lostWritesCheck } from 'extcheck/content';
import { repairImage } from 'extcheck/repair';

import report = require('extcheck/report');

export async function check(path: string): Promise<CheckReport> {
  const result = await checkImage(await openImageFile(path), { extensions: [lostWritesCheck(), bootCheck()] });
  console.log(report.renderText(result), typeof repairImage);
  return result;
}
