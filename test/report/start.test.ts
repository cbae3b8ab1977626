/** What reports say of images that are not an ext file system, and what to do with them. */
import { expect, test } from 'vitest';
import type { PartitionFacts, StartFacts } from '../../src/problem/start';
import { commandWithOffset, splitStep, startSteps } from '../../src/report/start-steps';
import { partitionWords, startHeadline, startWords } from '../../src/report/start-words';
import { renderText } from '../../src/report/text';
import { verdictLine } from '../../src/report/verdict';
import { signatures } from '../../src/volume/start/signatures';
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
  expect(commands(shifted(131_072), 'f')).toEqual([
    'extcheck --offset 256s f',
    'tail -c +131073 f > whole.img',
    'extcheck whole.img',
  ]);
  expect(commands(shifted(100), 'a b')).toEqual([
    "extcheck --offset 100 'a b'",
    "tail -c +101 'a b' > whole.img",
    'extcheck whole.img',
  ]);
  expect(commands(shifted(-512), 'a b')).toEqual([
    "(head -c 512 /dev/zero; cat 'a b') > whole.img",
    'extcheck whole.img',
  ]);
  // the offset was wrong, nothing is lost
  expect(commands(shifted(-512), 'f?offset=1049088')).toEqual([
    'extcheck --offset 2048s f',
    'tail -c +1048577 f > whole.img',
    'extcheck whole.img',
  ]);
  expect(commands(shifted(-512), 'f?offset=512')).toEqual(['extcheck f']);
  expect(commands(shifted(-512), 'f?offset=12')).toEqual([
    '(head -c 500 /dev/zero; cat f) > whole.img',
    'extcheck whole.img',
  ]);
});

const raw = (command: string) => [command, 'extcheck raw.img'];
const extract = (list: string, command: string) => [list, 'mkdir -p extracted', command, 'ls -l extracted'];
const convert = raw("qemu-img convert -O raw 'a b' raw.img");

/** The commands for each kind, for a file with the name `a b`. */
const expected: Readonly<Record<string, readonly string[]>> = {
  QCOW2: convert,
  VMDK: convert,
  'VMDK description': convert,
  VHD: convert,
  VHDX: convert,
  VDI: convert,
  QED: convert,
  Parallels: convert,
  'Android sparse': raw("simg2img 'a b' raw.img"),
  gzip: raw("gzip -dc 'a b' > raw.img"),
  xz: raw("xz -dc 'a b' > raw.img"),
  lzma: raw("xz --format=lzma -dc 'a b' > raw.img"),
  zstd: raw("zstd -dc 'a b' > raw.img"),
  lz4: raw("lz4 -dc 'a b' > raw.img"),
  lzop: raw("lzop -dc 'a b' > raw.img"),
  bzip2: raw("bzip2 -dc 'a b' > raw.img"),
  e2image: [],
  LUKS: [
    "cryptsetup open --readonly 'a b' extcheck-opened",
    'extcheck /dev/mapper/extcheck-opened',
    'cryptsetup close extcheck-opened',
  ],
  BitLocker: [
    "cryptsetup open --readonly --type bitlk 'a b' extcheck-opened",
    'extcheck /dev/mapper/extcheck-opened',
    'cryptsetup close extcheck-opened',
  ],
  LVM: ["losetup --find --show --read-only 'a b'", 'vgchange --activate y', 'lvs --options lv_path,lv_size'],
  md: [
    "mdadm --examine 'a b'",
    `mdadm --assemble --readonly --run /dev/md/extcheck "$(losetup --find --show --read-only 'a b')"`,
    'extcheck /dev/md/extcheck',
  ],
  bcache: ["bcache-super-show 'a b'"],
  'Android super': ['mkdir -p extracted', "lpunpack 'a b' extracted", 'ls -l extracted'],
  UBI: ["ubireader_extract_images -o extracted 'a b'"],
  'AVB vbmeta': ["avbtool info_image --image 'a b'"],
  'dm-verity': ["veritysetup dump 'a b'"],
  zip: extract("unzip -l 'a b'", "unzip -n -d extracted 'a b'"),
  tar: extract("tar -tf 'a b'", "tar -xf 'a b' -C extracted"),
  '7z': extract("7z l 'a b'", "7z x -oextracted 'a b'"),
  rar: extract("bsdtar -tf 'a b'", "bsdtar -xf 'a b' -C extracted"),
  WIM: ["wiminfo 'a b'", "wimapply 'a b' 1 extracted"],
  cpio: ["cpio -t < 'a b'"],
  'Debian package': ["ar t 'a b'"],
  RPM: ["rpm -qpl 'a b'"],
  'Android boot': ["unpack_bootimg --boot_img 'a b' --out extracted"],
  'Android vendor boot': ["unpack_bootimg --boot_img 'a b' --out extracted"],
  'Android payload': ["payload-dumper-go -o extracted 'a b'", 'ls -l extracted'],
  'U-Boot': ["dumpimage -l 'a b'"],
  'device tree': ["dumpimage -l 'a b'"],
  ELF: ["file 'a b'"],
  'Linux kernel': ["file 'a b'"],
  squashfs: ["unsquashfs -l 'a b'", "unsquashfs -d extracted 'a b'"],
  'ISO 9660': ["bsdtar -tf 'a b'", 'mkdir -p extracted', "bsdtar -xf 'a b' -C extracted"],
  XFS: ["xfs_repair -n 'a b'"],
  btrfs: ["btrfs check --readonly 'a b'"],
  bcachefs: ["bcachefs fsck -n 'a b'"],
  EROFS: ["fsck.erofs 'a b'"],
  F2FS: ["fsck.f2fs --dry-run 'a b'"],
  swap: ["swaplabel 'a b'"],
  NTFS: ["ntfsfix --no-action 'a b'"],
  exFAT: ["fsck.exfat -n 'a b'"],
  FAT: ["fsck.fat -n 'a b'"],
  ZFS: ["zdb -l 'a b'"],
  ReiserFS: ["reiserfsck --check --yes 'a b'"],
  Reiser4: ["fsck.reiser4 --check --yes 'a b'"],
  JFS: ["fsck.jfs -n 'a b'"],
  NILFS2: ["nilfs-tune -l 'a b'"],
  OCFS2: ["fsck.ocfs2 -n 'a b'"],
  GFS2: ["fsck.gfs2 -n 'a b'"],
  APFS: ["apfsck 'a b'"],
  'HFS+': ["fsck.hfsplus -n 'a b'"],
  minix: ["fsck.minix 'a b'"],
  cramfs: ["fsck.cramfs 'a b'"],
  romfs: ["file 'a b'"],
  JFFS2: ["file 'a b'"],
  UBIFS: ["file 'a b'"],
  HTML: ["head -c 1000 'a b'"],
  XML: ["head -c 1000 'a b'"],
  JSON: ["head -c 1000 'a b'"],
  text: ["head -c 1000 'a b'"],
  'Git LFS pointer': ['git lfs pull'],
};

test.each(Object.entries(expected))('%s', (name, run) => {
  const steps = startSteps(facts({ name }), 'a b');
  expect(steps.flatMap((step) => step.run)).toEqual(run);
  for (const { say, run } of steps) expect(say).toMatch(run.length > 0 ? /:$/ : /\.$/);
  // a part of a file would have to be cut out first
  expect(commands(facts({ name }), 'f?offset=512').join()).not.toMatch(/\bf\b/);
});

test('there is advice on every kind that is recognized', () => {
  const names = new Set(signatures.map(({ name }) => name));
  expect([...names].filter((name) => !(name in expected))).toEqual([]);
});

test('a Git LFS pointer is fetched in its own clone', () => {
  const pointer = facts({ kind: 'text', name: 'Git LFS pointer' });
  expect(commands(pointer, 'my images/x.img')).toEqual(["git -C 'my images' lfs pull"]);
  expect(commands(pointer, '/x.img')).toEqual(['git -C / lfs pull']);
});

test.each([
  ['disk.img.001', 'cat disk.img.[0-9][0-9][0-9] > whole.img'],
  ['a b.img.000', "cat 'a b.img'.[0-9][0-9][0-9] > whole.img"],
  ['x/disk.ab', 'cat x/disk.a[a-z] > whole.img'],
  ['disk.part10', "ls -v disk.part* | xargs -d '\\n' cat > whole.img"],
])('a part of a split file: %s', (name, join) => {
  expect(splitStep(name)?.run).toEqual([join, 'extcheck whole.img']);
});

test.each(['disk.img', 'rootfs-1.25', 'disk.2024', 'disk.img.1', undefined])('%s is not one', (name) => {
  expect(splitStep(name)).toBeNull();
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

test.each([
  ['image-truncated', 'ext4'],
  ['superblock-missing', null],
] as const)('a part of a split file, where the report has %s', (id, type) => {
  const finding = { id, severity: 'fatal' as const, data: { missing: 4096 } };
  const none = type === null ? { filesystem: null } : {};
  const steps = (image: string) => reportOf([finding], { image, ...none }).steps.map(({ text }) => text);
  expect(steps('disk.img.001').join()).toContain('Join all parts');
  expect(steps('disk.img').join()).not.toContain('Join all parts');
});
