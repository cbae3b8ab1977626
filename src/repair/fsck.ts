/** Rounds of e2fsck over one image, until it finds nothing any more or does not get further. */
import { basename, dirname, join } from 'node:path';
import type { Files } from './files';
import { fsckEnd, fsckMeaning, hasCrashed } from './fsck-status';
import type { FsckTool } from './fsck-tool';
import { type LoggedProblem, readProblemLog } from './problem-log';
import { commandLine, type Runner, type RunResult } from './runner';

/** Which questions e2fsck may answer with yes: only the harmless ones first, none but those, or all at once. */
export const fsckModes = ['auto', 'preen', 'yes'] as const;
/** Which questions e2fsck may answer with yes: `preen` the harmless ones, `yes` all, `auto` first `preen`, then `yes`. */
export type FsckMode = (typeof fsckModes)[number];

/** One run of e2fsck. */
export interface FsckRound {
  command: string[];
  /** Exit status; null when it was ended by a signal or could not be started. */
  status: number | null;
  signal: string | null;
  /** What the status means, one clause for each bit. */
  meaning: string[];
  output: string;
  problems: LoggedProblem[];
}

export interface FsckOutcome {
  /** `clean`: a last run that may change nothing found nothing; the others as the last run that may change something ended. */
  end: 'clean' | 'left' | 'unfinished' | 'failed';
  rounds: FsckRound[];
  cloned: number[];
}

export interface FsckJob {
  files: Files;
  run: Runner;
  tool: FsckTool;
  mode: FsckMode;
  /** Runs that may change something, at most. */
  maxRounds: number;
  /** Milliseconds for one run. */
  timeLimit: number;
  /** A file, or a device. */
  image: string;
  /** Bytes. */
  offset: number;
  /** Where the configuration and the log are written. */
  configFolder: string;
  /** Where e2fsck finds a whole superblock, when the first one is none: block and size of blocks. */
  superblock?: { block: number; blockSize: number } | undefined;
  /** File into which e2fsck saves what it overwrites. */
  undoFile?: string | undefined;
  signal?: AbortSignal | undefined;
  onStart?: (group: number) => void;
}

/** Any name that a folder may have would do harm in a path with `?`, so e2fsck is started in the folder. */
const nameOf = ({ image, offset }: FsckJob): string => `./${basename(image)}${offset === 0 ? '' : `?offset=${offset}`}`;

async function oneRound(
  job: FsckJob,
  flags: readonly string[],
  logged: boolean,
): Promise<{ round: FsckRound; result: RunResult; cloned: number[] }> {
  const log = join(job.configFolder, 'problems.xml');
  job.files.remove(log);
  const request = {
    command: job.tool.path,
    args: [...flags, nameOf(job)],
    cwd: dirname(job.image),
    env: { LC_ALL: 'C', E2FSCK_CONFIG: logged ? join(job.configFolder, 'e2fsck.conf') : '/dev/null' },
    timeLimit: job.timeLimit,
    signal: job.signal,
    ...(job.onStart && { onStart: job.onStart }),
  };
  const result = await job.run(request);
  job.signal?.throwIfAborted();
  const { problems, cloned } = await readProblemLog(log);
  const { status, signal, output } = result;
  const round = { command: commandLine(request), status, signal, meaning: fsckMeaning(result), output, problems };
  return { round, result, cloned };
}

/** Flags of the first run that may change something. */
function firstFlags({ mode, superblock }: FsckJob): readonly string[] {
  if (mode === 'preen' || (mode === 'auto' && superblock === undefined)) return ['-f', '-p'];
  return superblock === undefined ? allYes : [...allYes, '-b', `${superblock.block}`, '-B', `${superblock.blockSize}`];
}

const allYes: readonly string[] = ['-f', '-y'];

/**
 * Runs e2fsck until a run that may change nothing finds nothing. `left` means that this did not come to be, `failed` that
 * not even that can be said.
 * @throws the reason of the signal once it is aborted
 */
export async function runFsck(job: FsckJob): Promise<FsckOutcome> {
  const config = job.files.open(join(job.configFolder, 'e2fsck.conf'));
  const text = `[options]\nproblem_log_filename = ${join(job.configFolder, 'problems.xml')}\n`;
  job.files.write(config, new TextEncoder().encode(text), 0);
  job.files.close(config);
  const rounds: FsckRound[] = [];
  const cloned = new Set<number>();
  let end: FsckOutcome['end'] = 'failed';
  let logged = true;
  let flags: readonly string[] | undefined = firstFlags(job);
  for (let run = 1; run <= job.maxRounds && flags !== undefined; run++) {
    // an undo file belongs to one run
    const undo: string[] = job.undoFile === undefined ? [] : ['-z', `${job.undoFile}-${run}`];
    const attempt = await oneRound(job, [...flags, ...undo], logged);
    rounds.push(attempt.round);
    for (const inode of attempt.cloned) cloned.add(inode);
    const came = fsckEnd(attempt.result);
    end = came === 'clean' || came === 'corrected' ? 'left' : came;
    // a tool that hangs or cannot be started does so again
    if (attempt.result.timedOut || attempt.result.failure !== null) break;
    if (logged && hasCrashed(attempt.result)) {
      // e2fsck 1.47 may crash while it logs a problem, as where the root directory is lost, and work well without a log
      logged = false;
      continue;
    }
    flags = job.mode === 'preen' ? undefined : allYes;
    if (came !== 'clean' && came !== 'corrected') continue;
    const proof = await oneRound(job, ['-f', '-n'], logged);
    rounds.push(proof.round);
    if (fsckEnd(proof.result) === 'clean') {
      end = 'clean';
      break;
    }
  }
  return { end, rounds, cloned: [...cloned] };
}
