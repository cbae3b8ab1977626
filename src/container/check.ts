/** The containers around a file system as an extension of its check: what they report, and where their bytes are. */
import type { Extension } from '../extension';
import { Collector } from '../problem/collector';
import type { ContainerStep } from '../problem/container';
import type { Finding } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { withAddition } from '../report/merge';
import { type ByteSource, SourceError } from '../source/source';
import { containerCatalogue } from './catalogue';
import { problems } from './problems';

/** Blocks in use that contain only zeros. */
const zeroBlock =
  /^(?:inode-table-block|directory-block|indirect-block|extent-node|xattr-block|(?:block|inode)-bitmap)-zero$/;

/** Null also where the tables of the container are damaged, which the check reports as unreadable. */
async function placeIn(source: ByteSource, at: number): Promise<number | null> {
  try {
    return (await source.locate?.(at)) ?? null;
  } catch (error) {
    if (error instanceof SourceError) return null;
    throw error;
  }
}

/** The finding with the byte of the outermost file, and whether its bytes have no space there. */
async function located(finding: Finding, source: ByteSource): Promise<{ finding: Finding; hasNoSpace: boolean }> {
  const { bytes } = finding;
  if (bytes === undefined || bytes.at >= source.size) return { finding, hasNoSpace: false };
  const at = await placeIn(source, bytes.at);
  return at === null ? { finding, hasNoSpace: true } : { finding: { ...finding, fileByte: at }, hasNoSpace: false };
}

async function withPlaces(report: CheckReport, source: ByteSource): Promise<CheckReport> {
  if (source.locate === undefined) return report;
  const findings: Finding[] = [];
  let withoutSpace = 0;
  for (const one of report.findings) {
    const { finding, hasNoSpace } = await located(one, source);
    findings.push(finding);
    if (hasNoSpace && zeroBlock.test(one.id)) withoutSpace++;
  }
  const evidence = report.evidence && { ...report.evidence, zeroBlocksWithoutSpace: withoutSpace };
  return { ...report, findings, ...(evidence && { evidence }) };
}

/** Adds the chain of containers to a report, with what they report about themselves. */
export function containerCheck(chain: readonly ContainerStep[]): Extension {
  return {
    name: 'container',
    problems: containerCatalogue,
    async finish(report, { source }) {
      const collector = new Collector(10_000);
      for (const { format, notes } of chain)
        for (const { kind, text } of notes)
          collector.report(problems[`container-${kind}`], {}, { container: format, text });
      const added = withAddition(await withPlaces(report, source), {
        checked: 'container',
        findings: collector.findings,
        counts: Object.fromEntries(collector.counts),
        severityCounts: collector.severityCounts,
      });
      return { ...added, container: [...chain] };
    },
  };
}
