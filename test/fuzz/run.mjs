/** Builds the fuzzer into a temporary folder, since Node runs no TypeScript, and runs it with the arguments given. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'extcheck-fuzz-'));
const run = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
try {
  // tsup names its output by the type of this package, and the folder is outside it
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
  const how = '--no-config --format esm --target node20 --platform node --silent'.split(' ');
  const kind = ['contents', 'containers'].find((one) => process.argv.includes(`--${one}`));
  const name = kind === undefined ? 'main' : `${kind}-main`;
  // thousands of checks in one process leave garbage that a single one does not; a check that needs more memory fails
  const heap = name === 'main' ? [] : ['--max-old-space-size=128'];
  process.exitCode =
    run([tsup, `test/fuzz/${name}.ts`, ...how, '--out-dir', folder]) ||
    run([...heap, join(folder, `${name}.js`), ...process.argv.slice(2)]);
} finally {
  rmSync(folder, { recursive: true });
}
