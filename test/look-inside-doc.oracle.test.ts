/** Runs every command of docs/look-inside.md, and compares the outputs that the page shows. */
import { describe, expect, test, vi } from 'vitest';
import { blocksOf } from './package/doc-blocks';
import { examplesOf, testExamples } from './support/doc-page';
import { temporaryFolder } from './support/root-tree';

vi.setConfig({ testTimeout: 60_000 });

describe('docs/look-inside.md', () => {
  test('shows the outputs of all commands', () => {
    const examples = examplesOf(blocksOf('docs/look-inside.md'));
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter(({ shown }) => shown === '').map(({ block }) => block.at)).toEqual([]);
  });

  testExamples('docs/look-inside.md', temporaryFolder());
});
