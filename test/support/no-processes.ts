/** Set-up of the unit project: whoever starts a process fails. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const)
  Object.assign(childProcess, {
    [name]: () => {
      throw new Error(`${name}() in a unit test. Tests that start a process belong in oracle: see docs/testing.md`);
    },
  });
syncBuiltinESMExports();
