/** The sound images that are damaged: made with mke2fs and debugfs where these are installed, else those of fixtures/. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fakeNow, hasE2fsprogs, makeImage, type Recipe } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { project } from '../support/project';
import { loadImage } from '../support/sparse';

export interface Base {
  name: string;
  /** How it is made, or where it is. */
  origin: string;
  /** A fresh copy. */
  image: () => TestImage;
  /** The time it is checked at, in seconds since 1970. */
  now: number;
}

/** Later than all times in the fixtures. */
const afterFixtures = Date.UTC(2027, 0, 1) / 1000;

const write = (name: string) => `write LICENSE ${name}`;
const names = (count: number) => Array.from({ length: count }, (_, i) => `a-name-that-takes-room-${i}`);

/** A tree with a bit of everything: folders, holes, far blocks, links, devices, attributes in inodes and in blocks. */
const tree = [
  'mkdir etc',
  'mkdir usr',
  'mkdir usr/share',
  'mkdir dev',
  'cd /etc',
  write('fstab'),
  write('os-release'),
  'ln /etc/os-release /etc/release',
  'symlink short fstab',
  `symlink long ${'x'.repeat(120)}`,
  'cd /usr/share',
  ...names(24).map((name, i) => (i % 4 === 0 ? write(name) : `mkdir ${name}`)),
  'cd /usr',
  'write package-lock.json large',
  'fallocate large 300 330',
  ...Array.from({ length: 12 }, (_, i) => `punch large ${4 + i * 3} ${4 + i * 3}`),
  'cd /dev',
  'mknod null c 1 3',
  'mknod sda b 8 0',
  'mknod fifo p',
  'ea_set /etc/fstab user.note value',
  'ea_set /etc/os-release security.selinux system_u:object_r:etc_t:s0',
  `ea_set /usr user.large ${'v'.repeat(300)}`,
];

const recipe = (size: string, options: string, more: Partial<Recipe> = {}): Recipe => ({
  size,
  options,
  commands: tree,
  settle: true,
  ...more,
});

const plain = '^metadata_csum';

/** Sets of features, each in a small image. */
const recipes: Record<string, Recipe> = {
  'ext2-1k': recipe('2M', '-t ext2 -b 1024'),
  'ext2-2k-128': recipe('4M', '-t ext2 -b 2048 -I 128'),
  'ext2-4k': recipe('4M', '-t ext2 -b 4096 -N 256'),
  'ext3-1k': recipe('6M', '-t ext3 -b 1024 -N 256'),
  'ext4-1k': recipe('4M', `-t ext4 -b 1024 -O ^has_journal,${plain}`),
  'ext4-1k-csum': recipe('4M', '-t ext4 -b 1024 -O ^has_journal,metadata_csum'),
  'ext4-32bit-csum': recipe('4M', '-t ext4 -b 1024 -O ^has_journal,^64bit,metadata_csum'),
  'ext4-journal-csum': recipe('6M', '-t ext4 -b 1024 -N 256 -O metadata_csum,metadata_csum_seed'),
  'ext4-orphan-file': recipe('6M', '-t ext4 -b 1024 -N 256 -O metadata_csum,orphan_file'),
  'ext4-uninit-bg': recipe('6M', `-t ext4 -b 1024 -g 1024 -N 1024 -O ^has_journal,uninit_bg,${plain}`),
  'ext4-meta-bg': recipe('6M', '-t ext4 -b 1024 -g 512 -O ^has_journal,meta_bg,^resize_inode,metadata_csum'),
  'ext4-flex-bg': recipe('6M', `-t ext4 -b 1024 -g 1024 -G 4 -O ^has_journal,flex_bg,${plain}`),
  'ext4-sparse-super2': recipe('6M', '-t ext4 -b 1024 -g 1024 -O ^has_journal,sparse_super2,^resize_inode'),
  'ext4-large-dir': recipe('4M', '-t ext4 -b 1024 -O ^has_journal,large_dir,metadata_csum'),
  'ext4-mmp': recipe('4M', '-t ext4 -b 1024 -O ^has_journal,mmp,metadata_csum'),
  'ext4-quota': recipe(
    '4M',
    '-t ext4 -b 1024 -I 256 -O ^has_journal,quota,project -E quotatype=usrquota:grpquota:prjquota',
  ),
  'ext4-bigalloc': recipe('16M', '-t ext4 -b 1024 -C 8192 -O ^has_journal,bigalloc,metadata_csum'),
  'ext4-inline': recipe('4M', `-t ext4 -b 1024 -O ^has_journal,inline_data,${plain}`),
  'ext4-inline-csum': recipe('4M', '-t ext4 -b 1024 -O ^has_journal,inline_data,metadata_csum'),
  'ext4-ea-inode': recipe('4M', `-t ext4 -b 1024 -O ^has_journal,ea_inode,${plain}`, {
    commands: [...tree, 'ea_set -f LICENSE /etc/os-release user.huge', 'ea_set -f LICENSE /usr user.huge'],
  }),
  'ext4-casefold': recipe('4M', '-t ext4 -b 1024 -O ^has_journal,casefold,metadata_csum -E encoding=utf8', {
    commands: [...tree, 'mkdir folded', 'set_inode_field /folded flags 0x40080000'],
  }),
  'ext4-encrypt-verity': recipe('4M', '-t ext4 -b 1024 -O ^has_journal,encrypt,verity,metadata_csum'),
};

/** Images under a folder, *.img or *.img.gz. */
function inFolder(folder: string, now: number): Base[] {
  return readdirSync(folder)
    .filter((name) => /\.img(\.gz)?$/.test(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      return {
        name: basename(name).replace(/\.img(\.gz)?$/, ''),
        origin: path,
        image: () => new TestImage(loadImage(path)),
        now,
      };
    });
}

/** The committed images, checked after the last of them was made. Works from the root of the repository. */
export const fixtureBases = (): Base[] => inFolder('fixtures/clean', afterFixtures);

/** Images of a folder of the caller's, checked now. */
export const basesIn = (folder: string): Base[] => inFolder(folder, Math.floor(Date.now() / 1000));

/**
 * Images of all sets of features where the native tools are installed, and the committed ones. In tests the project unit
 * has the latter, oracle the former, soak both.
 */
export function allBases(): Base[] {
  const made = Object.entries(recipes).map(([name, how]) => ({
    name,
    origin: `mke2fs ${how.options} ${how.size}`,
    image: () => makeImage(how),
    now: fakeNow,
  }));
  return [...(hasE2fsprogs ? made : []), ...(project === 'oracle' ? [] : fixtureBases())];
}
