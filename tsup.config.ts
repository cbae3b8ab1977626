/** What `npm run build` makes: the library as ES modules, and the program. */
import { defineConfig } from 'tsup';
import program, { scriptsApart } from './build/program';

export default defineConfig([
  {
    entry: { index: 'src/index.ts', node: 'src/node.ts' },
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    splitting: false,
    minifyWhitespace: true,
    minifySyntax: true,
    dts: true,
    esbuildPlugins: [scriptsApart],
    clean: ['!*.js'],
  },
  ...program,
]);
