/** Parses the log of e2fsck, which has every problem and its answer — e2fsck.conf(5), problem_log_filename. */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Problems of one kind in one round. */
export interface LoggedProblem {
  /** e2fsck's code, such as `0x010005`. */
  code: string;
  /** How often it was found, and how often it was fixed. */
  count: number;
  fixed: number;
}

export interface ProblemLog {
  problems: LoggedProblem[];
  /** Inodes whose blocks were copied because another file shared them; at most 100,000. */
  unshared: number[];
}

/** e2fsck's codes for an inode that shares blocks, and for the question whether to copy them. */
const sharedFile = '0x013001';
const cloneQuestion = '0x013006';
const maxUnshared = 100_000;

/** Parses a log line by line, complete or truncated; the result is empty if there is none. */
export async function readProblemLog(path: string): Promise<ProblemLog> {
  const problems = new Map<string, LoggedProblem>();
  const unshared: number[] = [];
  if (!existsSync(path)) return { problems: [], unshared };
  let inode = 0;
  const input = createReadStream(path, 'latin1');
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const attributes = /<problem ([^>]*)\/>/.exec(line)?.[1];
    const code = /code="(0x[0-9a-f]{6})"/.exec(attributes ?? '')?.[1];
    if (attributes === undefined || code === undefined) continue;
    const yes = /\banswer="1"/.test(attributes);
    const problem = problems.get(code) ?? { code, count: 0, fixed: 0 };
    problem.count++;
    if (yes) problem.fixed++;
    problems.set(code, problem);
    if (code === sharedFile) inode = Number(/\bino="(\d+)"/.exec(attributes)?.[1] ?? 0);
    if (code === cloneQuestion && yes && inode !== 0 && unshared.length < maxUnshared) unshared.push(inode);
  }
  return { problems: [...problems.values()], unshared };
}
