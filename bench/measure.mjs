/** Runs commands and measures them: wall time, CPU time, peak resident memory. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The environment of every measured command: a large CA file makes node itself start 60 ms later, NODE_OPTIONS anything. */
const environment = { ...process.env, LC_ALL: 'C' };
delete environment['NODE_EXTRA_CA_CERTS'];
delete environment['NODE_OPTIONS'];

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;
const gnuTime = '/usr/bin/time';

/** CPU milliseconds of all finished children so far (user + system), in steps of one clock tick (10 ms). */
function childrenCpu() {
  const after = fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return ((Number(after[13]) + Number(after[14])) * 1000) / ticksPerSecond;
}

/**
 * One run with its output going to a file.
 * @param {string[]} words command and arguments
 * @returns {{ wall: number, cpu: number, exit: number }} milliseconds; throws if the command cannot start or is killed
 */
export function run(words) {
  const sink = path.join(os.tmpdir(), `extcheck-bench-output-${process.pid}`);
  const output = fs.openSync(sink, 'w');
  const before = childrenCpu();
  const start = process.hrtime.bigint();
  const done = spawnSync(words[0], words.slice(1), { stdio: ['ignore', output, output], env: environment });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const cpu = childrenCpu() - before;
  fs.closeSync(output);
  fs.rmSync(sink);
  if (done.error) throw done.error;
  if (done.status === null) throw new Error(`${words.join(' ')} was killed by ${done.signal}`);
  return { wall, cpu, exit: done.status };
}

/**
 * Library calls in a fresh process, without the process's own start and end: the first one, the fourth, and its reads alone.
 * @param {string} image
 * @returns {{ wall: number, warm: number, reading: number, bytesRead: number, reads: number }} milliseconds, bytes, calls
 */
export function runInProcess(image) {
  const script = fileURLToPath(new URL('in-process.mjs', import.meta.url));
  const done = spawnSync(process.execPath, [script, image], { encoding: 'utf8', env: environment });
  if (done.status !== 0) throw new Error(`in-process.mjs ${image}: ${done.stderr}`);
  return JSON.parse(done.stdout);
}

/** Peak resident memory of one run in MiB; GNU time's figure, or else the largest seen by looking every millisecond. */
export async function peakMemory(words) {
  if (fs.existsSync(gnuTime)) {
    const report = path.join(os.tmpdir(), `extcheck-bench-time-${process.pid}`);
    spawnSync(gnuTime, ['-v', '-o', report, ...words], { stdio: 'ignore', env: environment });
    const found = /Maximum resident set size \(kbytes\): (\d+)/.exec(fs.readFileSync(report, 'utf8'));
    fs.rmSync(report);
    if (found) return Number(found[1]) / 1024;
  }
  const child = spawn(words[0], words.slice(1), { stdio: 'ignore', env: environment });
  let peak = 0;
  const look = setInterval(() => {
    try {
      const found = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      if (found) peak = Math.max(peak, Number(found[1]) / 1024);
    } catch {
      // it ended between two looks
    }
  }, 1);
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  clearInterval(look);
  return peak;
}

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What a reader needs to know about the machine. */
export function machine() {
  const version = spawnSync('e2fsck', ['-V'], { encoding: 'utf8' }).stderr ?? '';
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    e2fsck: /e2fsck (\S+)/.exec(version)?.[1] ?? 'absent',
    load: os.loadavg().map((value) => Number(value.toFixed(2))),
    date: new Date().toISOString(),
  };
}
