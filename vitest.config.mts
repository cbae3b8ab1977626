import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// docs/testing.md says what each project is for. Words between a test file's name and `.test.ts` name its projects.
const support = (name: string) => `test/support/${name}.ts`;

const project = (name: string, include: string[], more: object = {}): TestProjectInlineConfiguration => ({
  test: {
    name,
    include,
    env: { EXTCHECK_TEST_PROJECT: name },
    // a test that hangs is caught by any limit; the usual five seconds fail sound ones on a machine that is busy
    testTimeout: 60_000,
    // files of one worker share modules, unpacked images and compiled code
    isolate: false,
    setupFiles: [support('setup')],
    ...more,
  },
});

const unit = project('unit', ['test/**/+([!.]).test.ts', 'test/**/*.unit.*test.ts'], {
  setupFiles: [support('no-processes'), support('setup')],
});
const oracle = project('oracle', ['test/**/*.oracle.*test.ts'], { globalSetup: support('build-package') });
const soak = project('soak', ['test/**/*.soak.test.ts'], { globalSetup: support('build-package') });

export default defineConfig(({ mode }) => ({
  // compiled modules are kept in node_modules: a run after the first takes a quarter less
  test: { maxWorkers: '100%', experimental: { fsModuleCache: true }, projects: mode === 'soak' ? [soak] : [unit, oracle] },
}));
