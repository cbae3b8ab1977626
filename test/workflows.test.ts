/** The workflow files: YAML that parses, scripts that exist, no rights beyond reading. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  'runs-on': string;
  'timeout-minutes': number;
  steps: Step[];
  strategy?: { matrix: Record<string, unknown[]> };
}

interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const folder = new URL('../.github/workflows/', import.meta.url);
const names = readdirSync(folder);
const read = (name: string): Workflow => parse(readFileSync(new URL(name, folder), 'utf8'));
const { scripts, engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

test.each(names)('%s is well-formed', (name) => {
  expect(name).toMatch(/\.yml$/);
  const workflow = read(name);
  expect(Object.keys(workflow.on)).not.toEqual([]);
  // every job reads only
  expect(workflow.permissions).toEqual({ contents: 'read' });
  for (const job of Object.values(workflow.jobs)) {
    expect(Object.keys(job)).not.toContain('permissions');
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(job.steps[0]?.uses).toMatch(/^actions\/checkout@/);
    // a step runs a command or one of GitHub's actions, never both
    for (const { uses, run } of job.steps) {
      expect([uses, run].filter((part) => part !== undefined)).toHaveLength(1);
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@v\d+$/);
    }
    // each value of the matrix is used, and each name that is used has values
    const used = [...JSON.stringify(job).matchAll(/\$\{\{ matrix\.([a-z]+) \}\}/g)].map((match) => match[1]);
    expect(new Set(used)).toEqual(new Set(Object.keys(job.strategy?.matrix ?? {})));
  }
});

test('every script that a workflow runs exists', () => {
  const runs = names.flatMap((name) => Object.values(read(name).jobs).flatMap((job) => job.steps));
  const called = runs.flatMap(({ run }) =>
    [...(run ?? '').matchAll(/\bnpm (?:run ([a-z:]+)|(test))/g)].map((match) => match[1] ?? match[2]!),
  );
  expect(called).toContain('test');
  expect(called.filter((script) => !(script in scripts))).toEqual([]);
});

test('ci.yml covers the oldest Node that package.json names, and three systems', () => {
  const { jobs } = read('ci.yml');
  const oldest = Number(/\d+/.exec(engines.node)?.[0]);
  const matrices = Object.values(jobs).flatMap((job) => (job.strategy ? [job.strategy.matrix] : []));
  expect(matrices).toHaveLength(2);
  for (const matrix of matrices) expect(matrix['node']).toEqual([oldest, 22, 24, 26]);
  expect(matrices.flatMap((matrix) => matrix['os'] ?? [])).toEqual(['windows-latest', 'macos-latest']);
  expect(jobs['linux']?.['runs-on']).toBe('ubuntu-latest');
});
