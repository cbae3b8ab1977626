/**
 * Puts the chunks of a build together. esbuild makes a chunk for each set of entries that a module belongs to, so that the
 * program would load some fifty files at every start, 0.2 ms each. Rollup can be told what belongs together.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { transform } from 'esbuild';
import { rollup } from 'rollup';

const atOnce = /^(?:import|export)\b[^;]*?["']\.\/([^"']+)["'];$/gm;
const atOnceOrLater = /\b(?:from|import) ?\(?["']\.\/([^"']+)["']/g;

/** The files that `files` import, themselves included, as far as `pattern` finds imports. */
function importsOf(folder: string, files: readonly string[], pattern: RegExp): Set<string> {
  const found = new Set<string>();
  const follow = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const [, from] of readFileSync(join(folder, file), 'utf8').matchAll(pattern)) follow(from!);
  };
  files.forEach(follow);
  return found;
}

/**
 * The same code without comments and indentation, which take a quarter of the time in which Node parses it. Names and short lines
 * stay, so that a stack trace can be read.
 */
const withoutIndentation = async (code: string): Promise<string> =>
  (await transform(code, { minifyWhitespace: true, lineLimit: 120, target: 'node20' })).code;

/**
 * Rewrites the scripts in `folder`, whose entries are named without `.js`. What the program loads at every start becomes
 * `core` (what `forBrowsers`, the entries that run there, need as well), `node` (what the library needs on Node) and `cli`.
 */
export async function mergeChunks(
  folder: string,
  entries: readonly string[],
  forBrowsers: readonly string[],
): Promise<void> {
  const start = importsOf(folder, ['cli.js'], atOnce);
  const core = importsOf(folder, ['browser.js'], atOnce);
  const more = importsOf(
    folder,
    forBrowsers.map((name) => `${name}.js`),
    atOnceOrLater,
  );
  const node = importsOf(folder, ['index.js'], atOnce);
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((name) => [name, join(folder, `${name}.js`)])),
    external: /^node:/,
    treeshake: false,
  });
  const merged = join(folder, 'merged');
  await bundle.write({
    dir: merged,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks(id) {
      const file = basename(id);
      if (!start.has(file)) return undefined;
      if (core.has(file) || more.has(file)) return entries.includes(file.replace(/\.js$/, '')) ? undefined : 'core';
      return node.has(file) ? 'node' : 'cli';
    },
  });
  await bundle.close();
  for (const name of readdirSync(folder)) if (name.endsWith('.js')) rmSync(join(folder, name));
  for (const name of readdirSync(merged)) {
    const code = readFileSync(join(merged, name), 'utf8');
    // a script with a first line for the shell can be run as it is
    writeFileSync(join(folder, name), await withoutIndentation(code), { mode: code.startsWith('#!') ? 0o755 : 0o644 });
  }
  rmSync(merged, { recursive: true });
}
