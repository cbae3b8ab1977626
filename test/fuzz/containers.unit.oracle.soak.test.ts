/** Changed containers: nothing but errors for people, in bounded time and memory; see docs/fuzzing.md. */
import { spawnSync } from 'node:child_process';
import { expect, vi } from 'vitest';
import { root } from '../support/cli';
import { amount } from '../support/project';
import { oracleTest, unitTest } from '../support/project-tests';
import { containerBases } from './container-bases';
import { makeContainerChanges, tryContainer, withContainer } from './containers';
import { Random } from './random';

vi.setConfig({ testTimeout: 3_600_000 });

const seed = 20_260_101;
const bases = containerBases();

unitTest.each(bases)('$name is clean before it is changed', async (base) => {
  const { failure, result } = await tryContainer({ base, changes: [] });
  expect(failure).toBe('');
  // a log is replayed, and a destroyed table has a copy
  expect(result).toMatch(/^\["(?:clean",\{\}|warning",\{"container-suspect":1\}),/m);
  const resealed = await tryContainer({ base, changes: [{ text: 'with checksums', seal: true }] });
  expect(resealed.result).toBe(result);
});

unitTest('numbers and text are inside the file', () => {
  for (const { name, file, fields, texts } of bases) {
    const ends = [...fields.map(({ at, bytes }) => at + bytes), ...texts.map(({ at, room }) => at + room)];
    expect(
      ends.every((end) => end > 0 && end <= file.length),
      name,
    ).toBe(true);
  }
});

unitTest('no change makes openDisk or a check throw, read outside the file, or take more than its time', async () => {
  const seen = new Set<string>();
  const count = amount({ unit: 60, ci: 60, full: 60 });
  for (let number = 0; number < count; number++) {
    const made = makeContainerChanges(bases, new Random(seed, number));
    const { failure, result } = await tryContainer(made);
    const how = made.changes.map(({ text }) => text).join('\n');
    expect(failure, `${number}: ${made.base.name}\n${how}`).toBe('');
    expect((await tryContainer(made)).result).toBe(result);
    seen.add(/^(?:Container|Source)Error/.exec(result)?.[0] ?? /^\["(\w+)/m.exec(result)?.[1] ?? result);
  }
  expect([...seen]).toEqual(expect.arrayContaining(['ContainerError', 'clean']));
});

unitTest('a seed and a number name one container, which is as it was after each use', async () => {
  const make = (from: number, number: number) => makeContainerChanges(bases, new Random(from, number));
  for (const number of [0, 3, 17]) {
    expect(make(seed, number).changes).toEqual(make(seed, number).changes);
    expect(make(seed + 1, number).changes).not.toEqual(make(seed, number).changes);
    const { base } = make(seed, number);
    await tryContainer(make(seed, number));
    await withContainer({ base, changes: [] }, async (file) => {
      expect(Buffer.compare(file, base.file)).toBe(0);
    });
  }
});

unitTest('an error that is not for people is a failure', async () => {
  const seal = () => {
    throw new TypeError('no such thing');
  };
  const { failure } = await tryContainer({ base: { ...bases[0]!, seal }, changes: [{ text: 'seal', seal: true }] });
  expect(failure).toMatch(/^TypeError: no such thing/);
});

oracleTest('images in changed containers, in less than 300 MiB', () => {
  const count = String(amount({ oracle: 100, ci: 300, full: 20_000 }));
  const args = ['test/fuzz/run.mjs', '--containers', '--count', count, '--seed', '1600'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stdout).toContain('nothing wrong');
  expect(stdout).toContain(`${count} images of seed 1600`);
  expect(status).toBe(0);
});
