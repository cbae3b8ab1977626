/** A scout on a real thread: the built script, a file, and what comes of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scanInodes } from '../../src/checks/inodes/pass';
import type { StartScout } from '../../src/checks/inodes/scouting';
import type { ScanFacts } from '../../src/facts/scan';
import { startScout, startScoutFrom } from '../../src/scouting/scout';
import { fileSource } from '../../src/source/file';
import { sliceSource } from '../../src/source/slice';
import { readBitmaps } from '../../src/volume/bitmaps';
import { openFileSystem } from '../../src/volume/open';
import { builtCli } from '../support/cli';
import { fixtureBytes } from '../support/fixtures';
import { collect } from '../support/image';

const folder = mkdtempSync(join(tmpdir(), 'extcheck-scout-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = () => join(dirname(builtCli()), 'scout.js');

const offset = 4096;
const path = join(folder, 'clean.img');
writeFileSync(path, Buffer.concat([Buffer.alloc(offset, 1), fixtureBytes('clean/ext4-4k-csum')]));

/** What the inode pass knows of an image that starts inside a file, and what its scout handed back. */
async function scan(start?: StartScout) {
  const source = sliceSource(await fileSource(path), offset);
  const { opening } = await openFileSystem(source);
  const { volume, groups } = opening!;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  const logs: unknown[] = [];
  const startScout: StartScout | undefined =
    start &&
    (async (file, job) => {
      const scouting = await start(file, job);
      // the pass has not begun yet: all groups are the scout's, where it does not fail
      logs.push(await scouting?.log);
      return scouting;
    });
  const facts = await scanInodes(volume, groups, disk, report, { startScout, worthScout: true });
  const { cost } = volume;
  await source.close?.();
  return { facts: plain(facts), findings, cost, logs };
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
    const { logs, ...shared } = await scan(startScoutFrom(join(folder, 'not-there.js')));
    expect(logs).toEqual([null]);
    const { logs: _, ...alone } = await scan();
    expect(shared).toEqual(alone);
  });

  test('can be stopped before it is through', async () => {
    const job = { geometry: {}, tables: new Float64Array(0), counts: new Uint32Array(0) } as never;
    const scouting = await startScoutFrom(script())({ fd: 0, offset: 0, size: 0 }, job);
    await scouting?.stop();
    expect(await scouting?.log).toBeNull();
  });
});

test('there is none where the program runs from its sources', async () => {
  expect(await startScout({ fd: 0, offset: 0, size: 0 }, {} as never)).toBeNull();
});
