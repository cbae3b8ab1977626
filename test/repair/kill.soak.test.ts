/**
 * The program gets SIGKILL, SIGTERM or SIGHUP at random moments of a repair or an undo, of a file and of a device: the image is
 * always the old or the verified new one, and the next run leaves nothing over. 30 times in the bounded soak, 300 times in the
 * full one; EXTCHECK_SEED repeats a run.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { repairImage } from '../../src/repair/repair';
import { undoRepair } from '../../src/repair/undo';
import { workFolder } from '../../src/repair/workplace';
import { builtCli, cli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { canMount, damagedImage, freshFolder, isClean, long, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 3_600_000 });

const seed = Number(process.env['EXTCHECK_SEED'] ?? 20261130);
let state = seed >>> 0;
/** A number from 0 to 1 that the seed determines. */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const signals = ['SIGKILL', 'SIGTERM', 'SIGHUP'] as const;

/** How a run ended: whether the signal came before its end, and whether it could not be handled. */
interface End {
  status: number | null;
  interrupted: boolean;
  abrupt: boolean;
}

/** Starts the program and sends a signal some milliseconds after its start, or after its work folder exists. */
function signalAfter(
  args: readonly string[],
  signal: NodeJS.Signals,
  delay: number,
  work: string | undefined,
): Promise<End> {
  return new Promise((resolve) => {
    const env = { ...process.env, [marker]: `${process.pid}` };
    const child = spawn(process.execPath, [builtCli(), 'repair', ...args], { stdio: 'ignore', env });
    let timer: NodeJS.Timeout | undefined;
    const look = setInterval(() => {
      if (work !== undefined && !existsSync(work)) return;
      clearInterval(look);
      timer = setTimeout(() => child.kill(signal), delay);
    }, 1);
    child.on('exit', (status, by) => {
      clearInterval(look);
      clearTimeout(timer);
      resolve({ status, interrupted: by !== null || status === 32, abrupt: by !== null });
    });
  });
}

/** A variable of the programs that get a signal, and of what they start. */
const marker = 'EXTCHECK_KILL_TEST';

/** Processes of interrupted programs that nobody ended. */
const running = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${marker}=${process.pid}\0`);
    } catch {
      return false;
    }
  });

interface Seen {
  signals: Record<string, number>;
  old: number;
  new: number;
  between: number;
  leftovers: number;
}

/**
 * Calls `round` until `kills` runs were interrupted: with arguments for the program that take `whole` milliseconds and work in the
 * folder `work`, and what must hold afterwards.
 */
async function kill(
  what: string,
  kills: number,
  args: readonly string[],
  whole: number,
  work: string,
  round: { before(): Promise<void>; after(end: End, seen: Seen): Promise<void> },
): Promise<void> {
  const seen: Seen = { signals: {}, old: 0, new: 0, between: 0, leftovers: 0 };
  let done = 0;
  let longest = whole;
  for (let tries = 0; done < kills && tries < 6 * kills; tries++) {
    await round.before();
    const signal = signals[Math.floor(random() * signals.length)]!;
    const start = Date.now();
    // half of them while it works: its start takes longer than that
    const end =
      random() < 0.5
        ? await signalAfter(args, signal, longest * (0.15 + 0.9 * random()), undefined)
        : await signalAfter(args, signal, 0.6 * longest * random(), work);
    // the machine may have more time for it now
    if (!end.interrupted) longest = Math.min(longest, Date.now() - start);
    else {
      done++;
      seen.signals[signal] = (seen.signals[signal] ?? 0) + 1;
    }
    await round.after(end, seen);
    expect(running()).toEqual([]);
  }
  process.stdout.write(`${what}: ${done} kills, seed ${seed}: ${JSON.stringify(seen)}\n`);
  expect(done).toBe(kills);
}

/** Milliseconds that a run takes. */
function timeOf(args: readonly string[], status: number): number {
  const start = Date.now();
  expect(cli(['repair', ...args]).status).toBe(status);
  return Date.now() - start;
}

const amounts = long
  ? { repair: 150, undo: 25, device: 100, undoDevice: 25 }
  : { repair: 14, undo: 4, device: 8, undoDevice: 4 };

describe.skipIf(!hasE2fsprogs)('a file (needs e2fsprogs)', () => {
  const folder = freshFolder();
  const elsewhere = freshFolder('/dev/shm');
  const original = join(folder, 'original');
  const place = join(folder, 'place');
  const image = join(place, 'active.img');
  const fresh = () => {
    for (const one of [place, elsewhere]) {
      rmSync(one, { recursive: true, force: true });
      mkdirSync(one);
    }
    copyFileSync(original, image);
  };

  test(`interrupted ${amounts.repair} times while it is repaired`, async () => {
    const hash = sha256(damagedImage(original));
    fresh();
    const whole = timeOf(['--yes', image], 1);
    await kill('repair of a file', amounts.repair, ['--yes', image], whole, workFolder(image), {
      before: async () => fresh(),
      after: async ({ interrupted, abrupt }, seen) => {
        const now = sha256(image);
        seen[now === hash ? 'old' : 'new']++;
        if (interrupted && !abrupt) expect([now, readdirSync(place)]).toEqual([hash, ['active.img']]);
        if (now !== hash) {
          expect(isClean(image)).toBe(true);
          const record = readdirSync(place).find((name) => name.endsWith('.json'))!;
          expect(JSON.parse(readFileSync(join(place, record), 'utf8')).repaired.sha256).toBe(now);
        }
        const next = cli(['repair', '--yes', '--format', 'json', image]);
        const report = JSON.parse(next.stdout);
        expect([report.outcome, next.status]).toEqual(now === hash ? ['repaired', 1] : ['nothing-to-do', 0]);
        if (report.leftovers.length > 0) seen.leftovers++;
        expect(strays(place)).toEqual([]);
        const damaged = readdirSync(place).find((name) => name.includes('.damaged-') && !name.endsWith('.json'))!;
        expect(sha256(join(place, damaged))).toBe(hash);
        expect(readdirSync(place)).toHaveLength(3);
      },
    });
  });

  test(`interrupted ${amounts.undo} times while it is restored`, async () => {
    const hash = sha256(damagedImage(original));
    const options = { yes: true, backup: elsewhere };
    fresh();
    // e2fsck writes the time, so each repair has another hash
    let repaired: string | null = null;
    await repairImage(image, options);
    const args = ['--undo', '--backup', elsewhere, image];
    const whole = timeOf(args, 1);
    await kill('undo of a file', amounts.undo, args, whole, workFolder(image), {
      before: async () => {
        fresh();
        repaired = (await repairImage(image, options)).sha256.after;
      },
      after: async (_, seen) => {
        const now = sha256(image);
        expect([hash, repaired]).toContain(now);
        seen[now === hash ? 'old' : 'new']++;
        const report = await undoRepair(image, { backup: elsewhere });
        expect([report.outcome, sha256(image)]).toEqual([now === hash ? 'nothing-to-do' : 'undone', hash]);
        if (report.leftovers.length > 0) seen.leftovers++;
        expect([readdirSync(place), strays(elsewhere), readdirSync(elsewhere).length]).toEqual([['active.img'], [], 2]);
      },
    });
  });
});

describe.skipIf(!canMount)('a device (needs root and loop devices)', () => {
  const folder = freshFolder();
  const original = join(folder, 'original');
  const backup = join(folder, 'backup');
  let device = '';
  let hash = '';

  const fresh = () => {
    rmSync(backup, { recursive: true, force: true });
    mkdirSync(backup);
    if (device === '') {
      hash = sha256(damagedImage(original));
      copyFileSync(original, join(folder, 'backing'));
      device = spawnSync('losetup', ['--find', '--show', join(folder, 'backing')], { encoding: 'utf8' }).stdout.trim();
    }
    const fd = openSync(device, 'r+');
    writeSync(fd, readFileSync(original));
    fsyncSync(fd);
    closeSync(fd);
    expect(sha256(device)).toBe(hash);
  };
  afterAll(() => {
    if (device !== '') spawnSync('losetup', ['--detach', device]);
  });
  const inPlace = () => ({ yes: true, inPlace: true, backup });
  const arrange = () => ['--yes', '--in-place', '--backup', backup, device];
  /** Files beside originals and their records: those of e2fsck's own undo too. */
  const left = () =>
    readdirSync(backup).filter((name) => name.startsWith('.') || !/\.damaged-[^.]*(\.json)?$/.test(name));

  test(`interrupted ${amounts.device} times while it is repaired in place`, async () => {
    fresh();
    const whole = timeOf(arrange(), 1);
    await kill('repair of a device', amounts.device, arrange(), whole, workFolder(device, backup), {
      before: async () => fresh(),
      after: async ({ interrupted, abrupt }, seen) => {
        if (interrupted && !abrupt) expect([sha256(device), readdirSync(backup)]).toEqual([hash, []]);
        const was = sha256(device);
        const next = await repairImage(device, inPlace());
        if (next.leftovers.length > 0) seen.leftovers++;
        if (next.outcome === 'failed') {
          seen.between++;
          expect(next.reason).toContain('Restore it with: extcheck repair --undo');
          const undone = await undoRepair(device, { backup });
          expect(['undone', 'nothing-to-do']).toContain(undone.outcome);
          expect([sha256(device), left()]).toEqual([hash, []]);
          return;
        }
        expect(next.outcome).toBe(was === hash ? 'repaired' : 'nothing-to-do');
        seen[was === hash ? 'old' : 'new']++;
        expect([isClean(device), strays(backup)]).toEqual([true, []]);
        expect(readdirSync(backup).filter((name) => /\.damaged-[^.]*$/.test(name))).toHaveLength(1);
      },
    });
  });

  test(`interrupted ${amounts.undoDevice} times while it is restored`, async () => {
    fresh();
    let repaired: string | null = null;
    await repairImage(device, inPlace());
    const args = ['--undo', '--backup', backup, device];
    const whole = timeOf(args, 1);
    await kill('undo of a device', amounts.undoDevice, args, whole, workFolder(device, backup), {
      before: async () => {
        fresh();
        repaired = (await repairImage(device, inPlace())).sha256.after;
      },
      after: async (_, seen) => {
        const now = sha256(device);
        seen[now === hash ? 'old' : now === repaired ? 'new' : 'between']++;
        const report = await undoRepair(device, { backup });
        expect([report.outcome, sha256(device)]).toEqual([report.status === 0 ? 'nothing-to-do' : 'undone', hash]);
        expect(left()).toEqual([]);
      },
    });
  });
});
