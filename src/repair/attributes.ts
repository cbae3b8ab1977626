/** Owner, mode and extended attributes: a new file has to take them over from the one whose place it takes. */
import { chmodSync, chownSync, statSync, utimesSync } from 'node:fs';
import { reason } from '../source/file';
import { findProgram } from './fsck-tool';
import { Refusal } from './refusal';
import type { Runner } from './runner';

/**
 * Gives the file `to` the owner, mode, access lists and extended attributes of `from`, and with `times` its times; without,
 * it keeps its own. Node cannot handle extended attributes, so `cp` of the system does it. Returns what is left to say, as
 * sentences.
 * @throws Refusal when owner or mode cannot be kept
 */
export async function takeAttributes(run: Runner, from: string, to: string, times: boolean): Promise<string[]> {
  const notes: string[] = [];
  const own = statSync(to);
  const cp = findProgram(['cp']);
  const args = ['--attributes-only', '--preserve=all', '--', from, to];
  const result = cp === undefined ? undefined : await run({ command: cp, args, timeLimit: 60_000 });
  if (result?.status !== 0 || result.output.trim() !== '')
    notes.push(
      `Extended attributes may not have been kept: ${result?.output.trim() || 'there is no cp that can copy them'}. Compare with: getfattr -d -m - ${from}`,
    );
  const want = statSync(from);
  try {
    const has = statSync(to);
    if (has.uid !== want.uid || has.gid !== want.gid) chownSync(to, want.uid, want.gid);
    if (statSync(to).mode !== want.mode) chmodSync(to, want.mode & 0o7777);
  } catch (error) {
    throw new Refusal(
      `The owner or mode of ${from} cannot be kept: ${reason(error)}. Run the repair as its owner or as root.`,
    );
  }
  if (times) utimesSync(to, want.atimeMs / 1000, want.mtimeMs / 1000);
  else utimesSync(to, own.atimeMs / 1000, own.mtimeMs / 1000);
  return notes;
}
