/** The command `npm run fuzz`: damages valid images for a while and reports errors; see docs/fuzzing.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { detachAllMounts } from '../support/kernel-mounts';
import { allBases, type Base, basesIn } from './bases';
import { Fuzzer, type Result } from './fuzz';
import { canMountHere, judgeMounts } from './mounts';
import { describe } from './mutations';
import { budget } from './run-one';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: 'Infinity' },
    bases: { type: 'string' },
    only: { type: 'string', default: '' },
    keep: { type: 'string' },
    'no-oracle': { type: 'boolean', default: false },
    mount: { type: 'boolean', default: false },
  },
});
const seed = Number(options.seed);
const end = Number(options.from) + Number(options.count);
const oracle = hasE2fsprogs && !options['no-oracle'];

/** The requested bases: those of a folder or the built-in ones, filtered by the words of `--only`. */
function chosen(): Base[] {
  const words = options.only.split(',');
  const bases = (options.bases === undefined ? allBases() : basesIn(options.bases)).filter(
    ({ name }) =>
      words.some((word) => (word.startsWith('=') ? name === word.slice(1) : name.includes(word))) &&
      // a writable mount with multi-mount protection waits for eleven seconds
      !(options.mount && name.includes('mmp')),
  );
  if (bases.length === 0) throw new Error('there is no image to start from');
  return bases;
}

/** Number of the image in hand, and the millisecond at which its check began, 0 between checks, for the one who watches. */
type Watch = { shared: SharedArrayBuffer };
const watchOf = ({ shared }: Watch) => ({
  number: new Int32Array(shared, 0, 1),
  begun: new Float64Array(shared, 8, 1),
});
/** Milliseconds after which a check hangs; a slow check reports itself earlier. */
const patience = 4 * budget.time;
const watched: { begun?: Float64Array } = {};
const fuzzer = new Fuzzer(chosen(), seed, {
  oracle,
  ...(options.mount && { mount: judgeMounts }),
  watch: (checking) => {
    if (watched.begun) watched.begun[0] = checking ? Date.now() : 0;
  },
});

type Message = Omit<Result, 'base'>;

async function work(watch: Watch, from: number): Promise<void> {
  const { number, begun } = watchOf(watch);
  watched.begun = begun;
  for (let n = from; n < end; n++) {
    number[0] = n;
    const result = await fuzzer.run(n);
    if (result) {
      const { base: _base, ...message } = result;
      parentPort!.postMessage(message satisfies Message);
    }
  }
}

const seen = new Map<string, number>();
let failures = 0;

function tell(result: Result): void {
  const { kind, signature, base, mutations, number, detail } = result;
  const key = `${kind}: ${signature}`;
  seen.set(key, (seen.get(key) ?? 0) + 1);
  if (kind === 'failure') failures++;
  const recipe = mutations.map((mutation) => `    ${describe(mutation)}`).join('\n');
  console.log(`${key}\n  image ${number} of seed ${seed}: ${base.name} (${base.origin})\n${recipe}\n  ${detail}`);
  if (options.keep === undefined) return;
  mkdirSync(options.keep, { recursive: true });
  const path = join(options.keep, `${base.name}-${seed}-${number}`);
  writeFileSync(`${path}.img`, fuzzer.image(result).bytes);
  writeFileSync(`${path}.json`, `${JSON.stringify({ ...result, base: base.origin }, null, 2)}\n`);
}

/** Runs the worker until the time is over, and starts another one after each image on which it fails. */
function watchOver(): void {
  const shared = new SharedArrayBuffer(16);
  const { number, begun } = watchOf({ shared });
  const started = Date.now();
  const deadline = started + Number(options.seconds) * 1000;
  let worker: Worker;
  const finish = () => {
    clearInterval(timer);
    worker.removeAllListeners('exit');
    void worker.terminate().then(() => {
      if (options.mount) detachAllMounts();
    });
    const done = (number[0] ?? 0) - Number(options.from);
    const parts = [...seen].sort((a, b) => b[1] - a[1]).map(([key, count]) => `${count} x ${key}`);
    console.log(
      `${done} images of seed ${seed} in ${Math.round((Date.now() - started) / 1000)} s, ${oracle ? '' : 'not '}held against e2fsck${options.mount ? ', mounted' : ''}`,
    );
    console.log(parts.length === 0 ? 'nothing wrong' : parts.join('\n'));
    process.exitCode = failures > 0 ? 1 : 0;
  };
  const lost = (why: string) => {
    tell({ ...fuzzer.make(number[0]!), kind: 'failure', signature: why, detail: why });
    start(number[0]! + 1);
  };
  const start = (from: number) => {
    begun[0] = 0;
    worker = new Worker(new URL(import.meta.url), {
      workerData: { watch: { shared }, from },
      argv: process.argv.slice(2),
      resourceLimits: { maxOldGenerationSizeMb: budget.memory / 2 ** 20 },
    });
    worker.on('message', (message: Message) => tell({ ...message, base: fuzzer.make(message.number).base }));
    worker.on('error', (error) => lost(error.message));
    worker.on('exit', (code) => {
      if (code === 0) finish();
    });
  };
  const timer = setInterval(() => {
    if (Date.now() > deadline) finish();
    else if (begun[0]! > 0 && Date.now() - begun[0]! > patience) {
      worker.removeAllListeners();
      void worker.terminate();
      lost(`no end within ${patience} ms`);
    }
  }, 200);
  start(Number(options.from));
}

if (isMainThread) {
  if (options.mount && !canMountHere(chosen()[0]!.image())) {
    console.error('Option --mount needs root and loop devices.');
    process.exitCode = 2;
  } else watchOver();
} else {
  const { watch, from } = workerData as { watch: Watch; from: number };
  await work(watch, from);
}
