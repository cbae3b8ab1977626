/**
 * Real trees of more than 20,000 files, with a database of dpkg and of rpm: nothing is said of a sound one, and all that was
 * planted of a damaged one, by name. Takes minutes and gigabytes, so only in the full soak.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, lstatSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { CheckReport } from '../../src/problem/report';
import { builtCli } from '../support/cli';
import { copyDebianPart, hasDebian } from '../support/debian-part';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { ndb } from '../support/packages';
import { isFullSoak } from '../support/project';
import { hasRpm, headerBlobs, rpmFolder, rpmRootOf } from '../support/rpm';

vi.setConfig({ testTimeout: 900_000 });

const least = 21_000;
const blockSize = 4096;

const folder = mkdtempSync(join(tmpdir(), 'extcheck-large-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status} ${stderr}`);
  return stdout;
}

function imageOf(root: string): string {
  const image = join(folder, 'image');
  rmSync(image, { force: true });
  const kilobytes = Number(run('du', ['-sk', '--apparent-size', root]).split('\t')[0]);
  run('mke2fs', [
    '-q',
    '-F',
    '-t',
    'ext4',
    '-b',
    `${blockSize}`,
    '-N',
    '60000',
    '-d',
    root,
    image,
    `${Math.ceil(kilobytes * 1.5) + 65_536}k`,
  ]);
  return image;
}

function check(image: string, ...options: string[]): CheckReport {
  const args = [builtCli(), '--format', 'json', ...options, image];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

const errors = ({ findings }: CheckReport): string[] =>
  findings
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ id, path }) => `${id} ${path}`)
    .sort();

const blocksOf = (image: string, path: string): number[] =>
  run('debugfs', ['-R', `blocks /${path}`, image])
    .trim()
    .split(/\s+/)
    .map(Number);

function put(image: string, at: number, bytes: Uint8Array): void {
  const fd = openSync(image, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}

/** Holds a tree against what is to be said of it; `candidates` are files of packages. */
function tryTree(root: string, candidates: readonly string[]): void {
  const image = imageOf(root);
  const all = check(image, '--content', '--packages');
  expect(errors(all)).toEqual([]);
  expect(all.content!.files).toBeGreaterThan(20_000);
  const usable = candidates.filter((path) => {
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
    return stats?.isFile() && stats.nlink === 1 && stats.size > 3 * blockSize && stats.size < 40 * blockSize;
  });
  const program = usable.find((path) => path.startsWith('usr/bin/'))!;
  const page = usable.find((path) => path.startsWith('usr/share/') && path.endsWith('.gz'))!;
  const library = usable.find((path) => /^usr\/lib\/.*\.so/.test(path))!;
  for (const path of [program, page])
    for (const block of blocksOf(image, path)) put(image, block * blockSize, new Uint8Array(blockSize));
  expect(errors(check(image, '--content')).map((text) => text.split(' ')[1])).toEqual(
    [`/${program}`, `/${page}`].sort(),
  );
  const [first] = blocksOf(image, library);
  put(image, first! * blockSize + 2000, Uint8Array.of(0xa5, 0x5a, 0xa5));
  const found = errors(check(image, '--packages'));
  expect(found).toHaveLength(3);
  expect(new Set(found.map((text) => text.split(' ')[1]))).toEqual(
    new Set([program, page, library].map((path) => `/${path}`)),
  );
}

describe.skipIf(!isFullSoak || !hasE2fsprogs || !hasDebian)(
  'a tree of Debian (needs the full soak, Debian, e2fsprogs)',
  () => {
    const root = join(folder, 'debian');
    let files: string[];

    test('with its database of dpkg', () => {
      files = copyDebianPart(root, least);
      tryTree(root, files);
    });

    describe.skipIf(!hasRpm)('as packages of rpm (needs rpm, rpmbuild, sqlite3)', () => {
      test('with a database of SQLite, and of ndb', () => {
        const parts = ['usr/bin', 'usr/sbin', 'usr/lib', 'usr/share', 'usr/include'];
        const made = rpmRootOf(
          parts
            .filter((part) => lstatSync(join(root, part), { throwIfNoEntry: false })?.isDirectory())
            .map((part) => [
              part.replace('/', '-'),
              `mkdir -p ${dirname(part)}\ncp -a ${join(root, part)} ${part}`,
              `/${part}`,
            ]),
        );
        try {
          tryTree(made, files);
          const database = join(made, rpmFolder, 'rpmdb.sqlite');
          const copy = join(folder, 'rpmdb.sqlite');
          copyFileSync(database, copy);
          const blobs = headerBlobs(copy);
          expect(blobs.length).toBeGreaterThan(2);
          rmSync(join(made, rpmFolder), { recursive: true });
          run('mkdir', ['-p', join(made, rpmFolder)]);
          writeFileSync(join(made, rpmFolder, 'Packages.db'), ndb(blobs));
          tryTree(made, files);
        } finally {
          rmSync(dirname(made), { recursive: true, force: true });
        }
      });
    });
  },
);
