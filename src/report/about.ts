/** The parts of the text report on the image itself: what it is, what was checked, and what was not. */
import type { CheckReport, FileSystemFacts, JournalFacts } from '../problem/report';
import type { Paper } from './paper';
import { printable } from './printable';
import { counted, digits, listed, size } from './words';

/** What the superblock says; empty when there was none. */
export function imageSection(report: CheckReport, paper: Paper): string[] {
  const facts = report.filesystem;
  if (facts === null) return [];
  const lines = [paper.heading('The image')];
  const add = (label: string, text: string) => {
    if (text !== '') lines.push(...paper.field(label, text));
  };
  add(
    'type',
    `${facts.type}${facts.label === '' ? '' : `, label ${printable(facts.label)}`}, made for ${printable(facts.creatorOs)}`,
  );
  add('UUID', printable(facts.uuid));
  add(
    'size',
    `${size(facts.blocks * facts.blockSize)}: ${digits(facts.blocks)} blocks of ${size(facts.blockSize)}, ${digits(facts.freeBlocks)} free by its own count`,
  );
  add(
    'inodes',
    `${digits(facts.inodes)} of ${facts.inodeSize} bytes, ${digits(facts.freeInodes)} free by its own count, in ${counted(facts.groups, 'group')}`,
  );
  add('features', facts.features.length === 0 ? 'none' : facts.features.map(printable).join(' '));
  add('times', times(facts));
  add('last mount', facts.lastMountedOn === '' ? '' : `on ${printable(facts.lastMountedOn)}`);
  add('state', state(facts));
  add('journal', report.journal === null ? '' : journal(report.journal, facts.journalNeedsRecovery));
  return lines;
}

function times(facts: FileSystemFacts): string {
  const parts: string[] = [];
  const add = (what: string, time: string | null) => {
    if (time !== null)
      parts.push(
        `${what} ${printable(time)
          .replace('T', ' ')
          .replace(/(\.\d+)?Z$/, ' UTC')}`,
      );
  };
  add('made', facts.created);
  add('mounted', facts.lastMounted);
  add('written', facts.lastWritten);
  add('checked', facts.lastChecked);
  return parts.join(', ');
}

function state(facts: FileSystemFacts): string {
  const parts = [facts.unmountedCleanly ? 'says it was unmounted cleanly' : 'not unmounted cleanly'];
  if (facts.errorsRecorded) parts.push('the kernel recorded errors while it was mounted');
  if (facts.superblockAt > (facts.blockSize === 1024 ? 1 : 0))
    parts.push(
      `read by the backup superblock in block ${digits(facts.superblockAt)}, because the primary one is destroyed`,
    );
  return parts.join('; ');
}

/** What became of the journal; empty where there is nothing to tell. */
function journal(facts: JournalFacts, needsRecovery: boolean): string {
  const { state, transactions, blocks, revoked, fastCommits, fastCommitsSkipped, lastCommit } = facts;
  if (state === 'external')
    return needsRecovery
      ? 'lies on another device, and holds changes that are not in the file system yet'
      : 'lies on another device';
  if (!needsRecovery) return '';
  if (state === 'not-replayed') return 'holds changes that are not in the file system yet; it was not replayed';
  if (state === 'unusable') return 'should be replayed, but cannot be used; what it may hold was left out';
  if (transactions === 0 && fastCommits === 0) return 'was to be replayed, but held no whole transaction';
  const parts = [
    `${counted(transactions, 'transaction')} with ${counted(blocks, 'block')} ${transactions === 1 ? 'was' : 'were'} replayed from it in memory${state === 'partly-replayed' ? ', but not all it should hold' : ''}${fastCommitsSkipped === null ? ': what was checked is what a mount would find' : ''}`,
  ];
  if (fastCommits > 0 && fastCommitsSkipped === null)
    parts.push(
      `${counted(fastCommits, 'change')} of its fast commits ${fastCommits === 1 ? 'was' : 'were'} made as well`,
    );
  if (fastCommitsSkipped !== null)
    parts.push(`${counted(fastCommits, 'change')} of its fast commits ${fastCommits === 1 ? 'was' : 'were'} left out`);
  if (revoked > 0)
    parts.push(`${counted(revoked, 'older copy', 'older copies')} in it ${revoked === 1 ? 'was' : 'were'} left out`);
  if (lastCommit !== null) parts.push(`last written ${printable(lastCommit).replace('T', ' ').replace('Z', ' UTC')}`);
  return parts.join('; ');
}

/** What was read of the files themselves. */
function contents({ content }: CheckReport): string {
  if (content === undefined) return 'not what is in the files: --content reads them and finds data that was lost';
  const { files, bytes, nulBytes, holeBytes } = content;
  return `what is in ${counted(files, 'file')} of ${size(bytes)}, of which ${size(nulBytes)} are NUL in blocks that were written and ${size(holeBytes)} are holes`;
}

/** What was checked and what was not. */
export function coverageSection(report: CheckReport, paper: Paper): string[] {
  const lines: string[] = [];
  if (report.checked.length > 0) {
    lines.push(paper.heading('Checked'), ...paper.wrapped(listed(report.checked.map(printable)), '  '));
    lines.push(...paper.wrapped(contents(report), '  '));
    if (paper.verbose) {
      const { bytesRead, reads } = report.io;
      lines.push(...paper.wrapped(`${size(bytesRead)} read in ${counted(reads, 'read')}`, '  '));
    }
  }
  if (report.notChecked.length > 0) {
    lines.push(paper.heading('NOT checked'));
    for (const { what, why } of report.notChecked)
      lines.push(...paper.wrapped(`${printable(what)}: ${printable(why)}`, '  ', '    '));
  }
  return lines;
}
