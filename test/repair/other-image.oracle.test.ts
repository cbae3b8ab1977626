/** A record and a state of a repair know what they are of: undo and recovery refuse anything else. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { differenceOf, identify } from '../../src/repair/image-identity';
import { repairImage } from '../../src/repair/repair';
import { runCommand } from '../../src/repair/runner';
import { renderRepair } from '../../src/repair/text';
import { undoRepair } from '../../src/repair/undo';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { canMount, damagedImage, filesUntil, freshFolder, isRoot, sha256, soundImage, strays } from '../support/repair';

vi.setConfig({ testTimeout: 120_000 });

/** A damaged image with a UUID of its own. */
function otherImage(path: string): string {
  soundImage(path);
  expect(spawnSync('tune2fs', ['-U', 'random', path]).status).toBe(0);
  expect(spawnSync('debugfs', ['-w', '-R', 'unlink usr/one', path]).status).toBe(0);
  return path;
}

describe.skipIf(!hasE2fsprogs)('two images of one file name with one folder for originals (needs e2fsprogs)', () => {
  test('get each their own original back, and no command that would overwrite the other', async () => {
    const backup = freshFolder('/dev/shm');
    const [one, two] = ['one', 'two'].map((name) => {
      const folder = join(freshFolder(), name);
      mkdirSync(folder);
      return otherImage(join(folder, 'active.img'));
    }) as [string, string];
    const hashes = [sha256(one), sha256(two)];
    expect(hashes[0]).not.toBe(hashes[1]);
    await repairImage(one, { yes: true, backup });
    await repairImage(two, { yes: true, backup });
    expect(readdirSync(backup)).toHaveLength(4);
    expect(await undoRepair(one, { backup })).toMatchObject({ outcome: 'undone' });
    expect([sha256(one), sha256(two)]).not.toEqual(hashes);
    expect(sha256(one)).toBe(hashes[0]);
    expect(await undoRepair(two, { backup })).toMatchObject({ outcome: 'undone' });
    expect(sha256(two)).toBe(hashes[1]);
    // a third one of this name was never repaired
    const three = otherImage(join(freshFolder(), 'active.img'));
    const hash = sha256(three);
    const report = await undoRepair(three, { backup });
    expect(report).toMatchObject({
      status: 8,
      reason: expect.stringMatching(
        /are of other images: the record of .* is of \/.*\/two\/active\.img\. Nothing was changed/,
      ),
    });
    expect([JSON.stringify(report).includes('cp --sparse'), sha256(three)]).toEqual([false, hash]);
  });

  test('another image at the same path is refused', async () => {
    const folder = freshFolder();
    const image = damagedImage(join(folder, 'active.img'));
    await repairImage(image, { yes: true });
    rmSync(image);
    otherImage(image);
    const hash = sha256(image);
    const report = await undoRepair(image);
    expect(report).toMatchObject({ status: 8, reason: expect.stringMatching(/its file system has the UUID .*, not /) });
    expect([report.reason!.includes('cp --sparse'), sha256(image)]).toEqual([false, hash]);
  });

  test('a command that is proposed is quoted', async () => {
    const folder = join(freshFolder(), `a  b'c ${'long '.repeat(30)}`);
    mkdirSync(folder);
    const image = damagedImage(join(folder, 'active.img'));
    const { backup } = await repairImage(image, { yes: true });
    const bytes = readFileSync(image);
    bytes.fill(7, bytes.length - 8);
    writeFileSync(image, bytes);
    // in the text it is on one line, however long it is
    const text = renderRepair(await undoRepair(image));
    const command = /^ {4}(cp --sparse=always .*)$/m.exec(text)![1]!;
    expect(spawnSync('sh', ['-c', command]).status).toBe(0);
    expect(sha256(image)).toBe(sha256(backup!.path));
  });

  test('a record that is a fifo or a link is passed over', async () => {
    const folder = freshFolder();
    const image = damagedImage(join(folder, 'active.img'));
    await repairImage(image, { yes: true });
    expect(spawnSync('mkfifo', [join(folder, 'active.img.damaged-30000101T000000Z.json')]).status).toBe(0);
    symlinkSync('/dev/zero', join(folder, 'active.img.damaged-30000101T000001Z.json'));
    expect(await undoRepair(image)).toMatchObject({ outcome: 'undone' });
  });
});

test('what an image is does not depend on its content', () => {
  const was = { inode: 1, size: 4096, offset: 0, uuid: 'a', disk: {} };
  const disk = { serial: 'S1', start: '2048' };
  expect(differenceOf({ ...was, inode: 2 }, was)).toBeNull();
  expect(differenceOf({ ...was, size: 8192 }, was)).toBe('it has 8192 bytes, not 4096');
  expect(differenceOf({ ...was, uuid: 'b' }, was)).toBe('its file system has the UUID b, not a');
  expect(differenceOf({ ...was, uuid: null }, was)).toBe('its file system has the UUID none, not a');
  // the disk itself is known
  expect(differenceOf({ ...was, uuid: null, disk }, { ...was, disk })).toBeNull();
  expect(differenceOf({ ...was, uuid: 'b', disk }, { ...was, disk })).toContain('UUID b, not a');
  expect(differenceOf({ ...was, disk: { ...disk, serial: 'S2' } }, { ...was, disk })).toContain('serial S2, not S1');
  expect(differenceOf({ ...was, disk: { ...disk, start: '4096' } }, { ...was, disk })).toContain(
    'start 4096, not 2048',
  );
  expect(differenceOf(was, { ...was, disk })).toContain('serial unknown, not S1');
});

describe.skipIf(!canMount)('another device of the same name (needs root and loop devices)', () => {
  let first: string;
  let second: string;
  let device: string;
  let backup: string;

  const attach = (image: string) => {
    const { status, stderr } = spawnSync('losetup', [device, image], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  };
  const detach = () => spawnSync('losetup', ['--detach', device]);

  beforeEach(() => {
    // a number that nothing else takes while the device is detached
    device = `/dev/loop${200 + (process.pid % 800)}`;
    const folder = freshFolder();
    backup = freshFolder();
    first = damagedImage(join(folder, 'first'));
    second = join(folder, 'second');
    attach(first);
  });
  afterEach(() => {
    detach();
  });

  /** A repair in place that dies while e2fsck works. */
  async function interrupted(): Promise<void> {
    let dead = false;
    const files = filesUntil(() => dead);
    await repairImage(device, {
      yes: true,
      inPlace: true,
      backup,
      files,
      run: async (request) => {
        const result = await runCommand(request);
        if (request.args.includes('-y') && request.args.includes(device)) dead = true;
        return result;
      },
    });
  }

  test.each([
    ['a different file system', () => otherImage(second)],
    ['a clone of it', () => copyFileSync(first, second)],
    ['the original again, in another file', () => copyFileSync(`${first}.before`, second)],
  ])('is refused by undo and left alone by recovery: %s', async (_, make) => {
    copyFileSync(first, `${first}.before`);
    const original = sha256(first);
    await interrupted();
    expect(sha256(first)).not.toBe(original);
    detach();
    make();
    const hash = sha256(second);
    attach(second);
    const undo = await undoRepair(device, { backup });
    expect(undo).toMatchObject({
      status: 8,
      reason: expect.stringMatching(/are of other images: it .*Nothing was changed/),
    });
    expect([sha256(device), undo.reason!.includes('cp ')]).toEqual([hash, false]);
    // a repair of the second device is possible, and does not forget the first one
    const dry = await repairImage(device, { dryRun: true, inPlace: true, backup });
    expect(dry.leftovers.join()).toMatch(
      /An earlier repair of another device, which had the name .* is not that device/,
    );
    expect(sha256(device)).toBe(hash);
    detach();
    attach(first);
    expect(await undoRepair(device, { backup })).toMatchObject({ outcome: 'undone', status: 1 });
    expect([sha256(device), strays(backup)]).toEqual([original, []]);
  });

  test('is refused although the repair had ended', async () => {
    const kept = join(freshFolder(), 'kept');
    await repairImage(device, { yes: true, inPlace: true, backup });
    copyFileSync(first, kept);
    detach();
    copyFileSync(kept, second);
    attach(second);
    const hash = sha256(device);
    expect(await undoRepair(device, { backup })).toMatchObject({ status: 8 });
    expect(sha256(device)).toBe(hash);
  });

  test('is known by its file', () => {
    const target = { path: device, device: true, identity: { dev: 0, ino: 1, rdev: 0, size: 0, mtime: 0, links: 1 } };
    expect(identify(target, 0)).toMatchObject({
      size: 4 << 20,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      disk: { file: expect.stringContaining(`${basename(first)} (inode `) },
    });
    expect(existsSync(device) && isRoot).toBe(true);
  });
});
