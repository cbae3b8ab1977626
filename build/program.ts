/** How the program is built: `cli.js` is what a usual check runs, the other scripts are loaded when they are needed. */
import type { Options } from 'tsup';
import { rareModules } from './rare-modules';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** `import('…/later.js')` stays what it is, from wherever in the sources: the scripts lie in one folder. */
export const scriptsApart: Plugin = {
  name: 'scripts-apart',
  setup(build) {
    build.onResolve({ filter: /\/(later|texts|scout)\.js$/ }, ({ path }) => ({
      path: path.replace(/^.*\//, './'),
      external: true,
    }));
  },
};

const scripts = ['cli', 'later', 'texts', 'scout'];

/** One script; all that is built beside it stays. */
const script = (name: string, entry: string, plugins: Plugin[]): Options => ({
  entry: { [name]: entry },
  format: ['cjs'],
  target: 'node20',
  platform: 'node',
  minify: true,
  splitting: false,
  clean: ['!*.mjs', '!*.d.mts', ...scripts.filter((one) => one !== name).map((one) => `!${one}.js`)],
  esbuildPlugins: plugins,
  esbuildOptions(options) {
    // so that `import()` becomes `require`: the loader of ES modules takes 6 ms
    options.supported = { ...options.supported, 'dynamic-import': false };
  },
});

const program: Options[] = [
  script('cli', 'src/cli/main.ts', [scriptsApart, rareModules]),
  script('later', 'src/cli/later.ts', [scriptsApart]),
  script('texts', 'src/cli/texts.ts', []),
  script('scout', 'src/scouting/scout.ts', []),
];

export default program;
