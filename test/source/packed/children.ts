/** The processes that this one has started and that have not ended, or were not waited for. */
import { readdirSync, readFileSync } from 'node:fs';

/** Their names and states; always none where there is no /proc. */
export function childrenOfThis(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      // esbuild is of vitest
      return parent === String(process.pid) && name !== 'esbuild' ? [`${name} ${state}`] : [];
    } catch {
      // it ended meanwhile
      return [];
    }
  });
}
