/** Contents: sha256 of every file and NUL detection in one read, against sha256sum over the same files on a read-only mount. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine, median, peakMemory, run } from './measure.mjs';

const [image, rounds = '5'] = process.argv.slice(2);
if (image === undefined)
  throw new Error('usage: node bench/content.mjs IMAGE [ROUNDS], as root: the image is mounted read-only');
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const mount = mkdtempSync(join(tmpdir(), 'extcheck-content-'));
const mine = [process.execPath, cli, 'manifest', image];
const theirs = ['sh', '-c', 'find "$0" -xdev -type f -print0 | xargs -0 sha256sum', mount];
if (spawnSync('mount', ['-o', 'loop,ro', image, mount]).status !== 0) throw new Error('the image cannot be mounted');
try {
  const times = { mine: [], theirs: [] };
  for (let i = 0; i < Number(rounds); i++) {
    times.theirs.push(run(theirs));
    times.mine.push(run(mine));
  }
  const of = (who, what) => Math.round(median(times[who].map((one) => one[what])));
  console.log(JSON.stringify({ machine: machine(), image, rounds: Number(rounds) }));
  console.log(`sha256sum: ${of('theirs', 'wall')} ms, ${of('theirs', 'cpu')} ms of CPU`);
  console.log(
    `extcheck:  ${of('mine', 'wall')} ms, ${of('mine', 'cpu')} ms of CPU, peak ${Math.round(await peakMemory(mine))} MiB`,
  );
  console.log(`faster by ${(of('theirs', 'wall') / of('mine', 'wall')).toFixed(1)}`);
} finally {
  spawnSync('umount', [mount]);
  rmSync(mount, { recursive: true, force: true });
}
