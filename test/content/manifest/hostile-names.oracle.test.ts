/** Manifests made to be shown: no name that a terminal would act on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../../support/cli';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import { imageOf, rootTree, temporaryFolder } from '../../support/root-tree';

const digest = 'ab'.repeat(32);

describe.skipIf(!hasE2fsprogs)('names (needs e2fsprogs)', () => {
  test('that a terminal would act on are printed as codes, in text and in JSON', () => {
    const cwd = temporaryFolder();
    const odd = 'escape\u001b[2J and\nline';
    const root = rootTree((write) => write(`etc/${odd}`, 'right\n'));
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'root.img'), imageOf(root).bytes);
    const lines = [
      `./etc/escape\\033[2J\\040and\\012line type=file sha256digest=${digest}`,
      `./etc/gone\\033[2J type=file sha256digest=${digest}`,
    ];
    writeFileSync(join(cwd, 'a.mtree'), `#mtree\n${lines.join('\n')}\n`);
    for (const format of ['text', 'json', 'ndjson']) {
      const { status, stdout } = cli(['--manifest', 'a.mtree', '-v', '--format', format, 'root.img'], { cwd });
      expect(status).toBe(4);
      expect(stdout).not.toContain('\u001b');
      expect(stdout).not.toContain(odd);
      const slash = format === 'text' ? '\\' : '\\\\';
      expect(stdout).toContain(`/etc/escape${slash}x1b[2J and${slash}nline`);
      expect(stdout).toContain(`/etc/gone${slash}x1b[2J`);
    }
  });
});
