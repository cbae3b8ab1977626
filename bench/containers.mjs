/**
 * A large sparse disk, raw and as qcow2: `--list` and the whole check, in turn. Needs mke2fs and qemu-img, and 8 GB on disk while
 * the images are made, 4 GB afterwards.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { folder } from './make-images.mjs';
import { machine, median, peakMemory, run } from './measure.mjs';
import { writeTree } from './tree.mjs';

const [pairs = '9', ...options] = process.argv.slice(2);
if (!(Number(pairs) > 0)) throw new Error('usage: node bench/containers.mjs [PAIRS [OPTIONS OF EXTCHECK...]]');
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

function tool(command, ...args) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** 20 GB with 2 GB of files, and the same as qcow2. */
function disks() {
  const [raw, qcow2] = ['sparse-20g.img', 'sparse-20g.qcow2'].map((name) => path.join(folder, name));
  if (fs.existsSync(qcow2)) return { raw, qcow2 };
  const tree = path.join(folder, 'sparse-20g.tree');
  fs.mkdirSync(tree, { recursive: true });
  writeTree(tree, { files: 60_000, mix: 'system', perFolder: 5.5, seed: 16 });
  fs.rmSync(raw, { force: true });
  tool('mke2fs', '-q', '-F', '-t', 'ext4', '-d', tree, raw, '20G');
  fs.rmSync(tree, { recursive: true });
  tool('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, `${qcow2}.part`);
  fs.renameSync(`${qcow2}.part`, qcow2);
  return { raw, qcow2 };
}

const images = disks();
const size = (file) => `${(fs.statSync(file).blocks / 2 ** 21).toFixed(1)} GiB on disk`;
console.log(JSON.stringify({ machine: machine(), pairs: Number(pairs), options }));
console.log(`raw ${size(images.raw)}, qcow2 ${size(images.qcow2)}`);
for (const [name, words] of [
  ['--list', ['--list']],
  ['check', ['--quiet', ...options]],
]) {
  const commands = Object.entries(images).map(([kind, image]) => [kind, [process.execPath, cli, ...words, image]]);
  const runs = { raw: [], qcow2: [] };
  // the first turn warms the cache
  for (let turn = 0; turn <= Number(pairs); turn++)
    for (const [kind, command] of commands) {
      const one = run(command);
      if (one.exit !== 0) throw new Error(`${command.join(' ')} ended with ${one.exit}`);
      if (turn > 0) runs[kind].push(one);
    }
  const of = (kind, what) => median(runs[kind].map((one) => one[what]));
  const memory = {};
  for (const [kind, command] of commands) {
    const peaks = [];
    for (let i = 0; i < 3; i++) peaks.push(await peakMemory(command));
    memory[kind] = median(peaks);
  }
  for (const kind of ['raw', 'qcow2'])
    console.log(
      `${name}, ${kind}: ${Math.round(of(kind, 'wall'))} ms, ${Math.round(of(kind, 'cpu'))} ms of CPU, peak ${Math.round(memory[kind])} MiB`,
    );
  const ratios = runs.qcow2.map(({ wall }, i) => wall / runs.raw[i].wall);
  const memoryRatio = memory.qcow2 / memory.raw;
  console.log(
    `${name}, qcow2 / raw: ${(of('qcow2', 'wall') / of('raw', 'wall')).toFixed(2)}, of each pair ${median(ratios).toFixed(2)}, memory ${memoryRatio.toFixed(2)}`,
  );
}
