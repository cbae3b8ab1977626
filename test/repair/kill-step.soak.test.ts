/** The program is killed at a certain step of a repair: the next run says what it found, and leaves nothing over. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { workFolder } from '../../src/repair/workplace';
import { builtCli, cli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { damagedImage, freshFolder, isClean, long, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 600_000 });

/** Starts a repair and kills it as soon as something holds. Returns whether that was before its end. */
async function killWhen(args: string[], holds: () => boolean): Promise<boolean> {
  const child = spawn(process.execPath, [builtCli(), 'repair', ...args], { stdio: 'ignore' });
  const ended = new Promise<boolean>((resolve) => child.on('exit', (_, signal) => resolve(signal === 'SIGKILL')));
  const look = setInterval(() => holds() && child.kill('SIGKILL'), 1);
  try {
    return await ended;
  } finally {
    clearInterval(look);
  }
}

test.skipIf(!hasE2fsprogs)('the next run reports the interrupted repair (needs e2fsprogs)', async () => {
  const place = freshFolder();
  const image = damagedImage(join(place, 'active.img'));
  const hash = sha256(image);
  expect(await killWhen(['--yes', image], () => existsSync(join(workFolder(image), 'copy.img')))).toBe(true);
  expect(sha256(image)).toBe(hash);
  expect(strays(place)).toEqual(['.active.img.extcheck-repair']);
  const next = cli(['repair', '--yes', '--format', 'json', image]);
  expect([next.status, JSON.parse(next.stdout).leftovers]).toEqual([
    1,
    [expect.stringMatching(/^An earlier repair was/)],
  ]);
  expect(strays(place)).toEqual([]);
});

/** A repaired image with the work folder of the killed repair, and the hash of the original. */
async function killedAfterRename(): Promise<{ place: string; image: string; hash: string }> {
  for (let tries = 0; tries < 20; tries++) {
    const place = freshFolder();
    const image = damagedImage(join(place, 'active.img'));
    const [hash, { ino }] = [sha256(image), statSync(image)];
    // a poll may be too late, after the repair has finished; then try again
    const killed = await killWhen(['--yes', image], () => statSync(image).ino !== ino);
    expect(statSync(image).ino).not.toBe(ino);
    if (killed && strays(place).length > 0) return { place, image, hash };
  }
  throw new Error('20 kills came too late');
}

test.skipIf(!hasE2fsprogs)(
  'killed right after the rename: the image is repaired, and the next run reports that',
  async () => {
    const states: string[] = [];
    for (let i = 0; i < (long ? 10 : 3); i++) {
      const { place, image, hash } = await killedAfterRename();
      const now = sha256(image);
      expect([now === hash, isClean(image)]).toEqual([false, true]);
      const kept = readdirSync(place).find((name) => /\.damaged-[^.]*$/.test(name))!;
      expect(sha256(join(place, kept))).toBe(hash);
      expect(JSON.parse(readFileSync(join(place, `${kept}.json`), 'utf8')).repaired.sha256).toBe(now);
      const next = cli(['repair', '--yes', '--format', 'json', image]);
      const report = JSON.parse(next.stdout);
      expect([next.status, report.outcome, report.leftovers]).toEqual([0, 'nothing-to-do', [expect.any(String)]]);
      const replaced = `An earlier repair was interrupted after it replaced the image: ${image} is repaired, and the damaged original is kept as ${join(place, kept)}.`;
      const removing = /^An earlier repair was interrupted in its first or last step\. The image is complete/;
      if (report.leftovers[0] !== replaced) expect(report.leftovers[0]).toMatch(removing);
      states.push(report.leftovers[0] === replaced ? 'replaced' : 'removing');
      expect(readdirSync(place).sort()).toEqual(['active.img', kept, `${kept}.json`]);
      expect(sha256(image)).toBe(now);
      expect(cli(['repair', '--undo', image]).status).toBe(1);
      expect([sha256(image), readdirSync(place)]).toEqual([hash, ['active.img']]);
    }
    if (long) process.stdout.write(`${JSON.stringify(states)}\n`);
    expect(states).toContain('replaced');
  },
);
