/** Images whose journal must be replayed, or whose orphans must be deleted: written block by block, or left by the kernel. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Base } from '../fuzz/bases';
import { fastFolder, makeImage, type Recipe } from './e2fsprogs';
import { FastLog } from './fast-log';
import { fixtureNow } from './fixtures';
import { TestImage } from './image';
import { LogBuilder, type LogRecipe } from './journal-log';
import { copyOf, Master } from './sparse';

/** Blocks of the file system that are in each log: they are restored, so that the result is sound. */
function metadata(image: TestImage): { block: number; data: Uint8Array }[] {
  const { blockSize } = image.made;
  const places = [1024, image.groupAt(0), image.inodeAt(2), image.inodeAt(12)];
  const blocks = [...new Set(places.map((at) => Math.floor(at / blockSize)))];
  return blocks.map((block) => ({ block, data: image.bytes.slice(block * blockSize, (block + 1) * blockSize) }));
}

async function logged(name: string, recipe: LogRecipe): Promise<TestImage> {
  const image = TestImage.load(name);
  const builder = await LogBuilder.on(image, recipe);
  const blocks = metadata(image);
  builder.add({ blocks });
  builder.add({ blocks: blocks.slice(1), revokes: [blocks[0]!.block] });
  builder.add({ blocks: blocks.slice(0, 1), torn: true });
  return image;
}

async function fast(name: string): Promise<TestImage> {
  const log = await FastLog.on(TestImage.load(name));
  log.tail();
  return log.image;
}

/**
 * What a crash leaves: files are made and deleted, one is deleted while it is open, all is on the disk, and the file of the
 * device is copied while it is mounted. With fast commits, fsync writes these.
 */
const crash = `
mount -t ext4 -o loop,errors=continue "$1" "$2" || exit 1
mkdir "$2/made" && cp "$0" "$2/made/one" && sync -f "$2" || exit 1
exec 9> "$2/made/open" && head -c 30000 /dev/zero >&9 && sync -f "$2" && rm "$2/made/open" "$2/made/one" || exit 1
sync -f "$2" && cp "$0" "$2/two" && sync "$2/two" && mv "$2/two" "$2/three" && sync "$2/three" || exit 1
sync "$1"; cp "$1" "$3"; s=$?
exec 9>&-
umount "$2"; exit $s
`;

function crashed(how: Recipe): TestImage {
  const folder = mkdtempSync(join(fastFolder, 'extcheck-crash-'));
  try {
    const [image, copy, script, at] = ['image', 'copy', 'script', 'at'].map((name) => join(folder, name));
    writeFileSync(image!, makeImage(how).bytes);
    writeFileSync(script!, crash);
    spawnSync('mkdir', [at!]);
    const { status, stderr } = spawnSync('bash', [script!, image!, at!, copy!], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`no crash could be made: ${stderr}`);
    return new TestImage(copyOf(readFileSync(copy!)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const tree = ['mkdir etc', 'cd etc', 'write LICENSE a', 'write LICENSE b', 'ea_set a user.note value'];
const crashRecipe = (options: string): Recipe => ({ size: '8M', options, commands: tree, settle: true });

/** By the features that matter to a replay. */
const crashes: Readonly<Record<string, Recipe>> = {
  'crash-ext3': crashRecipe('-t ext3 -b 1024 -N 256'),
  'crash-ext4': crashRecipe('-t ext4 -b 1024 -N 256 -O ^metadata_csum'),
  'crash-ext4-csum': crashRecipe('-t ext4 -b 1024 -N 256 -O metadata_csum'),
  'crash-orphan-file': crashRecipe('-t ext4 -b 1024 -N 256 -O metadata_csum,orphan_file'),
  'crash-fast-commit': { ...crashRecipe('-t ext4 -b 1024 -N 256 -O metadata_csum,fast_commit'), size: '12M' },
};

const fixture = (name: string) => TestImage.unpack(new URL(`../../fixtures/recovery/${name}.img.gz`, import.meta.url));

const logs: Readonly<Record<string, () => Promise<TestImage>>> = {
  'log-ext3': () => logged('ext3-1k-htree', {}),
  'log-ext3-checksums-1': () => logged('ext3-1k-htree', { checksums: 1 }),
  'log-ext4-checksums-2': () => logged('ext4-uninit-bg', { checksums: 2 }),
  'log-ext4-checksums-3': () => logged('ext4-1k-csum-tree', { checksums: 3, wide: true }),
  'log-ext4-async': () => logged('ext4-1k-csum-tree', { checksums: 3, wide: true, asyncCommit: true }),
  'log-around-the-end': () => logged('ext4-1k-csum-tree', { checksums: 3, wide: true, start: 1022 }),
  'log-fast-commits': () => fast('ext4-4k-csum'),
  'fixture-fast-commit-area': async () => fixture('ext4-1k-fast-commit-area'),
  'fixture-fast-commits': async () => fixture('fast-commits'),
};

/** All of them, each made once. `canCrash` is whether this machine can mount images. */
export async function journalBases(canCrash: boolean): Promise<Base[]> {
  const bases: Base[] = [];
  const add = (name: string, made: TestImage) => {
    const master = new Master(made.bytes);
    // an image left by the kernel has the present time
    const now = Math.max(fixtureNow.getTime(), Date.now()) / 1000 + 86_400;
    bases.push({ name, origin: 'test/support/journal-images.ts', image: () => new TestImage(master.copy()), now });
  };
  for (const [name, make] of Object.entries(logs)) add(name, await make());
  if (canCrash) for (const [name, how] of Object.entries(crashes)) add(name, crashed(how));
  return bases;
}
