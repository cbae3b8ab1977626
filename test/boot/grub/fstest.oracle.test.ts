/** Compares GrubReader with GRUB itself: grub-fstest runs GRUB's own driver, and must read exactly the same files. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { featuresOf, grubLimits, parseReaders, refusedFeatures } from '../../../src/boot/features/gate';
import { GrubError } from '../../../src/boot/grub/error';
import { GrubReader } from '../../../src/boot/grub/files';
import { memorySource } from '../../../src/source/memory';
import { openFileSystem } from '../../../src/volume/open';
import {
  blocksOf,
  type FileTree,
  type ImageOptions,
  imageOf,
  inTemporaryFolder,
  joined,
  noise,
  zeroBlock,
} from '../../support/boot-image';
import { hasE2fsprogs } from '../../support/e2fsprogs';

const version = /\(GRUB\) (\S+)/.exec(String(spawnSync('grub-fstest', ['--version']).stdout))?.[1] ?? '';
const available = version !== '' && hasE2fsprogs;
/** Debian 12 and Fedora backported what 2.12 brought; a plain 2.06 has neither. */
const backports = /^2\.06-.*deb12/.test(version) ? '+metadata_csum_seed+large_dir' : '';
const reader = `grub@${/^\d+\.\d+/.exec(version)?.[0] ?? '2.06'}${backports}`;

/** What GRUB reads from a path: its bytes, or the last line that it says, without names. */
function grubReads(image: string, path: string): { bytes: Uint8Array } | { error: string } {
  const { status, stdout, stderr } = spawnSync('grub-fstest', [image, 'cat', path], { maxBuffer: 1 << 26 });
  const said = String(stderr).trim().split('\n').at(-1) ?? '';
  if (status === 0 && said === '') return { bytes: new Uint8Array(stdout) };
  return { error: said.replace(/^grub-fstest: error: (cannot open `[^']*': |read error at offset \d+: )?/, '') };
}

async function weRead(image: Uint8Array, path: string): Promise<{ bytes: Uint8Array } | { error: string }> {
  const { opening } = await openFileSystem(memorySource(image));
  const [who] = parseReaders({ bootLoader: reader });
  const { geometry } = opening!.volume;
  if (refusedFeatures(who!, featuresOf(geometry)).length > 0) return { error: 'unknown filesystem.' };
  try {
    const file = await new GrubReader(opening!.volume, opening!.groups, grubLimits(who)).open(path);
    const pieces: Uint8Array[] = [];
    for await (const piece of file.bytes()) pieces.push(piece);
    return { bytes: joined(...pieces) };
  } catch (error) {
    if (!(error instanceof GrubError)) throw error;
    return { error: error.console };
  }
}

const long = (length: number) => 'n'.repeat(length);
const chain = Object.fromEntries(
  Array.from({ length: 9 }, (_, i) => [`/s${i + 1}`, { link: i === 0 ? 'boot/f' : `s${i}` }]),
);
const tree: FileTree = {
  '/boot/f': 'hello\n',
  '/boot/large': noise(300_000),
  '/boot/empty': '',
  '/boot/to-large': { link: 'large' },
  '/boot/absolute': { link: '/boot/f' },
  '/boot/up': { link: '../boot/../boot/./f' },
  '/boot/dangling': { link: 'nothing' },
  '/boot/through': { link: '../to-boot/f' },
  '/to-boot': { link: 'boot' },
  [`/${long(59)}`]: '59\n',
  [`/${long(60)}`]: '60\n',
  [`/${long(61)}`]: '61\n',
  '/l59': { link: long(59) },
  '/l60': { link: long(60) },
  '/l61': { link: long(61) },
  ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`/many/a-name-that-takes-room-${i}`, `${i}`])),
  ...chain,
};
const paths = [
  ...Object.keys(tree).filter((path) => !/^\/(many\/|s[1-69]$|n)/.test(path)),
  '/many/a-name-that-takes-room-0',
  '/many/a-name-that-takes-room-199',
  '/boot',
  '/nothing',
  '/boot/f/below',
  '/',
];

/** Starting GRUB takes a while, so all paths are for the layouts, and a few for each feature. */
const few = ['/boot/to-large', '/many/a-name-that-takes-room-199'];
const allPathsFor = ['ext2'];

const ext4 = (features: string): ImageOptions => ({ options: ['-t', 'ext4', '-O', features], size: '16M' });
const images: readonly [string, ImageOptions][] = [
  ['ext2', { options: ['-t', 'ext2'] }],
  ['ext3', { options: ['-t', 'ext3'], size: '16M' }],
  ['ext4', ext4('^metadata_csum')],
  ['64bit', ext4('64bit')],
  ['meta_bg', ext4('meta_bg,^resize_inode')],
  ['metadata_csum', ext4('metadata_csum')],
  ['metadata_csum_seed', ext4('metadata_csum,metadata_csum_seed')],
  ['orphan_file', ext4('orphan_file')],
  ['inline_data', ext4('inline_data')],
  ['large_dir', ext4('large_dir')],
  ['ea_inode', ext4('ea_inode')],
  ['encrypt', ext4('encrypt')],
  ['casefold', ext4('casefold')],
  ['mmp', ext4('mmp')],
  ['bigalloc', { ...ext4('bigalloc,64bit'), size: '48M' }],
  ['quota', ext4('quota')],
  ['verity', ext4('verity')],
  ['inodes of 128 bytes', { options: ['-t', 'ext2', '-I', '128'] }],
  ['no filetype', { options: ['-t', 'ext2', '-O', '^filetype'] }],
];

describe.skipIf(!available)(`GRUB ${version || '(grub-fstest is not installed)'}`, () => {
  test.each(images)(
    'reads the same files of an image with %s',
    async (name, options) => {
      const image = imageOf(tree, options);
      await inTemporaryFolder(async (folder) => {
        const at = join(folder, 'image');
        writeFileSync(at, image);
        for (const path of allPathsFor.includes(name) ? paths : few)
          expect([path, await weRead(image, path)]).toEqual([path, grubReads(at, path)]);
      });
    },
    60_000,
  );

  test.each([
    ['a directory that is zeroed', (image: Uint8Array) => zeroBlock(image, blocksOf(image, '/boot')[0]!)],
    ['the inode table past its first block', (image: Uint8Array) => image.fill(0xff, 20 * 4096, 24 * 4096)],
  ])('fails alike on %s', async (_name, damage) => {
    const image = imageOf(tree, { options: ['-t', 'ext2'] });
    damage(image);
    await inTemporaryFolder(async (folder) => {
      const at = join(folder, 'image');
      writeFileSync(at, image);
      for (const path of ['/boot/f', '/boot/large', '/l59', '/many/a-name-that-takes-room-7']) {
        const [ours, theirs] = [await weRead(image, path), grubReads(at, path)];
        expect([path, 'error' in ours]).toEqual([path, 'error' in theirs]);
      }
    });
  });

  test('files that begin with a hole', async () => {
    const tail = new Uint8Array(12_288).fill(0x58, 8192);
    const image = imageOf({ '/sparse': tail }, ext4('^metadata_csum'));
    await inTemporaryFolder(async (folder) => {
      const at = join(folder, 'image');
      writeFileSync(at, image);
      expect(await weRead(image, '/sparse')).toEqual(grubReads(at, '/sparse'));
    });
  });
});
