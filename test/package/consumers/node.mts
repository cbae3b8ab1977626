/** Uses every entry on Node, as a program in TypeScript would. Run with the path of an image. */
import {
  ArgumentError,
  blobSource,
  type CheckReport,
  checkImage,
  ExtcheckError,
  type Extension,
  exitStatus,
  type FileStat,
  type Finding,
  fileSource,
  formatFinding,
  ImageError,
  memorySource,
  openImage,
  openImageFile,
  type ProblemId,
  type Severity,
  SourceError,
  severities,
  sliceSource,
} from 'extcheck';
import { type BootReport, bootCheck, checkBoot, readersCheck, stateOfFolder, upgradeState } from 'extcheck/boot';
import {
  lostWritesCheck,
  packagesCheck,
  parseManifest,
  parsePolicy,
  policyCheck,
  writeManifest,
} from 'extcheck/content';
import { type RepairOptions, renderRepair, repairImage, undoRepair } from 'extcheck/repair';
import { explainProblem, problems, renderJson, renderSarif, renderText } from 'extcheck/report';

/** An extension from elsewhere: ids with a slash, and texts of its own. */
const namesCheck: Extension = {
  name: 'names',
  problems: {
    'example/long-name': {
      id: 'example/long-name',
      severity: 'info',
      e2fsck: [],
      title: 'Long name',
      explain: 'A name is longer than 200 bytes.',
      say: ({ name }) => `the name ${String(name)} is long`,
    },
  },
  async run({ image, report }) {
    const id = 'example/long-name';
    for await (const { name, rawName, inode } of image.readdir('/'))
      if (rawName.length > 200) report({ id, severity: 'info', e2fsck: [] }, { inode }, { name });
  },
};

export async function everyEntry(path: string): Promise<CheckReport> {
  const source = await fileSource(path);
  const controller = new AbortController();
  const found: Finding[] = [];
  const report = await checkImage(source, {
    extensions: [lostWritesCheck(), packagesCheck(), bootCheck(), namesCheck],
    require: ['/etc/os-release'],
    signal: controller.signal,
    onFinding: (finding) => found.push(finding),
  });
  const lines = report.findings.map((finding) => formatFinding(finding));
  const ids: ProblemId[] = report.findings.map(({ id }) => id);
  const worst: Severity | undefined = [...severities].reverse().find((one) => report.severityCounts[one] > 0);
  const status: 0 | 4 | 8 = exitStatus(report, 'error');
  const text = renderText(report) + renderJson(report, { indent: 2 }) + renderSarif([report]);
  const boot: BootReport = await checkBoot(source, { profile: 'generic-linux' });
  console.log(report.verdict, found.length, lines.length, ids.length, worst, status, text.length > 0, boot.verdict);
  await source.close?.();
  return report;
}

export async function files(path: string): Promise<FileStat | undefined> {
  const image = await openImage(await openImageFile(path));
  try {
    for await (const line of writeManifest(image)) if (line.startsWith('#')) break;
    return await image.stat('/');
  } catch (error) {
    if (error instanceof ImageError || error instanceof SourceError) console.error(error.code, error.message);
    if (error instanceof ArgumentError || error instanceof ExtcheckError) return undefined;
    throw error;
  } finally {
    await image.close();
  }
}

export const others = (bytes: Uint8Array, blob: Blob) => [
  sliceSource(memorySource(bytes), 0, 1),
  blobSource(blob),
  policyCheck(parsePolicy('{"version":1,"paths":[]}')),
  readersCheck({ kernel: '6.1' }),
  parseManifest('#mtree\n'),
  explainProblem('superblock-missing').text,
  Object.keys(problems).length,
];

export const dry: RepairOptions = { dryRun: true };
export const repairs = [repairImage, undoRepair, renderRepair, upgradeState, stateOfFolder] as const;

// What makes no sense is refused by the types.
export function refused(): void {
  // @ts-expect-error a promise is not a source
  void checkImage(fileSource('active.img'));
  // @ts-expect-error there is no such option
  void checkImage(memorySource(new Uint8Array(0)), { requires: [] });
  // @ts-expect-error not a problem that extcheck knows
  const id: ProblemId = 'superblock-mising';
  // @ts-expect-error not a severity
  exitStatus({} as CheckReport, 'worst');
  console.log(id);
}
