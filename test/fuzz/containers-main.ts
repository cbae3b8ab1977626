/** The command `npm run fuzz -- --containers`: changes containers of every format; see docs/fuzzing.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { containerBases } from './container-bases';
import {
  type ContainerChange,
  type MadeContainer,
  makeContainerChanges,
  tryContainer,
  withContainer,
} from './containers';
import { minimise } from './minimise';
import { Random } from './random';

/** MiB of this process after all runs. */
const mostMemory = 300;
/** Of so many runs one is made twice, with the same result. */
const repeatEvery = 50;

const { values: options } = parseArgs({
  options: {
    containers: { type: 'boolean' },
    seconds: { type: 'string', default: 'Infinity' },
    count: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});
const seed = Number(options.seed);

/** Writes the container with the changes that are needed, and what went wrong. */
async function keep(folder: string, made: MadeContainer, number: number, failure: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `containers-${seed}-${number}`);
  await withContainer(made, async (file) => writeFileSync(path, file));
  const changes = made.changes.map(({ text }) => text);
  writeFileSync(
    `${path}.json`,
    `${JSON.stringify({ seed, number, base: made.base.name, changes, failure }, null, 2)}\n`,
  );
}

const wanted = options.only?.split(',');
const bases = containerBases().filter(({ name }) => wanted?.some((word) => name.includes(word)) ?? true);
const started = Date.now();
const first = Number(options.from);
let number = first;
let failures = 0;
let slowest = 0;
const kinds = { refused: 0, clean: 0, other: 0 };
for (; number < first + Number(options.count) && Date.now() - started < Number(options.seconds) * 1000; number++) {
  let made = makeContainerChanges(bases, new Random(seed, number));
  const { took, result, ...tried } = await tryContainer(made);
  let { failure } = tried;
  slowest = Math.max(slowest, took);
  kinds[/^(?:Container|Source)Error/.test(result) ? 'refused' : result.includes('["clean"') ? 'clean' : 'other']++;
  if (failure === '' && number % repeatEvery === 0 && (await tryContainer(made)).result !== result)
    failure = 'another result of the same container';
  if (failure === '') continue;
  failures++;
  const holds = async (changes: ContainerChange[]) => (await tryContainer({ ...made, changes })).failure !== '';
  if (await holds(made.changes)) made = { ...made, changes: await minimise(made.changes, holds) };
  console.log(`failure: container ${number} of seed ${seed}: ${made.base.name}`);
  for (const { text } of made.changes) console.log(`    ${text}`);
  console.log(`  ${failure}`);
  if (options.keep !== undefined) await keep(options.keep, made, number, failure);
}
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
if (memory > mostMemory) {
  failures++;
  console.log(`failure: the process took ${memory} MiB, at most ${mostMemory} are allowed`);
}
const seconds = Math.round((Date.now() - started) / 1000);
console.log(
  `${number - first} images of seed ${seed} in changed containers in ${seconds} s, the slowest in ${Math.round(slowest)} ms, ${memory} MiB`,
);
console.log(`${kinds.refused} could not be opened, in ${kinds.clean} a file system is clean`);
console.log(failures === 0 ? 'nothing wrong' : `${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;
