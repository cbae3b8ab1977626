/** Looking into damaged images: nothing is written outside the folder, nothing is thrown, and the time is bounded. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { writeSparse } from '../support/e2fsprogs';
import { listingOf, makeRemovable } from '../support/listing';
import { look } from '../support/look';
import { amount } from '../support/project';
import { freshFolder } from '../support/scratch';
import { fixtureBases } from './bases';
import { Fuzzer } from './fuzz';
import { describe as inWords } from './mutations';

vi.setConfig({ testTimeout: 3_600_000 });

const count = amount({ oracle: 20, ci: 120, full: 5000 });
/** Milliseconds for one command; a sound image takes less than a second. */
const limit = 30_000;

test(`${count} damaged images are listed and extracted`, async () => {
  const fuzzer = new Fuzzer(fixtureBases(), 20_261_130, { oracle: false });
  const outside = freshFolder();
  writeFileSync(join(outside, 'other'), 'unchanged');
  const image = join(outside, 'image');
  const statuses = new Map<number, number>();
  for (let number = 0; number < count; number++) {
    const made = fuzzer.make(number);
    const what = `${number}: ${made.mutations.map(inWords).join('\n')}`;
    writeSparse(image, fuzzer.image(made).bytes);
    const before = listingOf(outside);
    const folder = join(outside, 'to');
    const commands = [
      ['ls', '-lR', image],
      ['ls', '-R', '--format', 'json', image],
      ['stat', image, `<${(number % 70) + 1}>`],
      ['owner', image, 'block', String((number * 37) % 4096)],
      ['extract', '--links', '--max-size', '16G', image, '/', folder],
    ];
    for (const argv of commands) {
      const start = performance.now();
      const { status, err } = await look(argv);
      expect([what, argv[0], performance.now() - start < limit]).toEqual([what, argv[0], true]);
      expect([0, 4, 8]).toContain(status);
      if (status === 8) expect(err).toMatch(/^extcheck: /);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([what, listingOf(outside, '/to')]).toEqual([what, before]);
    try {
      makeRemovable(Buffer.from(folder));
    } catch {
      // an image that does not open gives no folder
    }
    rmSync(folder, { recursive: true, force: true });
  }
  expect(statuses.get(0)).toBeGreaterThan(count / 10);
  expect(statuses.get(4)).toBeGreaterThan(count / 10);
});
