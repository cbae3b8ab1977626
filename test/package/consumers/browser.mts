/** Uses the entries that a browser has, with the types of a browser only. */
import { blobSource, type CheckReport, checkImage, formatFinding, openImage } from 'extcheck';
import { bootCheck, checkBoot } from 'extcheck/boot';
import { lostWritesCheck, writeManifest } from 'extcheck/content';
import { ContainerError, openDisk } from 'extcheck/disk';
import { renderText } from 'extcheck/report';

export async function check(file: File, signal: AbortSignal): Promise<string> {
  const report: CheckReport = await checkImage(blobSource(file), {
    extensions: [lostWritesCheck(), bootCheck()],
    signal,
  });
  const image = await openImage(blobSource(file));
  for await (const line of writeManifest(image)) console.log(line);
  try {
    for (const { source } of (await openDisk(blobSource(file))).fileSystems) await checkImage(source);
  } catch (error) {
    if (error instanceof ContainerError) console.log(error.code);
  }
  const boot = await checkBoot(blobSource(file));
  return renderText(report) + report.findings.map((finding) => formatFinding(finding)).join('\n') + boot.verdict;
}

// @ts-expect-error a browser has no files by path
export type NoFiles = typeof import('extcheck').fileSource;
