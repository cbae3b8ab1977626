/**
 * Runs publint and arethetypeswrong on the package as it would be published: `npm run build`, then `npm run lint:package`.
 * With an argument, on that tarball.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const shell = process.platform === 'win32';

/** Packs what is in dist into `folder`. */
function pack(folder) {
  if (!existsSync(join(root, 'dist/index.d.ts'))) throw new Error('dist is missing or has no types: npm run build');
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', shell }));
  return join(folder, filename);
}

const commands = (tarball) => [
  ['publint', '--strict', tarball],
  // Left out: module resolution of Node 10, which knows no `exports`; and the warning that CommonJS gets ES modules, which
  // is what it gets: by import() on every Node, by require() since 20.19 and 22.12.
  ['attw', '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii', '--no-emoji', tarball],
];

const folder = mkdtempSync(join(tmpdir(), 'extcheck-lint-'));
try {
  const tarball = process.argv[2] ?? pack(folder);
  for (const command of commands(tarball)) {
    const { status } = spawnSync('npx', ['--no-install', ...command], { cwd: root, stdio: 'inherit', shell });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
