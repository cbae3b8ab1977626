import { expect, test } from 'vitest';
import { renderProblemsDoc } from '../../scripts/problems-doc';
import { stubCatalogue, stubEntry } from '../support/reports';

test('every problem stands once in the contents and once under a chapter', () => {
  const page = renderProblemsDoc(stubCatalogue, []);
  for (const id of Object.keys(stubCatalogue)) {
    expect(page.match(new RegExp(`^### ${id}$`, 'gm'))).toHaveLength(1);
    expect(page).toContain(`(#${id})`);
  }
  const chapters = [...page.matchAll(/^## (.*)$/gm)].map((found) => found[1]);
  expect(chapters).toEqual([
    'Contents',
    'Superblock, group descriptors and journal',
    'Directories (pass 2)',
    'Bitmaps and counts (pass 5)',
    'Beyond e2fsck: lost writes and more',
  ]);
  for (const chapter of page.matchAll(/^- \[(.*)\]\(#(.*)\)$/gm)) expect(chapter[2]).toMatch(/^[a-z0-9-]+$/);
});

test('an entry has severity, codes and explanation', () => {
  expect(renderProblemsDoc(stubCatalogue, [])).toContain(
    `### dirent-inode-unused

**Directory entry names an inode that is not in use**: error; e2fsck \`0x020002\`, \`0x020003\`.

The name is still there, the file behind it is not. Writes to the inode table were lost.
`,
  );
});

test('what Markdown would take as markup is escaped, code is not', () => {
  const page = renderProblemsDoc({ odd: { ...stubEntry('throws'), id: 'odd', explain: 'i_size < 1 and `a_b`' } }, []);
  expect(page).toContain('i\\_size \\< 1 and `a_b`');
});

test('codes without an entry come last, by reason', () => {
  const page = renderProblemsDoc(stubCatalogue, [
    { state: 'not reachable', why: 'No image leads there.', codes: { '0x010064': 'a quota inode with a name_' } },
  ]);
  expect(page).toContain('- [Codes of e2fsck without an entry](#codes-of-e2fsck-without-an-entry)\n');
  expect(page).toMatch(
    /\n\n\*\*Not reachable\.\*\* No image leads there\.\n\n- `0x010064`: a quota inode with a name\\_\n$/,
  );
});
