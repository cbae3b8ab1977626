/** The containers around a file system as an extension of its check: what they report, and where their bytes are. */
import type { Extension } from '../extension';
import { Collector } from '../problem/collector';
import type { ContainerStep, TailFacts } from '../problem/container';
import type { Finding } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { withAddition } from '../report/merge';
import { type ByteSource, type Located, SourceError } from '../source/source';
import { containerCatalogue } from './catalogue';
import { problems } from './problems';

/** Blocks in use that contain only zeros. */
const zeroBlock =
  /^(?:inode-table-block|directory-block|indirect-block|extent-node|xattr-block|(?:block|inode)-bitmap)-zero$/;

/** Where a byte is. Unknown also where the tables of a container are damaged, which the check reports as unreadable. */
async function placeIn(source: ByteSource, at: number): Promise<Located> {
  try {
    return await source.locate?.(at);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

/** The finding with the byte of the outermost file, and whether its bytes have no space there. */
async function located(finding: Finding, source: ByteSource): Promise<{ finding: Finding; hasNoSpace: boolean }> {
  const { bytes } = finding;
  const at = bytes === undefined || bytes.at >= source.size ? undefined : await placeIn(source, bytes.at);
  return { finding: typeof at === 'number' ? { ...finding, fileByte: at } : finding, hasNoSpace: at === null };
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
  if (withoutSpace === 0 || report.evidence === undefined) return { ...report, findings };
  return { ...report, findings, evidence: { ...report.evidence, zeroBlocksWithoutSpace: withoutSpace } };
}

/** Adds to a report the containers, what they report about themselves, and what follows the file system. */
export function containerCheck(chain: readonly ContainerStep[], followedBy: readonly TailFacts[] = []): Extension {
  return {
    name: 'container',
    problems: containerCatalogue,
    async finish(report, { source }) {
      if (chain.length === 0) return { ...report, followedBy: [...followedBy] };
      const collector = new Collector(10_000);
      for (const { format, notes, part } of chain)
        for (const { kind, text, part: about } of notes)
          if (about === undefined || about === part?.name)
            collector.report(problems[`container-${kind}`], {}, { container: format, text });
      const added = withAddition(await withPlaces(report, source), {
        checked: 'container',
        findings: collector.findings,
        counts: Object.fromEntries(collector.counts),
        severityCounts: collector.severityCounts,
      });
      return {
        ...added,
        container: [...chain],
        ...(followedBy.length > 0 && { followedBy: [...followedBy] }),
      };
    },
  };
}
