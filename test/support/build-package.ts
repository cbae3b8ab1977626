/** Global set-up of the oracle and soak projects: builds the package once, and keeps a folder for images made by mke2fs. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder for what all workers of a run share; removed at its end. */
    runFolder: string;
    /** A folder with package.json and dist, as they are published, without the type declarations. */
    packageFolder: string;
    /** Where `makeImage` keeps images for all workers. */
    imageFolder: string;
  }
}

export default function setup(project: TestProject): () => void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const home = mkdtempSync(join(tmpdir(), 'extcheck-test-run-'));
  const [packageFolder, imageFolder] = [join(home, 'package'), join(home, 'images')];
  for (const folder of [packageFolder, imageFolder]) mkdirSync(folder);
  copyFileSync(join(root, 'package.json'), join(packageFolder, 'package.json'));
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
  const args = [tsup, '--out-dir', join(packageFolder, 'dist'), '--no-dts', '--silent'];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the package cannot be built:\n${run.stdout}${run.stderr}`);
  project.provide('runFolder', home);
  project.provide('packageFolder', packageFolder);
  project.provide('imageFolder', imageFolder);
  return () => rmSync(home, { recursive: true, force: true });
}
