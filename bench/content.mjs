/**
 * Contents: sha256 of every file and NUL detection in one read, against sha256sum over the same files on a read-only mount;
 * and a whole check that verifies the files against the manifest made that way.
 */
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
const manifest = `${mount}.mtree`;
const verify = [process.execPath, cli, '--quiet', '--manifest', manifest, image];
const theirs = ['sh', '-c', 'find "$0" -xdev -type f -print0 | xargs -0 sha256sum', mount];
if (spawnSync('mount', ['-o', 'loop,ro', image, mount]).status !== 0) throw new Error('the image cannot be mounted');
try {
  spawnSync(mine[0], [...mine.slice(1), '--output', manifest]);
  const times = { mine: [], verify: [], theirs: [] };
  for (let i = 0; i < Number(rounds); i++) {
    times.theirs.push(run(theirs));
    times.mine.push(run(mine));
    times.verify.push(run(verify));
  }
  const of = (who, what) => Math.round(median(times[who].map((one) => one[what])));
  console.log(JSON.stringify({ machine: machine(), image, rounds: Number(rounds) }));
  console.log(`sha256sum: ${of('theirs', 'wall')} ms, ${of('theirs', 'cpu')} ms of CPU`);
  console.log(
    `extcheck:  ${of('mine', 'wall')} ms, ${of('mine', 'cpu')} ms of CPU, peak ${Math.round(await peakMemory(mine))} MiB`,
  );
  console.log(`faster by ${(of('theirs', 'wall') / of('mine', 'wall')).toFixed(1)}`);
  console.log(
    `whole check against the manifest: ${of('verify', 'wall')} ms, ${of('verify', 'cpu')} ms of CPU, peak ${Math.round(await peakMemory(verify))} MiB`,
  );
  console.log(`faster by ${(of('theirs', 'wall') / of('verify', 'wall')).toFixed(1)}`);
} finally {
  spawnSync('umount', [mount]);
  rmSync(mount, { recursive: true, force: true });
  rmSync(manifest, { force: true });
}
