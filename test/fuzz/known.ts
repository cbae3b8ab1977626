/** Where e2fsck 1.47.0 itself is wrong or older than the rule: differences that do not matter. */
import type { CheckReport } from '../../src/problem/report';
import type { E2fsckResult } from '../support/e2fsprogs';

export interface Known {
  why: string;
  /** Codes that are not compared when it is true. */
  codes: RegExp;
  when: (theirs: E2fsckResult, report: CheckReport) => boolean;
}

export const known: readonly Known[] = [
  {
    why: 'after an inode whose checksum is wrong, its cache hands out that inode for others, and pass 1 then judges those by it',
    codes: /^0x0(1|2|3|4|5)/,
    when: ({ problems }) =>
      problems.some(({ code, ino }, i) => code === '0x010068' && problems[i + 1]?.['ino'] === '7' && ino !== '7'),
  },
  {
    why: 'a run of shared blocks that begins with block 1 is told as one from block 0',
    codes: /^0x01100[28]$/,
    when: ({ problems }) => problems.some(({ code, blk, blk2 }) => code === '0x011008' && !blk && blk2 === '1'),
  },
  {
    why: 'the high byte of times in the superblock is read from 1.47.1 on',
    codes: /^0x0000(31|32|3c|3d)$/,
    when: ({ problems }) => !problems.some(({ code }) => /^0x0000(31|32|3c|3d)$/.test(code!)),
  },
  {
    why: 'of an inode bitmap without a single bit it takes the checksum of memory that was never written',
    codes: /^0x05001a$/,
    when: ({ problems }, { filesystem }) =>
      problems.some(({ code, ino2 }) => code === '0x05000d' && Number(ino2) === filesystem?.inodes),
  },
  {
    why: 'with an error recorded in the journal it tries to write, fails, and blames the resize inode',
    codes: /^0x000030$/,
    when: (_, report) => report.counts['journal-error-recorded'] !== undefined,
  },
  {
    why: 'an orphan file in use is reported again as one that must be recreated',
    codes: /^0x060009$/,
    when: (_, report) => report.counts['orphan-file-in-use'] !== undefined,
  },
  {
    why: 'the size of a directory is cut to 32 bits after it was divided by the block size',
    codes: /^0x01000c$/,
    when: (_, report) => report.counts['directory-size-high-set'] !== undefined,
  },
];
