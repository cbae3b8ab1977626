/** What reports say of images that are not an ext file system, and what to do with them. */
import { expect, test } from 'vitest';
import type { PartitionFacts, StartFacts } from '../../src/problem/start';
import { commandWithOffset, startSteps } from '../../src/report/start-steps';
import { partitionWords, startHeadline, startWords } from '../../src/report/start-words';
import { renderText } from '../../src/report/text';
import { verdictLine } from '../../src/report/verdict';
import { diskStart, reportOf } from '../support/reports';

const facts = (of: Partial<StartFacts>): StartFacts => ({
  kind: 'container',
  name: 'QCOW2',
  what: 'a QCOW2 image',
  claims: true,
  partitions: [],
  ...of,
});
const commands = (start: StartFacts, image?: string) => startSteps(start, image).flatMap(({ run }) => run);
const mib = 2 ** 20;

test('a disk: what each partition holds, and what is left over', () => {
  expect(startWords(diskStart())).toBe(
    'a disk with 2 partitions (MBR): partition 1 starts at 1 MiB and has a FAT file system; partition 2 starts at 6 MiB and has an ext4 file system; the superblock at byte 1024 is left over from an ext4 file system with the label OLD that starts at byte 0',
  );
  expect(startHeadline(diskStart())).toBe('a disk with 2 partitions (MBR); partition 2 has an ext4 file system');
});

test('a partition of which nothing is known', () => {
  const [fat] = diskStart().partitions as [PartitionFacts, PartitionFacts];
  expect(partitionWords({ ...fat, what: null })).toBe('partition 1 starts at 1 MiB and has no known file system');
});

test('many partitions: those with ext file systems are named first', () => {
  const [fat, ext] = diskStart().partitions as [PartitionFacts, PartitionFacts];
  const partitions = [...Array(12).keys()].map((i) => ({ ...(i === 11 ? ext : fat), number: i + 1 }));
  const words = startWords({ ...diskStart(), partitions });
  expect(words).toContain('partition 12 starts at 6 MiB and has an ext4');
  expect(words).toContain('partition 7 starts');
  expect(words).not.toContain('partition 8 starts');
  expect(words).toContain('4 more partitions are not named here');
});

test('the headline without an ext file system, and with several', () => {
  const [fat, ext] = diskStart().partitions as [PartitionFacts, PartitionFacts];
  const headline = (...partitions: PartitionFacts[]) => startHeadline({ ...diskStart(), what: 'a disk', partitions });
  expect(headline(fat)).toBe('a disk, but without an ext2, ext3 or ext4 file system');
  expect(headline({ ...fat, fileSystem: 'GPT', what: 'a disk with partitions (GPT)' })).toBe(
    'a disk; partition 1 has a disk with partitions (GPT)',
  );
  expect(headline(fat, ext, { ...ext, number: 7 })).toBe('a disk; partitions 2 and 7 have ext file systems');
});

test('the commands have the file, and the offset in it', () => {
  expect(commands(diskStart(), 'disk.img')).toEqual(['extcheck --offset 12288s disk.img']);
  expect(commands(diskStart(), 'my disk.img?offset=1048576')).toEqual(["extcheck --offset 14336s 'my disk.img'"]);
  const steps = startSteps(diskStart(), 'disk.img', commandWithOffset('extcheck manifest'));
  expect(steps).toEqual([
    { say: 'Use the file system in partition 2:', run: ['extcheck manifest --offset 12288s disk.img'] },
  ]);
});

test('several file systems, none, and a disk in a partition', () => {
  const [fat, ext] = diskStart().partitions as [PartitionFacts, PartitionFacts];
  const disk = (...partitions: PartitionFacts[]) => ({ ...diskStart(), partitions });
  expect(commands(disk(ext, { ...ext, number: 3, start: 40 * mib }), 'd')).toEqual([
    'extcheck --offset 12288s d',
    'extcheck --offset 81920s d',
  ]);
  expect(startSteps(disk(fat), 'd')).toEqual([
    { say: 'No partition of this disk has an ext2, ext3 or ext4 file system.', run: [] },
  ]);
  expect(commands(disk({ ...fat, fileSystem: 'GPT' }), 'd')).toEqual(['extcheck --offset 2048s d']);
});

test('a file system at another byte, or without its first ones', () => {
  const shifted = (startsAt: number) => facts({ kind: 'shifted', name: 'ext4', startsAt });
  expect(commands(shifted(131_072), 'f')).toEqual(['extcheck --offset 256s f']);
  expect(commands(shifted(100), 'f')).toEqual(['extcheck --offset 100 f']);
  expect(commands(shifted(-512), 'a b')).toEqual([
    "(head -c 512 /dev/zero; cat 'a b') > whole.img",
    'extcheck whole.img',
  ]);
  // the offset was wrong, nothing is lost
  expect(commands(shifted(-512), 'f?offset=1049088')).toEqual(['extcheck --offset 2048s f']);
});

test.each([
  ['QCOW2', ['qemu-img convert -O raw f raw.img', 'extcheck raw.img']],
  ['Android sparse', ['simg2img f raw.img', 'extcheck raw.img']],
  ['xz', ['xz -dc f > raw.img', 'extcheck raw.img']],
  ['LUKS', []],
])('%s', (name, run) => {
  expect(commands(facts({ name }), 'f')).toEqual(run);
  expect(startSteps(facts({ name }), 'f').length).toBe(1);
});

test('a disk is not judged: no word of damage, in no line', () => {
  const finding = { id: 'image-partitioned', severity: 'info' as const };
  const report = reportOf([finding], {
    image: 'disk.img',
    verdict: 'incomplete',
    filesystem: null,
    foundAtStart: diskStart(),
    checked: [],
  });
  expect(verdictLine(report).text).toBe(
    'disk.img: could not be checked: it is a disk with 2 partitions (MBR); partition 2 has an ext4 file system',
  );
  const text = renderText(report);
  expect(text).not.toMatch(/DO NOT BOOT|destroyed|lost|no ext2|sfdisk/);
  expect(text).toContain('extcheck --offset 12288s disk.img');
});
