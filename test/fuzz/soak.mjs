/** The command `npm run soak`: fuzzing, mounts, kills and aborts in turn, with new seeds, for hours; see docs/fuzzing.md. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    hours: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'string', default: 'soak-found' },
    summary: { type: 'string', default: 'soak-summary.json' },
    turn: { type: 'string', default: '300' },
  },
});
const isRoot = process.getuid?.() === 0;
const fuzz = (seed, ...args) => ['test/fuzz/run.mjs', '--seed', seed, '--keep', options.keep, ...args];
const vitest = (...args) => ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...args];

/** What takes turns: the arguments of node for a seed and a number of seconds. */
const tasks = {
  structure: (seed, seconds) => fuzz(seed, '--seconds', seconds),
  contents: (seed, seconds) => fuzz(seed, '--contents', '--count', '1000000', '--seconds', seconds),
  containers: (seed, seconds) => fuzz(seed, '--containers', '--count', '1000000', '--seconds', seconds),
  ...(isRoot && { mounts: (seed, seconds) => fuzz(seed, '--mount', '--no-oracle', '--seconds', seconds) }),
  kills: () => vitest('--mode', 'soak', 'test/repair/kill.soak.test.ts'),
  aborts: () => vitest('--project', 'oracle', 'test/aborts.oracle.test.ts', 'test/cli/unreadable.oracle.test.ts'),
};

/** Runs node; resolves with its status and the end of what it printed. */
function node(args, seed) {
  return new Promise((resolve) => {
    const env = { ...process.env, EXTCHECK_SOAK: 'ci', EXTCHECK_SEED: seed };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running = child;
    let said = '';
    const add = (piece) => {
      said = (said + piece).slice(-20_000);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('exit', (status) => resolve({ status, said }));
  });
}

let running;
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    stopped = true;
    running?.kill('SIGINT');
  });

const started = Date.now();
const end = started + Number(options.hours) * 3_600_000;
const summary = { seed: options.seed, hours: 0, turns: {}, images: {}, failures: [], divergences: [] };
for (const name of Object.keys(tasks)) summary.turns[name] = 0;

function write() {
  summary.hours = Math.round((Date.now() - started) / 36_000) / 100;
  writeFileSync(options.summary, `${JSON.stringify(summary, null, 2)}\n`);
}

for (let turn = 0; !stopped && Date.now() < end; turn++) {
  for (const [name, args] of Object.entries(tasks)) {
    if (stopped || Date.now() >= end) break;
    const seed = String(Number(options.seed) + turn);
    const seconds = String(Math.max(1, Math.min(Number(options.turn), Math.ceil((end - Date.now()) / 1000))));
    const command = args(seed, seconds);
    const { status, said } = await node(command, seed);
    if (stopped) break;
    summary.turns[name]++;
    const images = /^(\d+) images of seed/m.exec(said);
    if (images !== null) summary.images[name] = (summary.images[name] ?? 0) + Number(images[1]);
    const found = { task: name, seed, command: `node ${command.join(' ')}`, said: said.slice(-4000) };
    if (status !== 0) summary.failures.push(found);
    else if (/^divergence: /m.test(said)) summary.divergences.push(found);
    console.log(`${name}, seed ${seed}: ${status === 0 ? 'done' : `failed with ${status}`}`);
    write();
  }
}
write();
console.log(JSON.stringify(summary, null, 2));
process.exitCode = summary.failures.length > 0 ? 1 : 0;
