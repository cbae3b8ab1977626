/** Processes of this machine: when one started, and those that an interrupted repair left running. */
import { readdirSync, readFileSync } from 'node:fs';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** When a process started, in clock ticks since boot; empty if there is none, or it is a zombie. */
export function startOf(pid: number): string {
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}

/** The id of this boot; empty where the system has none. */
export const boot = (): string => textOf('/proc/sys/kernel/random/boot_id');

/** The variable in the environment of every e2fsck of a repair; its value is the id in the repair's state. */
export const repairVariable = 'EXTCHECK_REPAIR';

/** Processes with this id in their environment. A process that is just being started has that of its parent. */
function processesOf(id: string): number[] {
  const wanted = `${repairVariable}=${id}`;
  let names: string[] = [];
  try {
    names = readdirSync('/proc');
  } catch {
    // a system without /proc
  }
  return names
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => textOf(`/proc/${name}/environ`).split('\0').includes(wanted))
    .map(Number)
    .filter((pid) => startOf(pid) !== '');
}

const waits = 500;

/**
 * Ends the processes that a repair left running when it was killed: an e2fsck that still writes to its copy or to a device.
 * Returns their ids, and whether all of them ended within five seconds.
 */
export function endProcesses(id: string | undefined): { ended: number[]; all: boolean } {
  const ended = new Set<number>();
  if (id === undefined || !/^[0-9a-f]{32}$/.test(id)) return { ended: [], all: true };
  for (let i = 0; i < waits; i++) {
    const left = processesOf(id);
    if (left.length === 0) return { ended: [...ended], all: true };
    for (const pid of left) {
      ended.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has just ended
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  return { ended: [...ended], all: false };
}
