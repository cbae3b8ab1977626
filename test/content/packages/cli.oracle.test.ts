/** `--packages` as it is run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtCli } from '../../support/cli';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import { dpkgTree, imageOfTree } from '../../support/packages';

test.skipIf(!hasE2fsprogs)(
  '--packages passes a whole image and fails a changed one, by name',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'extcheck-cli-packages-'));
    try {
      const file = join(folder, 'image');
      const database = dpkgTree([{ name: 'tool', files: { 'usr/bin/tool': 'right\n' } }]);
      const run = (content: string) => {
        writeFileSync(file, imageOfTree({ ...database, 'usr/bin/tool': content }).bytes);
        return spawnSync(process.execPath, [builtCli(), '--packages', file], { encoding: 'utf8' });
      };
      expect(run('right\n').status).toBe(0);
      const { status, stdout } = run('wrong\n');
      expect(status).toBe(4);
      expect(stdout).toContain('/usr/bin/tool');
      expect(stdout).toContain('package-file-changed');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
