/** The command `npm run fuzz -- --contents`: changes files that the checks of contents parse; see docs/fuzzing.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootCheck } from '../../src/boot/extensions';
import { type ProfileName, profileNames } from '../../src/boot/profiles';
import { checkImageOnNode as checkImage } from '../../src/check-on-node';
import { lostWritesCheck } from '../../src/content/lost/lost-writes';
import { manifestCheck } from '../../src/content/manifest/check';
import { ManifestError, parseManifest } from '../../src/content/manifest/parse';
import { packagesCheck } from '../../src/content/packages/packages-check';
import type { Extension } from '../../src/extension';
import { inflateRaw } from '../../src/platform/inflate';
import { memorySource } from '../../src/source/memory';
import type { TestImage } from '../support/image';
import { type ContentBase, type ContentChange, changedManifest, contentBases, contentChanges } from './contents';
import { minimise } from './minimise';
import { Random } from './random';

/** Milliseconds of processor time of one check, whatever else the machine does, and MiB of this process after all of them. */
const budget = { time: 5000, memory: 300 };

const { values: options } = parseArgs({
  options: {
    contents: { type: 'boolean' },
    seconds: { type: 'string', default: 'Infinity' },
    count: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});
const seed = Number(options.seed);

interface Made {
  base: ContentBase;
  changes: ContentChange[];
  manifest: Uint8Array;
  profile: ProfileName;
}

function make(bases: readonly ContentBase[], number: number): Made {
  const random = new Random(seed, number);
  const base = random.pick(bases);
  const changes = contentChanges(base, random);
  return { base, changes, manifest: changedManifest(base, random), profile: random.pick(profileNames) };
}

function imageOf({ base, changes }: Made): TestImage {
  const image = base.image();
  for (const change of changes) change.apply(image);
  return image;
}

function extensionsFor({ manifest, profile }: Made): Extension[] {
  const extensions = [lostWritesCheck(), packagesCheck(), bootCheck({ profile, inflate: inflateRaw })];
  try {
    extensions.push(manifestCheck(parseManifest(manifest), { extra: true }));
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
  }
  return extensions;
}

/** What is wrong with the check of an image; empty if nothing is. */
async function failureOf(made: Made): Promise<{ failure: string; took: number }> {
  const before = process.cpuUsage();
  let failure = '';
  try {
    await checkImage(memorySource(imageOf(made).bytes), { extensions: extensionsFor(made), jobs: 1 });
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1000;
  if (failure === '' && took > budget.time) failure = `took ${Math.round(took)} ms, at most ${budget.time} are allowed`;
  return { failure, took };
}

/** Writes the image with the changes that are needed, its manifest, and what went wrong. */
function keep(folder: string, made: Made, number: number, failure: string): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `contents-${made.base.name}-${seed}-${number}`);
  writeFileSync(`${path}.img`, imageOf(made).bytes);
  writeFileSync(`${path}.manifest`, made.manifest);
  const changes = made.changes.map(({ text }) => text);
  writeFileSync(
    `${path}.json`,
    `${JSON.stringify({ seed, number, profile: made.profile, changes, failure }, null, 2)}\n`,
  );
}

const bases = await contentBases();
const started = Date.now();
const first = Number(options.from);
let number = first;
let failures = 0;
let slowest = 0;
for (; number < first + Number(options.count) && Date.now() - started < Number(options.seconds) * 1000; number++) {
  let made = make(bases, number);
  const { failure, took } = await failureOf(made);
  slowest = Math.max(slowest, took);
  if (failure === '') continue;
  failures++;
  const holds = async (changes: ContentChange[]) => (await failureOf({ ...made, changes })).failure !== '';
  made = { ...made, changes: await minimise(made.changes, holds) };
  console.log(`failure: image ${number} of seed ${seed}: ${made.base.name}, ${made.profile}`);
  for (const { text } of made.changes) console.log(`    ${text}`);
  console.log(`  ${failure}`);
  if (options.keep !== undefined) keep(options.keep, made, number, failure);
}
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
if (memory > budget.memory) {
  failures++;
  console.log(`failure: the process took ${memory} MiB, at most ${budget.memory} are allowed`);
}
const seconds = Math.round((Date.now() - started) / 1000);
console.log(
  `${number - first} images of seed ${seed} with changed contents in ${seconds} s, the slowest in ${Math.round(slowest)} ms, ${memory} MiB`,
);
console.log(failures === 0 ? 'nothing wrong' : `${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;
