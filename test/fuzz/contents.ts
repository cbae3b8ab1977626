/** Images whose files are what the checks of contents parse, and changes of those files: databases, scripts, archives. */
import { rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { inode } from '../../src/layout/inode';
import { openImage } from '../../src/open-image';
import { memorySource } from '../../src/source/memory';
import { blocksCovered } from '../../src/view/file';
import { opened } from '../../src/view/opened-image';
import { fileRuns } from '../../src/view/runs';
import { loadInode } from '../../src/view/stat';
import { earlyCpio, elementalTree, mainCpio, plant } from '../support/boot-image';
import { makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { dpkgTree, ndb, type Tree, writeTree } from '../support/packages';
import { rpmHeader, sqliteDatabase } from '../support/rpm-by-hand';
import { Master } from '../support/sparse';
import type { Random } from './random';

/** A part of a file whose bytes follow each other in the image. */
interface Piece {
  at: number;
  length: number;
}

interface Target {
  path: string;
  inode: number;
  pieces: Piece[];
}

/** An image, and the files in it that are changed. */
export interface ContentBase {
  name: string;
  /** The image, in memory that all bases share: a new one for each would be counted as memory of the checks. */
  image(): TestImage;
  targets: readonly Target[];
}

const files: Tree = {
  'usr/bin/a': 'a'.repeat(5000),
  'usr/bin/b': 'b',
  'etc/a.conf': 'x=1\n',
  'usr/lib/c.so': 'c'.repeat(9000),
};
const kernel =
  'menuentry "one" {\n  set root=hd0\n  linux /boot/vmlinuz-6.4.0 root=LABEL=x quiet\n  initrd /boot/initrd-6.4.0\n}\n';
const installed = `P:musl\nV:1.2\nF:usr/bin\nM:0:0:755\nR:a\na:0:0:755\nZ:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nR:b\nF:usr/lib\nR:c.so\n\n`;
const mtree =
  '#mtree\n/set type=file uid=0 gid=0 mode=644\n./usr type=dir\n./usr/bin/a size=5000 sha256digest=00\n./usr/bin/b\n';
const pacman = 'var/lib/pacman/local/a-1';

/** What is in each image besides `files` and a system that boots. */
const trees: Record<string, Tree> = {
  dpkg: {
    ...dpkgTree([
      {
        name: 'a',
        files: { 'usr/bin/a': files['usr/bin/a']!, 'usr/lib/c.so': null },
        conffiles: { 'etc/a.conf': 'x=1\n' },
      },
      ...Array.from({ length: 40 }, (_, i) => ({ name: `p${i}`, files: { 'usr/bin/b': 'b' } })),
    ]),
    'var/lib/dpkg/diversions': '/usr/bin/a\n/usr/bin/a.real\nother\n',
    'etc/dpkg/dpkg.cfg': 'path-exclude=/usr/share/doc/*\npath-include /usr/share/doc/a\n',
    'etc/dpkg/dpkg.cfg.d/docker': 'path-exclude /usr/share/man/*\n'.repeat(20),
  },
  distroless: {
    'var/lib/dpkg/status.d/a': 'Package: a\nVersion: 1\n',
    'var/lib/dpkg/status.d/a.md5sums': `${'0'.repeat(32)}  usr/bin/a\n`,
  },
  apk: {
    'lib/apk/db/installed': installed.repeat(30),
    'boot/loader/entries/a.conf':
      'title A\nversion 1\nlinux /boot/vmlinuz-6.4.0\ninitrd /boot/initrd-6.4.0 /boot/initrd-6.4.0\noptions root=x\n',
  },
  ndb: { 'usr/lib/sysimage/rpm/Packages.db': ndb([rpmHeader(), rpmHeader(), rpmHeader()]) },
  sqlite: { 'var/lib/rpm/rpmdb.sqlite': sqliteDatabase(rpmHeader()) },
  pacman: {
    [`${pacman}/desc`]: '%NAME%\na\n\n%VERSION%\n1\n',
    [`${pacman}/files`]: '%FILES%\nusr/\nusr/bin/a\n\n%BACKUP%\netc/a.conf\t00\n',
    [`${pacman}/mtree`]: new Uint8Array(gzipSync(mtree.repeat(40))),
    'etc/pacman.conf': '[options]\nNoExtract = usr/share/* !usr/share/a\n',
  },
  grub: {
    'boot/grub/grub.cfg': `set default=0\nif [ -n "$x" ]; then set a=$x$x; fi\n${kernel.repeat(20)}`,
    'boot/grub/grubenv': `# GRUB Environment Block\nsaved_entry=one\n${'#'.repeat(900)}`,
  },
};

/** Files of every image that are changed too. */
const common = [
  '/etc/cos/bootargs.cfg',
  '/boot/initrd-6.4.0',
  '/boot/vmlinuz-6.4.0',
  '/usr/lib/systemd/systemd',
  '/etc/ld.so.conf',
  '/etc/passwd',
  '/usr/lib/os-release',
];

/** Without checksums, so that any change gives an image that is read. */
const options = '-t ext4 -b 1024 -O ^metadata_csum,^has_journal -L COS_ACTIVE';

export async function contentBases(): Promise<ContentBase[]> {
  const bases: ContentBase[] = [];
  let shared = new Uint8Array(0);
  for (const [name, tree] of Object.entries(trees)) {
    const root = writeTree({
      ...files,
      ...tree,
      'etc/ld.so.conf': '/usr/lib/a\ninclude /etc/ld.so.conf.d/*.conf\n',
      'etc/passwd': 'root:x:0:0::/:/bin/sh\n',
    });
    try {
      plant(root, { ...elementalTree(), '/boot/initrd-6.4.0': Buffer.concat([earlyCpio(), gzipSync(mainCpio())]) });
      const image = makeImage({ size: '6M', options: `${options} -d ${root}` });
      const paths = [...Object.keys(tree).map((path) => `/${path}`), ...common];
      const master = new Master(image.bytes);
      if (shared.length === 0) shared = new Uint8Array(image.bytes.length);
      bases.push({
        name,
        image: () => new TestImage(master.writeInto(shared.fill(0))),
        targets: await targetsOf(image, paths),
      });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
  return bases;
}

async function targetsOf(image: TestImage, paths: readonly string[]): Promise<Target[]> {
  const view = opened(await openImage(memorySource(image.bytes)));
  const { volume, groups } = view;
  const { blockSize } = volume.geometry;
  const targets: Target[] = [];
  for (const path of paths) {
    const stat = await view.stat(path);
    const record = await loadInode(volume, groups, stat.inode);
    const pieces: Piece[] = [];
    for await (const { kind, physical, count } of fileRuns(volume, record.view, blocksCovered(volume, record)))
      if (kind === 'data') pieces.push({ at: physical * blockSize, length: count * blockSize });
    if (pieces.length > 0) targets.push({ path, inode: stat.inode, pieces });
  }
  return targets;
}

const fillings = [
  '\n',
  ' ',
  '\t',
  '\0',
  '\xff',
  'x',
  '/',
  '[',
  '{',
  '"',
  '\\',
  '$a',
  '=',
  '#',
  ' obsolete',
  '../',
  ':',
  'a\n',
];
const sizes = [0, 1, 1023, 1024, 4096, 65_536, 2 ** 20, 2 ** 27, 2 ** 31, 2 ** 32 - 1];

/** A change of a file of an image, and how it is described. */
export interface ContentChange {
  text: string;
  apply(image: TestImage): void;
}

/** One to four changes of files of an image. */
export const contentChanges = ({ targets }: ContentBase, random: Random): ContentChange[] =>
  Array.from({ length: 1 + random.below(4) }, () => contentChange(targets, random));

function contentChange(targets: readonly Target[], random: Random): ContentChange {
  const { path, inode: number, pieces } = random.pick(targets);
  const { at, length } = random.pick(pieces);
  const from = at + random.below(length);
  const room = at + length - from;
  switch (random.below(6)) {
    case 0: {
      const value = random.below(256);
      return { text: `${path}: byte ${from} is ${value}`, apply: ({ bytes }) => bytes.fill(value, from, from + 1) };
    }
    case 1: {
      const filling = Buffer.from(random.pick(fillings), 'latin1');
      const end = from + (random.chance(0.5) ? room : random.below(room));
      return {
        text: `${path}: ${JSON.stringify(filling.toString('latin1'))} from ${from} to ${end}`,
        apply({ bytes }) {
          for (let i = from; i < end; i++) bytes[i] = filling[(i - from) % filling.length]!;
        },
      };
    }
    case 2: {
      const unit = 1 + random.below(200);
      return {
        text: `${path}: the ${unit} bytes at ${from} again and again`,
        apply({ bytes }) {
          for (let i = from + unit; i < at + length; i++) bytes[i] = bytes[i - unit]!;
        },
      };
    }
    case 3: {
      const other = random.pick(random.pick(targets).pieces);
      return {
        text: `${path}: the bytes at ${other.at} at ${from}`,
        apply: ({ bytes }) => bytes.copyWithin(from, other.at, other.at + Math.min(other.length, room)),
      };
    }
    case 4: {
      const value = random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, random.below(2 ** 32)]);
      const little = random.chance(0.5);
      return {
        text: `${path}: the number ${value} at ${from}`,
        apply({ view }) {
          if (room >= 4) view.setUint32(from, value, little);
        },
      };
    }
    default: {
      const size = random.pick(sizes);
      return {
        text: `${path}: a size of ${size}`,
        apply: (image) => image.poke(inode.i_size_lo, image.inodeAt(number), size),
      };
    }
  }
}

const manifestText = (targets: readonly Target[]): string =>
  targets
    .map(({ path }, i) =>
      i % 2 === 0 ? `${'0'.repeat(64)}  ${path.slice(1)}\n` : `SHA1 (${path}) = ${'1'.repeat(40)}\n`,
    )
    .join('');

/** A manifest with a part of it changed. */
export function changedManifest({ targets }: ContentBase, random: Random): Uint8Array {
  const bytes = Buffer.from(random.chance(0.5) ? manifestText(targets) : mtree.repeat(1 + random.below(50)));
  const from = random.below(bytes.length);
  const filling = Buffer.from(random.pick(fillings), 'latin1');
  const end = Math.min(bytes.length, from + random.below(200));
  for (let i = from; i < end; i++) bytes[i] = filling[(i - from) % filling.length]!;
  return bytes;
}
