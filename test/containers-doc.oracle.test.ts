/** Runs every command of docs/containers.md, and compares the outputs that the page shows. */
import { describe, expect, test, vi } from 'vitest';
import { blocksOf } from './package/doc-blocks';
import { signedRootHash } from './support/doc-disks';
import { examplesOf, testExamples } from './support/doc-page';
import { temporaryFolder } from './support/root-tree';

vi.setConfig({ testTimeout: 60_000 });

const page = blocksOf('docs/containers.md');
const examples = examplesOf(page);

describe('docs/containers.md', () => {
  test('shows the outputs of most commands', () => {
    expect(examples.length).toBeGreaterThan(12);
    expect(examples.filter(({ shown }) => shown === '').map(({ block }) => block.at)).toEqual([]);
  });

  test('has the root hash of the image', () => {
    expect(page.some(({ code }) => code.includes(`--verity-root-hash ${signedRootHash()} signed.img`))).toBe(true);
  });

  testExamples('docs/containers.md', temporaryFolder());
});
