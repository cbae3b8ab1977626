/** Runs e2fsck on one image until it finds no errors or makes no progress. */
import type { Files } from './files';
import { fsckEnd, fsckMeaning, hasCrashed } from './fsck-status';
import type { FsckTool } from './fsck-tool';
import { type LoggedProblem, readProblemLog } from './problem-log';
import { repairVariable } from './processes';
import { commandLine, type Runner, type RunResult } from './runner';
import type { Workplace } from './workplace';

/** Which errors e2fsck corrects: `auto` the harmless ones first and then all, `preen` the harmless ones only, `yes` all. */
export const fsckModes = ['auto', 'preen', 'yes'] as const;
/** Which questions e2fsck may answer with yes: `preen` the harmless ones, `yes` all, `auto` first `preen`, then `yes`. */
export type FsckMode = (typeof fsckModes)[number];

/** One run of e2fsck. */
export interface FsckRound {
  command: string[];
  /** Exit status; null if it was killed by a signal or could not be started. */
  status: number | null;
  signal: string | null;
  /** The meaning of the status, one clause for each bit. */
  meaning: string[];
  output: string;
  problems: LoggedProblem[];
}

export interface FsckOutcome {
  /** `clean`: a final run with -n found no errors; otherwise the result of the last run that may change something. */
  end: 'clean' | 'left' | 'unfinished' | 'failed';
  rounds: FsckRound[];
  /** Inodes whose shared blocks were copied. */
  unshared: number[];
}

export interface FsckJob {
  files: Files;
  run: Runner;
  tool: FsckTool;
  mode: FsckMode;
  /** Most runs that may change something. */
  maxRounds: number;
  /** Time limit of one run, in milliseconds. */
  timeLimit: number;
  /** A device; undefined for the copy in the work folder. */
  device?: string | undefined;
  /** Where the file system starts, in bytes. */
  offset: number;
  /** The folder in which e2fsck runs, and leaves its log and, if it crashes, a core file. */
  place: Pick<Workplace, 'path' | 'anchor' | 'id'>;
  /** The backup superblock that e2fsck must use if the primary one is unusable: block and bytes per block. */
  superblock?: { block: number; blockSize: number } | undefined;
  /** The file to which a run of e2fsck saves what it overwrites. */
  undoFile?: ((run: number) => string) | undefined;
  signal?: AbortSignal | undefined;
  onStart?: (group: number) => void;
}

/**
 * e2fsck interprets `?` in the path of an image, and blanks, quotes and braces in the path of its log, all of which the name
 * of a folder may contain. So it is started in the work folder and gets plain names.
 */
const nameOf = ({ device, offset }: FsckJob): string =>
  `${device ?? './copy.img'}${offset === 0 ? '' : `?offset=${offset}`}`;

const configName = 'e2fsck.conf';
const logName = 'problems.xml';

async function oneRound(
  job: FsckJob,
  flags: readonly string[],
  logged: boolean,
): Promise<{ round: FsckRound; result: RunResult; unshared: number[] }> {
  const log = job.place.path(logName);
  job.files.remove(log);
  const request = {
    command: job.tool.path,
    args: [...flags, nameOf(job)],
    cwd: job.place.anchor,
    env: { LC_ALL: 'C', E2FSCK_CONFIG: logged ? configName : '/dev/null', [repairVariable]: job.place.id },
    timeLimit: job.timeLimit,
    signal: job.signal,
    ...(job.onStart && { onStart: job.onStart }),
  };
  const result = await job.run(request);
  job.signal?.throwIfAborted();
  const { problems, unshared } = await readProblemLog(log);
  const { status, signal, output } = result;
  const round = { command: commandLine(request), status, signal, meaning: fsckMeaning(result), output, problems };
  return { round, result, unshared };
}

/** Flags of the first run that may change something. */
function firstFlags({ mode, superblock }: FsckJob): readonly string[] {
  if (mode === 'preen' || (mode === 'auto' && superblock === undefined)) return ['-f', '-p'];
  return superblock === undefined ? allYes : [...allYes, '-b', `${superblock.block}`, '-B', `${superblock.blockSize}`];
}

const allYes: readonly string[] = ['-f', '-y'];

/**
 * Runs e2fsck until a run with -n finds no errors.
 * @throws the reason of the signal when it is aborted
 */
export async function runFsck(job: FsckJob): Promise<FsckOutcome> {
  job.files.remove(job.place.path(configName));
  const config = job.files.open(job.place.path(configName));
  const text = `[options]\nproblem_log_filename = ${logName}\n`;
  job.files.write(config, new TextEncoder().encode(text), 0);
  job.files.close(config);
  const rounds: FsckRound[] = [];
  const unshared = new Set<number>();
  let end: FsckOutcome['end'] = 'failed';
  let logged = true;
  let flags: readonly string[] | undefined = firstFlags(job);
  for (let run = 1; run <= job.maxRounds && flags !== undefined; run++) {
    // each run needs its own undo file
    const undo: string[] = job.undoFile === undefined ? [] : ['-z', job.undoFile(run)];
    const attempt = await oneRound(job, [...flags, ...undo], logged);
    rounds.push(attempt.round);
    for (const inode of attempt.unshared) unshared.add(inode);
    const result = fsckEnd(attempt.result);
    end = result === 'clean' || result === 'corrected' ? 'left' : result;
    // a tool that hangs or cannot be started would do so again
    if (attempt.result.timedOut || attempt.result.failure !== null) break;
    if (logged && hasCrashed(attempt.result)) {
      // e2fsck 1.47 may crash while it logs a problem, for example if the root directory is lost, and works without a log
      logged = false;
      continue;
    }
    flags = job.mode === 'preen' ? undefined : allYes;
    if (result !== 'clean' && result !== 'corrected') continue;
    const proof = await oneRound(job, ['-f', '-n'], logged);
    rounds.push(proof.round);
    if (fsckEnd(proof.result) === 'clean') {
      end = 'clean';
      break;
    }
  }
  return { end, rounds, unshared: [...unshared] };
}
