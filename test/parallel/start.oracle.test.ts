/** A helper thread of its own: the built script, a file, and what comes of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { DirectoryShare, HelperThread, InodeLog, StartHelperThread } from '../../src/checks/helper-thread';
import { scanInodes } from '../../src/checks/inodes/pass';
import { ScanFacts } from '../../src/facts/scan';
import { scanDirectoryBlocks } from '../../src/parallel/directory-scan';
import { DirectoryShare as Share } from '../../src/parallel/directory-share';
import { startFrom, startHelperThread } from '../../src/parallel/start';
import { fileSource } from '../../src/source/file';
import { memorySource } from '../../src/source/memory';
import { sliceSource } from '../../src/source/slice';
import { readBitmaps } from '../../src/volume/bitmaps';
import { openFileSystem } from '../../src/volume/open';
import { builtCli } from '../support/cli';
import { fixtureBytes } from '../support/fixtures';
import { collect, syncSource } from '../support/image';

const folder = mkdtempSync(join(tmpdir(), 'extcheck-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = () => pathToFileURL(join(dirname(builtCli()), 'check-thread.js'));

const offset = 4096;
const path = join(folder, 'clean.img');
writeFileSync(path, Buffer.concat([Buffer.alloc(offset, 1), fixtureBytes('clean/ext4-4k-csum')]));

/** What the inode pass knows of an image that starts inside a file, and the logs that its helper thread handed back. */
async function scan(start?: StartHelperThread, works = true) {
  const source = sliceSource(await fileSource(path), offset);
  const { opening } = await openFileSystem(source);
  const { volume, groups } = opening!;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  const logs: (InodeLog | null)[] = [];
  const real = start ? await start({ ...source.file!, size: source.size }) : null;
  const helper: HelperThread | null = real && {
    ...real,
    shareInodes(scan, counts) {
      const share = real.shareInodes(scan, counts)!;
      share.log.then((log) => logs.push(log));
      // the pass takes none, so that all groups are the thread's, where it does not fail
      return works ? { ...share, take: () => false } : share;
    },
  };
  const facts = await scanInodes(volume, groups, disk, report, { helper });
  const { readCounts } = volume;
  await real?.stop();
  await source.close?.();
  return { facts: plain(facts), findings, readCounts, logs };
}

/** Keeps this thread from going on. */
function sleepUntil(come: () => boolean): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let slept = 0; !come() && slept < 2000; slept++) Atomics.wait(never, 0, 0, 10);
}

const plain = ({ inodes, blocks, directories, dirBlocks, flagsSeen }: ScanFacts) => ({
  state: [...inodes.state],
  links: [...inodes.links],
  blocks,
  directories,
  dirBlocks,
  flagsSeen,
});

describe.skipIf(availableParallelism() < 2)('a helper thread', () => {
  test('takes groups of a file, and comes to the same', async () => {
    const { logs, ...shared } = await scan(startFrom(script()));
    expect(logs).toEqual([expect.anything()]);
    const { logs: none, ...alone } = await scan();
    expect(none).toEqual([]);
    expect(shared).toEqual(alone);
  });

  test('that cannot start its script changes nothing', async () => {
    const { logs, ...shared } = await scan(startFrom(pathToFileURL(join(folder, 'not-there.js'))), false);
    expect(logs).toEqual([null]);
    const { logs: _, ...alone } = await scan();
    expect(shared).toEqual(alone);
  });

  test('can be stopped before it is through', async () => {
    const { opening } = await openFileSystem(memorySource(fixtureBytes('clean/ext4-4k-csum')));
    const { geometry, groups } = { ...opening!, ...opening!.volume };
    const scan = { geometry, groups, facts: new ScanFacts(geometry, opening!.volume.source, true) } as never;
    const helper = await startFrom(script())({ fd: -1, offset: 0, size: 0 });
    const share = helper?.shareInodes(scan, new Uint32Array(groups.count));
    await helper?.stop();
    expect(await share?.log).toBeNull();
    await helper?.stop();
  });

  test('hashes the names of directory blocks', async () => {
    const source = sliceSource(await fileSource(path), offset);
    const { opening } = await openFileSystem(source);
    const { volume, groups } = opening!;
    const { report } = collect();
    const facts = await scanInodes(volume, groups, await readBitmaps(volume, groups), report);
    const real = await startFrom(script())({ ...source.file!, size: source.size });
    const order = facts.dirBlocks.order(true);
    const here = new Share(volume.geometry, (job) => scanDirectoryBlocks(syncSource(source), job));
    here.send(facts, order);
    const there = real!.shareDirectories(volume.geometry);
    there.send(facts, order);
    const sound = [...order].filter((entry) => here.isSound(entry));
    expect(sound.length).toBeGreaterThan(5);
    sleepUntil(() => sound.every((entry) => there.isSound(entry)));
    await real!.stop();
    await source.close?.();
    const known = (share: DirectoryShare) =>
      [...order].map((entry) => [share.isSound(entry), share.least(entry), share.most(entry)]);
    expect(known(there)).toEqual(known(here));
  });
});

test('there is none where the program runs from its sources', async () => {
  expect(await startHelperThread({ fd: 0, offset: 0, size: 0 })).toBeNull();
});
