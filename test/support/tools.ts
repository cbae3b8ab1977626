/** Which native tools are installed. In the unit project none is, since no process may be started there. */
import { spawnSync } from 'node:child_process';
import { project } from './project';

/** Whether a tool can be started, whatever it answers. */
export const isInstalled = (tool: string, ...args: readonly string[]): boolean =>
  project !== 'unit' && spawnSync(tool, args).error === undefined;

/** Whether a tool ends with status 0. */
export const works = (tool: string, ...args: readonly string[]): boolean =>
  project !== 'unit' && spawnSync(tool, args).status === 0;
