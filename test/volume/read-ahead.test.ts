/** Reading ahead changes only the time: reports and failures are the same, and an abort leaves nothing behind. */
import { expect, test } from 'vitest';
import { checkImage } from '../../src/check';
import { memorySource } from '../../src/source/memory';
import { type ByteSource, SourceError } from '../../src/source/source';
import { fixtureBytes, fixtureNames, fixtureNow } from '../support/fixtures';

/** Reports that it is slow, and finishes asynchronous reads out of order. `asked` counts them. */
function slowSource(bytes: Uint8Array, bad: (at: number, length: number) => boolean = () => false) {
  const inner = memorySource(bytes);
  const asked = { aside: 0, atOnce: 0, most: 0 };
  const refuse = (at: number, into: Uint8Array) => {
    if (bad(at, into.length)) throw new SourceError(`cannot read byte ${at}`, at, into.length);
  };
  const source: ByteSource = {
    size: inner.size,
    slow: true,
    read(at, into) {
      refuse(at, into);
      return inner.read(at, into);
    },
    async readAsync(at, into) {
      asked.aside++;
      asked.most = Math.max(asked.most, ++asked.atOnce);
      await new Promise((resolve) => setTimeout(resolve, (asked.aside * 7) % 4));
      asked.atOnce--;
      refuse(at, into);
      return inner.read(at, into);
    },
  };
  return { source, asked };
}

const now = fixtureNow;

test.each(fixtureNames)('%s gives the same report, at the same cost', async (name) => {
  const bytes = fixtureBytes(name);
  const { source, asked } = slowSource(bytes);
  expect(await checkImage(source, { now })).toEqual(await checkImage(memorySource(bytes), { now }));
  if (name.startsWith('clean/')) expect(asked.most).toBeGreaterThan(1);
});

test.each(['clean/ext2-1k', 'clean/ext4-1k-csum-tree'])('%s with bad places gives the same report', async (name) => {
  const bytes = fixtureBytes(name);
  const bad = (at: number, length: number) =>
    Math.floor(at / 40960) !== Math.floor((at + length) / 40960) && at > 200_000;
  const { source } = slowSource(bytes, bad);
  const { source: plain } = slowSource(bytes, bad);
  const report = await checkImage(source, { now });
  expect(report.counts['image-read-failed']).toBeGreaterThan(0);
  expect(report).toEqual(await checkImage({ size: plain.size, read: plain.read }, { now }));
});

test('an abort while reads are under way ends the check and nothing else', async () => {
  const { source, asked } = slowSource(fixtureBytes('clean/ext3-1k-htree'));
  const stop = new AbortController();
  const { readAsync } = source;
  source.readAsync = (at, into) => {
    if (asked.aside === 3) stop.abort(new Error('enough'));
    return readAsync!(at, into).then((got) => {
      if (stop.signal.aborted) throw new Error('late');
      return got;
    });
  };
  await expect(checkImage(source, { now, signal: stop.signal })).rejects.toThrow('enough');
});
