/** A scout on a real thread: the built script, a file, and what comes of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { blockOrder } from '../../src/checks/directories/block-order';
import { scoutLeaves } from '../../src/checks/directories/leaf-scout';
import { LeafShare } from '../../src/checks/directories/leaf-share';
import { scanInodes } from '../../src/checks/inodes/pass';
import type { Leaves, Scout, StartScout } from '../../src/checks/scouts';
import type { ScanFacts } from '../../src/facts/scan';
import { startScout, startScoutFrom } from '../../src/scouting/scout';
import { fileSource } from '../../src/source/file';
import { sliceSource } from '../../src/source/slice';
import { readBitmaps } from '../../src/volume/bitmaps';
import { openFileSystem } from '../../src/volume/open';
import { builtCli } from '../support/cli';
import { fixtureBytes } from '../support/fixtures';
import { collect, promptly } from '../support/image';

const folder = mkdtempSync(join(tmpdir(), 'extcheck-scout-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = () => join(dirname(builtCli()), 'scout.js');

const offset = 4096;
const path = join(folder, 'clean.img');
writeFileSync(path, Buffer.concat([Buffer.alloc(offset, 1), fixtureBytes('clean/ext4-4k-csum')]));

/** What the inode pass knows of an image that starts inside a file, and what its scout handed back. */
async function scan(start?: StartScout, works = true) {
  const source = sliceSource(await fileSource(path), offset);
  const { opening } = await openFileSystem(source);
  const { volume, groups } = opening!;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  const logs: unknown[] = [];
  const real = start ? await start({ ...source.file!, size: source.size }) : null;
  const scout: Scout | null = real && {
    ...real,
    inodes(job) {
      const log = real.inodes(job);
      log.then((result) => logs.push(result));
      // all groups are the scout's, where it does not fail
      if (works) sleepUntil(() => Atomics.load(job.taken, 0) !== 0);
      return log;
    },
  };
  const facts = await scanInodes(volume, groups, disk, report, { scout });
  const { cost } = volume;
  await real?.stop();
  await source.close?.();
  return { facts: plain(facts), findings, cost, logs };
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

describe.skipIf(availableParallelism() < 2)('a scout on another thread', () => {
  test('takes groups of a file, and comes to the same', async () => {
    const { logs, ...shared } = await scan(startScoutFrom(script()));
    expect(logs).toEqual([expect.objectContaining({ first: 0 })]);
    const { logs: none, ...alone } = await scan();
    expect(none).toEqual([]);
    expect(shared).toEqual(alone);
  });

  test('that cannot start its script changes nothing', async () => {
    const { logs, ...shared } = await scan(startScoutFrom(join(folder, 'not-there.js')), false);
    expect(logs).toEqual([null]);
    const { logs: _, ...alone } = await scan();
    expect(shared).toEqual(alone);
  });

  test('can be stopped before it is through', async () => {
    const job = { geometry: {}, tables: new Float64Array(0), counts: new Uint32Array(0) } as never;
    const scout = await startScoutFrom(script())({ fd: 0, offset: 0, size: 0 });
    const log = scout?.inodes(job);
    await scout?.stop();
    expect(await log).toBeNull();
    await scout?.stop();
  });

  test('hashes the names of directory blocks', async () => {
    const source = sliceSource(await fileSource(path), offset);
    const { opening } = await openFileSystem(source);
    const { volume, groups } = opening!;
    const { report } = collect();
    const facts = await scanInodes(volume, groups, await readBitmaps(volume, groups), report);
    const real = await startScoutFrom(script())({ ...source.file!, size: source.size });
    const order = blockOrder(facts.dirBlocks, true);
    const here = new LeafShare(volume.geometry, (job) => scoutLeaves(promptly(source), job));
    here.send(facts, order);
    const there = real!.leaves(volume.geometry);
    there.send(facts, order);
    const sound = [...order].filter((entry) => here.isSound(entry));
    expect(sound.length).toBeGreaterThan(5);
    sleepUntil(() => sound.every((entry) => there.isSound(entry)));
    await real!.stop();
    await source.close?.();
    const known = (leaves: Leaves) =>
      [...order].map((entry) => [leaves.isSound(entry), leaves.least(entry), leaves.most(entry)]);
    expect(known(there)).toEqual(known(here));
  });
});

test('there is none where the program runs from its sources', async () => {
  expect(await startScout({ fd: 0, offset: 0, size: 0 })).toBeNull();
});
