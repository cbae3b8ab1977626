/** The parts of the text report on the image itself: what it is, what was checked, and what was not. */
import type { CheckReport, FileSystemFacts, JournalFacts } from '../problem/report';
import { chainWords } from './container-words';
import { printable } from './printable';
import type { TextLayout } from './text-layout';
import { counted, digits, listed, size } from './words';

/** The facts of the superblock; empty if there is none. */
export function imageSection(report: CheckReport, layout: TextLayout): string[] {
  const facts = imageFacts(report);
  if (facts.length === 0) return [];
  return [layout.heading('The image'), ...facts.flatMap(([label, text]) => layout.field(label, text))];
}

/** The facts of the superblock with their names, printable; empty if there is none. */
export function imageFacts(report: CheckReport): [label: string, text: string][] {
  const facts = report.filesystem;
  if (facts === null) return [];
  const all: [string, string][] = [];
  const add = (label: string, text: string) => {
    if (text !== '') all.push([label, text]);
  };
  add(
    'type',
    `${facts.type}${facts.label === '' ? '' : `, label ${printable(facts.label)}`}, made for ${printable(facts.creatorOs)}`,
  );
  add('inside', report.container === undefined ? '' : chainWords(report.container, facts.type));
  add('UUID', printable(facts.uuid));
  add(
    'size',
    `${size(facts.blocks * facts.blockSize)}: ${digits(facts.blocks)} blocks of ${size(facts.blockSize)}, ${digits(facts.freeBlocks)} marked as free`,
  );
  add(
    'after it',
    (report.followedBy ?? []).map(({ what, length }) => `${printable(what)} (${size(length)})`).join(', '),
  );
  add(
    'inodes',
    `${digits(facts.inodes)} of ${facts.inodeSize} bytes, ${digits(facts.freeInodes)} marked as free, in ${counted(facts.groups, 'group')}`,
  );
  add('features', facts.features.length === 0 ? 'none' : facts.features.map(printable).join(' '));
  add('times', times(facts));
  add('last mount', facts.lastMountedOn === '' ? '' : `on ${printable(facts.lastMountedOn)}`);
  add('state', state(facts, report.journal));
  add('mounted', mounted(report));
  add('journal', report.journal === null ? '' : journal(report.journal, facts.journalNeedsRecovery));
  return all;
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

/** Whether it was unmounted. A mount of what was not must write, even one with `-o ro`. */
function unmount(facts: FileSystemFacts, journal: JournalFacts | null): string {
  if (facts.unmountedCleanly) return 'marked as cleanly unmounted';
  if (!facts.journalNeedsRecovery) return 'not marked as cleanly unmounted';
  if (journal?.state !== 'replayed' && journal?.state !== 'not-replayed') return 'not unmounted';
  return 'not unmounted, so that a mount replays the journal; on a read-only device (dm-verity, squashfs, a loop on a read-only partition) the kernel refuses it: mount it once where it can be written, or run e2fsck -fp on a copy';
}

function state(facts: FileSystemFacts, journal: JournalFacts | null): string {
  const parts = [unmount(facts, journal)];
  if (facts.errorsRecorded) parts.push('the kernel recorded errors while it was mounted');
  if (facts.superblockAt > (facts.blockSize === 1024 ? 1 : 0))
    parts.push(
      `read with the backup superblock in block ${digits(facts.superblockAt)}, because the primary one is destroyed`,
    );
  return parts.join('; ');
}

/** The state of the journal and of its replay; empty if there is nothing to report. */
function journal(facts: JournalFacts, needsRecovery: boolean): string {
  const { state, transactions, blocks, revoked, fastCommits, fastCommitsSkipped, lastCommit } = facts;
  if (state === 'external')
    return needsRecovery
      ? 'on another device, with changes that are not in the file system yet'
      : 'on another device, and not needed to read the file system; a mount needs that device or -o noload';
  if (!needsRecovery) return '';
  if (state === 'not-replayed') return 'holds changes that are not in the file system yet; it was not replayed';
  if (state === 'unusable') return 'should be replayed, but cannot be used; changes that it may hold are not included';
  if (transactions === 0 && fastCommits === 0) return 'should be replayed, but has no complete transaction';
  const parts = [
    `${counted(transactions, 'transaction')} with ${counted(blocks, 'block')} ${transactions === 1 ? 'was' : 'were'} replayed from it in memory${state === 'partly-replayed' ? ', but not all that it should hold' : ''}${fastCommitsSkipped === null ? ': the check covers the state that a mount would show' : ''}`,
  ];
  if (fastCommits > 0 && fastCommitsSkipped === null)
    parts.push(
      `${counted(fastCommits, 'change')} of its fast commits ${fastCommits === 1 ? 'was' : 'were'} replayed as well`,
    );
  if (fastCommitsSkipped !== null)
    parts.push(
      `${counted(fastCommits, 'change')} of its fast commits ${fastCommits === 1 ? 'was' : 'were'} not replayed`,
    );
  if (revoked > 0)
    parts.push(`${counted(revoked, 'older copy', 'older copies')} in it ${revoked === 1 ? 'was' : 'were'} skipped`);
  if (lastCommit !== null) parts.push(`last written ${printable(lastCommit).replace('T', ' ').replace('Z', ' UTC')}`);
  return parts.join('; ');
}

const mounted = ({ mounted = [] }: CheckReport): string =>
  mounted.map(({ mountPoint, readOnly }) => `on ${printable(mountPoint)}${readOnly ? ', read-only' : ''}`).join('; ');

/** Whether contents were read, and what they are. */
export function contentWords({ content }: CheckReport): string {
  if (content === undefined) return 'not the contents of files: --content reads them and finds lost data';
  const { files, bytes, nulBytes, holeBytes } = content;
  return `contents of ${counted(files, 'file')}, ${size(bytes)}, of which ${size(nulBytes)} are NUL in written blocks and ${size(holeBytes)} are holes`;
}

/** What a baseline accepted, and what it never accepts; empty without one. */
export function baselineSection(report: CheckReport, layout: TextLayout): string[] {
  const sentences = baselineWords(report);
  if (sentences.length === 0) return [];
  return [layout.heading('Baseline'), ...sentences.flatMap((text) => layout.wrapped(text, '  '))];
}

/** The same as sentences. */
export function baselineWords({ baseline }: CheckReport): string[] {
  if (baseline === undefined) return [];
  const { accepted, unused, refused } = baseline;
  const sentences: string[] = [];
  const add = (text: string) => sentences.push(text);
  add(`${counted(accepted, 'known finding')} ${accepted === 1 ? 'is' : 'are'} accepted.`);
  if (refused > 0)
    add(
      `${counted(refused, 'finding')} cannot be accepted: a baseline accepts neither fatal problems nor required paths that failed.`,
    );
  if (unused > 0)
    add(
      `${counted(unused, 'finding')} in it no longer ${unused === 1 ? 'exists' : 'exist'}: a new baseline would be smaller.`,
    );
  return sentences;
}

export function coverageSection(report: CheckReport, layout: TextLayout): string[] {
  const lines: string[] = [];
  if (report.checked.length > 0) {
    lines.push(layout.heading('Checked'), ...layout.wrapped(listed(report.checked.map(printable)), '  '));
    lines.push(...layout.wrapped(contentWords(report), '  '));
    if (layout.verbose) {
      const { bytesRead, reads } = report.io;
      lines.push(...layout.wrapped(`${size(bytesRead)} read in ${counted(reads, 'read')}`, '  '));
    }
  }
  if (report.notChecked.length > 0) {
    lines.push(layout.heading('NOT checked'));
    for (const { what, why } of report.notChecked)
      lines.push(...layout.wrapped(`${printable(what)}: ${printable(why)}`, '  ', '    '));
  }
  return lines;
}
