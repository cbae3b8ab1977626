/** Measures the command line program against `e2fsck -fn` on the same images, in turn, and prints a Markdown table. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { images, sets } from './make-images.mjs';
import { machine, median, peakMemory, run, runInProcess } from './measure.mjs';

const usage = `usage: node bench/bench.mjs [--pairs N] [--images tiny,34k,140k,huge,FILE...] [--json FILE] [--cli COMMAND] [--cold]

  --pairs N      runs of each program on each image, in turn (default 9)
  --images LIST  sets of bench/make-images.mjs, or files, separated by commas (default tiny,34k,140k)
  --json FILE    also write every single measurement
  --cli COMMAND  what to measure (default: node dist/cli.js); the image is its last argument
  --cold         empty the page cache before every run (root)`;

const cliFile = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'cli.js');

function options() {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '9' },
      images: { type: 'string', default: 'tiny,34k,140k' },
      json: { type: 'string' },
      cli: { type: 'string' },
      cold: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1) throw new Error('--pairs wants a whole number above 0');
  const cli = values.cli ? values.cli.split(' ').filter(Boolean) : ['node', cliFile];
  if (cli[0] === 'node') cli[0] = process.execPath;
  if (!values.cli && !fs.existsSync(cliFile))
    throw new Error('dist/cli.js is not there: build first, or name a command with --cli');
  return { ...values, pairs, cli };
}

/** Sets become their images, files stay. */
function chosen(list) {
  return list.split(',').flatMap((word) => {
    if (word in sets) return images(word);
    if (fs.existsSync(word)) return [{ name: path.basename(word, '.img'), path: word }];
    throw new Error(`neither a set of images nor a file: ${word}`);
  });
}

function emptyCache() {
  spawnSync('sync');
  fs.writeFileSync('/proc/sys/vm/drop_caches', '3');
}

/** Runs all programs by turns; the first, unmeasured turn warms the cache and settles the expected exit codes. */
function takeTurns(programs, pairs, cold, image) {
  const expected = programs.map(({ words }) => run(words).exit);
  const runs = programs.map(() => []);
  const calls = [];
  for (let turn = 0; turn < pairs; turn++) {
    for (const [index, { name, words }] of programs.entries()) {
      if (cold) emptyCache();
      const one = run(words);
      if (one.exit !== expected[index]) throw new Error(`${name}: exit ${one.exit}, but ${expected[index]} before`);
      runs[index].push(one);
    }
    if (cold) emptyCache();
    calls.push(runInProcess(image.path));
  }
  return [...programs.map(({ name }, index) => ({ name, exit: expected[index], runs: runs[index] })), { runs: calls }];
}

const spread = (walls) => ({ median: median(walls), min: Math.min(...walls), max: Math.max(...walls) });

async function measure(image, cli, pairs, cold) {
  const programs = [
    { name: 'e2fsck', words: ['e2fsck', '-fn', image.path] },
    { name: 'extcheck', words: [...cli, image.path] },
    { name: 'floor', words: [process.execPath, '-e', '0'] },
  ];
  const [e2fsck, extcheck, floor, library] = takeTurns(programs, pairs, cold, image);
  for (const [index, program] of [e2fsck, extcheck, floor].entries()) {
    program.wall = spread(program.runs.map(({ wall }) => wall));
    program.cpu = program.runs.reduce((sum, { cpu }) => sum + cpu, 0) / program.runs.length;
    const peaks = [];
    for (let n = 0; n < 3; n++) peaks.push(await peakMemory(programs[index].words));
    program.peakMiB = median(peaks);
  }
  for (const figure of ['wall', 'warm', 'reading']) library[figure] = spread(library.runs.map((one) => one[figure]));
  const pairwise = extcheck.runs.map(({ wall }, turn) => wall / e2fsck.runs[turn].wall);
  return {
    image: image.name,
    e2fsck,
    extcheck,
    floor,
    library,
    ratio: extcheck.wall.median / e2fsck.wall.median,
    pairwise: spread(pairwise),
  };
}

const ms = ({ median: middle, min, max }) => `${middle.toFixed(1)} [${min.toFixed(1)}..${max.toFixed(1)}]`;

const columns = [
  ['image', ({ image }) => image],
  ['e2fsck -fn ms', ({ e2fsck }) => ms(e2fsck.wall)],
  ['extcheck ms', ({ extcheck }) => ms(extcheck.wall)],
  ['node -e 0 ms', ({ floor }) => ms(floor.wall)],
  ['ratio of medians', ({ ratio }) => ratio.toFixed(2)],
  [
    'median of paired ratios',
    ({ pairwise }) => `${pairwise.median.toFixed(2)} [${pairwise.min.toFixed(2)}..${pairwise.max.toFixed(2)}]`,
  ],
  ['in-process ms', ({ library }) => ms(library.wall)],
  ['in-process ratio', ({ library, e2fsck }) => (library.wall.median / e2fsck.wall.median).toFixed(2)],
  [
    'fourth call ms, ratio',
    ({ library, e2fsck }) =>
      `${library.warm.median.toFixed(1)}, ${(library.warm.median / e2fsck.wall.median).toFixed(2)}`,
  ],
  ['reads alone ms', ({ library }) => library.reading.median.toFixed(1)],
  ['MB read, reads', ({ library: { runs } }) => `${(runs[0].bytesRead / 1e6).toFixed(1)}, ${runs[0].reads}`],
  ['CPU ms, mean', ({ e2fsck, extcheck }) => `${e2fsck.cpu.toFixed(0)} / ${extcheck.cpu.toFixed(0)}`],
  ['peak MiB', ({ e2fsck, extcheck }) => `${e2fsck.peakMiB.toFixed(0)} / ${extcheck.peakMiB.toFixed(0)}`],
  ['exit', ({ e2fsck, extcheck }) => `${e2fsck.exit} / ${extcheck.exit}`],
];

const line = (cells) => `| ${cells.join(' | ')} |`;

async function main() {
  const asked = options();
  if (!asked) return console.log(usage);
  const { pairs, images: list, json, cli, cold } = asked;
  const found = chosen(list);
  const facts = machine();
  const how = `${pairs} pairs in turn, ${cold ? 'cache emptied before each run' : 'warm cache'}`;
  console.log(
    `${facts.cpu}, ${facts.cores} cores, ${facts.memoryGiB} GiB; ${facts.kernel}; Node ${facts.node}; e2fsck ${facts.e2fsck}`,
  );
  console.log(
    `Load ${facts.load.join(' ')}; ${facts.date}; ${how}; medians [min..max]; "a / b" is e2fsck / extcheck.\n`,
  );
  console.log(line(columns.map(([title]) => title)));
  console.log(line(columns.map(() => '---')));
  const results = [];
  for (const image of found) {
    const result = await measure(image, cli, pairs, cold);
    results.push(result);
    console.log(line(columns.map(([, cell]) => cell(result))));
  }
  if (json) fs.writeFileSync(json, `${JSON.stringify({ machine: facts, cli, pairs, cold, results }, null, 2)}\n`);
}

main().catch((error) => {
  console.error(`bench: ${error.message}\n${usage}`);
  process.exitCode = 2;
});
