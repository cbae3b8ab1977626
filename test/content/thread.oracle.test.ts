/** Contents of an image that is in a file: the other thread reads for itself, and what happens to it is made up for. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodeDigests } from '../../src/parallel/node-digests';
import { bufferBytes, type DigestLane, type Digests } from '../../src/platform/digests';
import { openImageFile } from '../../src/source/packed/open';
import { openFileSystem } from '../../src/volume/open';
import { temporaryFolder } from '../support/root-tree';
import { hasTools } from '../view/support';
import { filled, imageOf, recorder, runContentChecks, type Seen, threadDigests } from './support';

const folder = temporaryFolder();
/** Amid the contents. */
const cutAt = 5 * 1024 * 1024;
const files: Record<string, Uint8Array> = { large: filled(3 * bufferBytes + 777, 5) };
for (let i = 0; i < 300; i++) files[`small-${i}`] = filled(1 + ((i * 397) % 9000), i);

/** The image in a file of its own. */
async function imageFile(name: string): Promise<string> {
  const { bytes } = await imageOf(files, ['-t', 'ext4', '-O', '^has_journal', '-b', '4096'], '16M');
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

interface Contents {
  seen: (Omit<Seen, 'head' | 'tail' | 'error'> & { error: object | null })[];
  cost: { reads: number; bytesRead: number };
}

/** Reads all contents of an image file; `before` is called when it is open and nothing of them was read. */
async function contentsOf(
  path: string,
  digests: Digests,
  { signal, before }: { signal?: AbortSignal; before?: () => void } = {},
): Promise<Contents> {
  const source = await openImageFile(path);
  onTestFinished(() => source.close?.());
  const { opening } = await openFileSystem(source, signal);
  const check = recorder();
  const onProgress = ({ phase, done }: { phase: string; done: number }) => {
    if (phase === 'names' && done === 0) before?.();
  };
  await runContentChecks(opening!, { checks: [check], digests, report: () => {}, onProgress });
  const seen = check.seen.map(({ head, tail, error, ...rest }) => ({ ...rest, error: error && { ...error } }));
  return { seen, cost: { ...opening!.volume.readCounts } };
}

/** As `digests`, with every lane of another thread changed by `change`, and without this thread's own. */
const changed = (digests: Digests, change: (lane: DigestLane) => DigestLane): Digests => ({
  knows: (name) => digests.knows(name),
  open(bytes, file) {
    const { lanes, close } = digests.open(bytes, file);
    return { lanes: lanes.slice(1).map(change), close };
  },
});

describe.skipIf(!hasTools)('a thread that reads for itself (needs e2fsprogs)', () => {
  test('gives the same results with the same reads', async () => {
    const path = await imageFile('sound.img');
    const alone = await contentsOf(path, nodeDigests(1));
    expect(alone.seen.length).toBe(301);
    let reads = 0;
    const elsewhere = changed(threadDigests(2), (lane) => ({
      ...lane,
      readAndRun: (wanted, parts) => {
        reads++;
        return lane.readAndRun!(wanted, parts);
      },
      run: () => Promise.reject(new Error('the thread was not asked to read')),
    }));
    const together = await contentsOf(path, elsewhere);
    expect(reads).toBeGreaterThan(3);
    expect(together).toEqual(alone);
    expect(await contentsOf(path, threadDigests(3))).toEqual(alone);
  });

  test('and could not is read for', async () => {
    const path = await imageFile('failing.img');
    const alone = await contentsOf(path, nodeDigests(1));
    let asked = 0;
    const failing = changed(threadDigests(2), (lane) => ({
      ...lane,
      readAndRun: async () => {
        asked++;
        return null;
      },
    }));
    expect((await contentsOf(path, failing)).seen).toEqual(alone.seen);
    expect(asked).toBeGreaterThan(3);
  });

  test('reports lost bytes if the file is truncated while it is read', async () => {
    const path = await imageFile('cut.img');
    const cut = { before: () => truncateSync(path, cutAt) };
    const alone = await contentsOf(path, nodeDigests(1), cut);
    await imageFile('cut.img');
    const together = await contentsOf(path, threadDigests(2), cut);
    const gone = alone.seen.filter(({ error }) => error !== null);
    expect(gone.length).toBeGreaterThan(0);
    expect(gone.length).toBeLessThan(alone.seen.length);
    expect(together.seen).toEqual(alone.seen);
  });

  test('ends with the reason of an abort', async () => {
    const path = await imageFile('aborted.img');
    const controller = new AbortController();
    const aborting = changed(threadDigests(2), (lane) => ({
      ...lane,
      readAndRun: (reads, parts) => {
        controller.abort(new Error('enough'));
        return lane.readAndRun!(reads, parts);
      },
    }));
    await expect(contentsOf(path, aborting, { signal: controller.signal })).rejects.toThrow('enough');
  });
});
