/** Prepares a release: `node scripts/release.mjs VERSION [--dry-run] [--publish]`. CONTRIBUTING.md has the steps. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { refusals, withVersion } from './release-checks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const versioned = ['package.json', 'package-lock.json'];

/** Runs a command with its output shown, and ends the release where it fails. */
function run(command, ...args) {
  console.log(`$ ${[command, ...args].join(' ')}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

function output(command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  return stdout.trim();
}

function release() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, publish: { type: 'boolean' } },
  });
  const [version] = positionals;
  if (positionals.length !== 1) throw new Error('usage: node scripts/release.mjs VERSION [--dry-run] [--publish]');

  const manifest = JSON.parse(read('package.json'));
  const reasons = refusals({
    version,
    manifest,
    changelog: read('CHANGELOG.md'),
    security: read('SECURITY.md'),
    tags: output('git', 'tag', '--list').split('\n'),
  });
  const branch = output('git', 'branch', '--show-current');
  if (branch !== 'main') reasons.push(`the branch is ${branch || 'detached'}, not main`);
  if (output('git', 'status', '--porcelain') !== '') reasons.push('the work tree has changes that are not committed');
  if (reasons.length > 0) throw new Error(reasons.join('\n'));
  if (values['dry-run']) {
    console.log(`${version} can be released. Nothing was changed, and no test was run.`);
    return;
  }

  const before = versioned.map((name) => [name, read(name)]);
  try {
    for (const [name, text] of before)
      writeFileSync(new URL(`../${name}`, import.meta.url), withVersion(text, manifest.version, version));
    run('npm', 'ci', '--no-audit', '--no-fund');
    for (const script of ['lint', 'typecheck', 'spell', 'build', 'test']) run('npm', 'run', script);
    run('npm', 'pack');
  } catch (error) {
    for (const [name, text] of before) writeFileSync(new URL(`../${name}`, import.meta.url), text);
    throw error;
  }
  if (version !== manifest.version) run('git', 'commit', '--quiet', '--message', `Release ${version}`, ...versioned);
  run('git', 'tag', '--annotate', '--message', `extcheck ${version}`, `v${version}`);
  const archive = `extcheck-${version}.tgz`;
  // a pre-release must not become what `npm install extcheck` takes
  const channel = version.includes('-') ? ['--tag', 'next'] : [];
  if (values.publish) run('npm', 'publish', archive, ...channel);
  else console.log(`Not published. To publish: ${['npm publish', archive, ...channel].join(' ')}`);
  console.log(`To share the tag: git push origin main v${version}`);
}

try {
  release();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
