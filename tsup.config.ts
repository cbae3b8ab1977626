/** What `npm run build` makes: the doors of the library, the program and the scripts of its threads, over shared chunks. */
import { defineConfig } from 'tsup';
import { mergeChunks } from './scripts/merge-chunks';

/** Entries with published types; package.json has them as exports. */
const doors = {
  index: 'src/entries/index.ts',
  browser: 'src/entries/browser.ts',
  content: 'src/entries/content.ts',
  'content.browser': 'src/entries/content.browser.ts',
  boot: 'src/entries/boot.ts',
  'boot.browser': 'src/entries/boot.browser.ts',
  disk: 'src/entries/disk.ts',
  'disk.browser': 'src/entries/disk.browser.ts',
  report: 'src/entries/report.ts',
  repair: 'src/entries/repair.ts',
};

/** Entries that run without Node, and must share nothing with what does not. */
const forBrowsers = ['browser', 'content.browser', 'boot.browser', 'disk.browser', 'report'];

const scripts = {
  cli: 'src/cli/main.ts',
  'check-thread': 'src/parallel/check-thread.ts',
  'digest-thread': 'src/parallel/digest-thread.ts',
};

export default defineConfig(({ outDir = 'dist', dts = true }) => ({
  entry: { ...doors, ...scripts },
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  outDir,
  splitting: true,
  removeNodeProtocol: false,
  // names and lines stay, so that a stack trace can be read
  minify: false,
  dts: dts === false ? false : { entry: doors },
  clean: true,
  onSuccess: () => mergeChunks(outDir, Object.keys({ ...doors, ...scripts }), forBrowsers),
}));
