/**
 * Puts the chunks of a build together. esbuild makes a chunk for each set of entries that a module belongs to, so that the
 * program would load some fifty files at every start, 0.2 ms each. Rollup can be told what belongs together.
 */
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rollup } from 'rollup';

/** All files that `file` imports, itself included; dynamic imports are not followed. */
function staticImports(folder: string, file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [, from] of text.matchAll(/^(?:import|export)\b[^;]*?["']\.\/([^"']+)["'];$/gm))
    staticImports(folder, from!, seen);
  return seen;
}

/**
 * Rewrites the scripts in `folder`, whose entries are named without `.js`. What the program loads at every start becomes
 * `core` (what a browser needs as well), `node` (what the library needs on Node) and `program` (the rest).
 */
export async function mergeChunks(folder: string, entries: readonly string[]): Promise<void> {
  const start = staticImports(folder, 'cli.js');
  const browser = staticImports(folder, 'browser.js');
  const node = staticImports(folder, 'index.js');
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
      if (!start.has(file) || entries.includes(file.replace(/\.js$/, ''))) return undefined;
      return browser.has(file) ? 'core' : node.has(file) ? 'node' : 'program';
    },
  });
  await bundle.close();
  for (const name of readdirSync(folder)) if (name.endsWith('.js')) rmSync(join(folder, name));
  for (const name of readdirSync(merged)) renameSync(join(merged, name), join(folder, name));
  rmSync(merged, { recursive: true });
}
