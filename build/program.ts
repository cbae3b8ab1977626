/** How the program is built: `cli.js` is all that a usual check runs, `later.js` what is asked for now and then. */
import type { Options } from 'tsup';
import { bareProblems } from './bare-problems';

const script: Options = {
  format: ['cjs'],
  target: 'node20',
  platform: 'node',
  minify: true,
  splitting: false,
};

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** `import('…/later.js')` stays what it is, from wherever in the sources: both scripts lie in one folder. */
const laterApart: Plugin = {
  name: 'later-apart',
  setup(build) {
    build.onResolve({ filter: /\/later\.js$/ }, () => ({ path: './later.js', external: true }));
  },
};

const program: Options[] = [
  {
    ...script,
    entry: { cli: 'src/cli/main.ts' },
    clean: ['!*.mjs', '!*.d.mts', '!later.js'],
    esbuildPlugins: [bareProblems, laterApart],
    esbuildOptions(options) {
      // so that `import()` becomes `require`: the loader of ES modules takes 6 ms
      options.supported = { ...options.supported, 'dynamic-import': false };
    },
  },
  { ...script, entry: { later: 'src/cli/later.ts' }, clean: ['!*.mjs', '!*.d.mts', '!cli.js'] },
];

export default program;
