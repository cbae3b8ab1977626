/** Copies owner, mode and extended attributes from the file that is replaced to the new one. */
import { chmodSync, chownSync, statSync, utimesSync } from 'node:fs';
import { shellWord } from '../report/printable';
import { reason } from '../source/file';
import { findProgram } from './fsck-tool';
import { Refusal } from './refusal';
import type { Runner } from './runner';

/**
 * Gives the file `to` the owner, mode, access lists and extended attributes of `from`, and with `times` its times. Node
 * cannot handle extended attributes, so `cp` of the system copies them. Returns notes for the report, as sentences.
 * @throws Refusal if owner or mode cannot be preserved
 */
export async function copyAttributes(run: Runner, from: string, to: string, times: boolean): Promise<string[]> {
  const notes: string[] = [];
  const own = statSync(to);
  const cp = findProgram(['cp']);
  const args = ['--attributes-only', '--preserve=all', '--', from, to];
  const result = cp === undefined ? undefined : await run({ command: cp, args, timeLimit: 60_000 });
  if (result?.status !== 0 || result.output.trim() !== '')
    notes.push(
      `Extended attributes may be missing: ${result?.output.trim() || 'there is no cp that can copy them'}. Compare with: getfattr -d -m - ${shellWord(from)}`,
    );
  const want = statSync(from);
  try {
    const has = statSync(to);
    if (has.uid !== want.uid || has.gid !== want.gid) chownSync(to, want.uid, want.gid);
    if (statSync(to).mode !== want.mode) chmodSync(to, want.mode & 0o7777);
  } catch (error) {
    const why = `The owner or mode of ${from} cannot be preserved: ${reason(error)}`;
    throw new Refusal(`${why}. Run the repair as its owner or as root.`);
  }
  const { atimeMs, mtimeMs } = times ? want : own;
  utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
  return notes;
}
