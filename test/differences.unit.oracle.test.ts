/**
 * Every deliberate difference from e2fsck, shown by an image: the findings of extcheck, and the codes that e2fsck logs.
 * docs/differences.md has the reasons, with a section for each row of this table.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { checkWhole } from './support/check-damages';
import { reportedMore } from './support/differences-more';
import { replayDiffers } from './support/differences-replay';
import { verdictDiffers } from './support/differences-verdict';
import { e2fsck, e2fsckVersion } from './support/e2fsprogs';
import { inShort } from './support/image';
import { nativeTest, unitTest } from './support/project-tests';
import { replayedByE2fsck } from './support/replayed';

/** In the order of the page. */
const differences = [...reportedMore, ...verdictDiffers, ...replayDiffers];

for (const { id, native, replayed, image, verdict, ours, theirs, status } of differences) {
  (native ? nativeTest : unitTest)(`${id}: what extcheck says`, async () => {
    const report = await checkWhole(await image());
    expect(inShort(report.findings)).toEqual(ours);
    expect(report.verdict).toBe(verdict);
  });

  // other versions may have learnt better
  nativeTest.skipIf(e2fsckVersion !== '1.47.0')(`${id}: what e2fsck says`, async () => {
    const subject = replayed ? replayedByE2fsck(await image()) : await image();
    const said = e2fsck(subject, theirs === 'endless' ? { timeout: 1000 } : {});
    if (theirs !== 'endless') expect(said.codes).toEqual(theirs);
    expect(said.status).toBe(status);
  });
}

unitTest('docs/differences.md has a section for each difference and for nothing else', () => {
  const page = readFileSync(new URL('../docs/differences.md', import.meta.url), 'utf8');
  const sections = [...page.matchAll(/^### .*\(`([a-z0-9-]+)`\)$/gm)].map((found) => found[1]);
  expect(sections).toEqual(differences.map(({ id }) => id));
});
