/** The log in which e2fsck writes down every problem and what was answered — e2fsck.conf(5), problem_log_filename. */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Problems of one kind in one round. */
export interface LoggedProblem {
  /** e2fsck's code, such as `0x010005`. */
  code: string;
  /** How often it was met, and how often it was set right. */
  count: number;
  fixed: number;
}

export interface ProblemLog {
  problems: LoggedProblem[];
  /** Inodes whose blocks were copied, because something else had them as well; at most 100,000. */
  cloned: number[];
}

/** e2fsck's codes for "this inode has blocks of others" and for the question whether to copy them. */
const sharedFile = '0x013001';
const cloneQuestion = '0x013006';
const maxCloned = 100_000;

/** Reads a log line by line, whole or broken off; empty when there is none. */
export async function readProblemLog(path: string): Promise<ProblemLog> {
  const problems = new Map<string, LoggedProblem>();
  const cloned: number[] = [];
  if (!existsSync(path)) return { problems: [], cloned };
  let inode = 0;
  for await (const line of createInterface({
    input: createReadStream(path, 'latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const attributes = /<problem ([^>]*)\/>/.exec(line)?.[1];
    const code = /code="(0x[0-9a-f]{6})"/.exec(attributes ?? '')?.[1];
    if (attributes === undefined || code === undefined) continue;
    const yes = /\banswer="1"/.test(attributes);
    const problem = problems.get(code) ?? { code, count: 0, fixed: 0 };
    problem.count++;
    if (yes) problem.fixed++;
    problems.set(code, problem);
    if (code === sharedFile) inode = Number(/\bino="(\d+)"/.exec(attributes)?.[1] ?? 0);
    if (code === cloneQuestion && yes && inode !== 0 && cloned.length < maxCloned) cloned.push(inode);
  }
  return { problems: [...problems.values()], cloned };
}
