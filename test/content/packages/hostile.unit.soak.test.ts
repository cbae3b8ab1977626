/** The parsers of package databases on bytes that may be anything: their own error or a result, soon, and never more. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adler32 } from '../../../src/bytes/adler32';
import { parseInstalled } from '../../../src/content/packages/apk';
import { parseDiversions, parseList, parseMd5sums } from '../../../src/content/packages/dpkg-lists';
import { parseStatus } from '../../../src/content/packages/dpkg-status';
import { DatabaseError } from '../../../src/content/packages/package-file';
import { parseSections } from '../../../src/content/packages/pacman';
import { addDpkgRules, addPacmanRules, matches, PathFilter } from '../../../src/content/packages/patterns';
import { rpmPackage } from '../../../src/content/packages/rpm-files';
import { ndbBlobs } from '../../../src/content/packages/rpm-ndb';
import { SqlitePages, walFrames } from '../../../src/content/packages/sqlite-pages';
import { tableRows, valuesOf } from '../../../src/content/packages/sqlite-table';
import { gunzip } from '../../../src/content/packages/unzip';
import { keptNotes, ndb } from '../../support/packages';
import { amount } from '../../support/project';
import { rpmHeader, sqliteDatabase } from '../../support/rpm-by-hand';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const status = bytesOf(
  'Package: a\nStatus: install ok installed\nConffiles:\n /etc/a 00000000000000000000000000000000\nVersion: 1\n\nPackage: b\n\n',
);
const installed = bytesOf('P:a\nV:1\nF:usr\nM:0:0:755\nR:x\na:0:0:644\nZ:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n');
const sums = bytesOf(`${'0'.repeat(32)}  usr/bin/x\n${'1'.repeat(32)} *usr/bin/y\n`);

const drain = (values: Iterable<unknown>): number => {
  let count = 0;
  for (const _ of values) count++;
  return count;
};
const ignore = () => {};

/** Everything that is made of a database, as packages are gone through. */
const parsers: Record<string, { sound: Uint8Array; parse(bytes: Uint8Array): unknown }> = {
  'dpkg status': { sound: status, parse: (bytes) => parseStatus(bytes, ignore) },
  'dpkg sums': { sound: sums, parse: parseMd5sums },
  'dpkg list': { sound: bytesOf('/.\n/usr\n/usr/bin/x\n'), parse: (bytes) => parseList(bytes) },
  'dpkg diversions': { sound: bytesOf('/bin/a\n/bin/b\n:\n'), parse: parseDiversions },
  apk: {
    sound: installed,
    parse: async (bytes) => {
      for await (const { files } of parseInstalled(bytes, '/x', keptNotes())) drain(files);
    },
  },
  'pacman sections': { sound: bytesOf('%NAME%\na\n\n%BACKUP%\netc/x\t00\n'), parse: parseSections },
  'rpm header': { sound: rpmHeader(), parse: (bytes) => drain(rpmPackage(bytes).files) },
  'rpm ndb': { sound: ndb([rpmHeader(), rpmHeader()]), parse: (bytes) => drain(ndbBlobs(bytes, ignore)) },
  'rpm sqlite': {
    sound: sqliteDatabase(Uint8Array.from({ length: 700 }, (_, i) => i)),
    parse: (bytes) => {
      for (const row of tableRows(new SqlitePages(bytes), 'Packages', ignore)) valuesOf(row);
    },
  },
  'sqlite log': { sound: new Uint8Array(600), parse: (bytes) => walFrames(bytes, 512) },
};

/** Runs a parser; its own error is as good as a result, any other is not. */
async function survive(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): Promise<void> {
  try {
    await parse(bytes);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
  }
}

describe.each(Object.entries(parsers))('%s', (_name, { sound, parse }) => {
  test('takes what is sound', async () => {
    await expect(Promise.resolve(parse(sound))).resolves.not.toThrow();
  });

  test('survives random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), (bytes) => survive(parse, bytes)),
      { numRuns: amount({ unit: 50, ci: 300, full: 20_000 }), seed: 11 },
    );
  });

  test('survives sound databases that are changed, truncated and repeated', async () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
      fc.integer({ min: 1, max: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), fc.nat(), async (edits, cut) => {
        const bytes = Uint8Array.from(sound);
        for (const [at, value, length] of edits) {
          const from = at % bytes.length;
          bytes.fill(value, from, from + length);
        }
        await survive(parse, bytes);
        await survive(parse, bytes.subarray(0, cut % (bytes.length + 1)));
        await survive(parse, Uint8Array.from([...bytes, ...bytes]));
      }),
      { numRuns: amount({ unit: 60, ci: 400, full: 20_000 }), seed: 12 },
    );
  });
});

describe('what the sound ones say', () => {
  test('the header', () => {
    const { name, files } = rpmPackage(rpmHeader());
    expect(name).toBe('tool -');
    expect([...files].map(({ path, type, size, mode, linkTarget }) => [path, type, size, mode, linkTarget])).toEqual([
      ['/usr/bin/a', 'file', 5, 0o644, null],
      ['/usr/bin/b', 'symlink', null, null, 'a'],
    ]);
  });

  test('ndb and SQLite hand back the blobs that were put in', () => {
    expect([...ndbBlobs(ndb([rpmHeader(), bytesOf('x')]), ignore)]).toEqual([rpmHeader(), bytesOf('x')]);
    for (const length of [0, 1, 100, 470, 477, 478, 479, 600, 900]) {
      const blob = Uint8Array.from({ length }, (_, i) => i & 0xff);
      const [row] = [...tableRows(new SqlitePages(sqliteDatabase(blob)), 'Packages', (what) => expect(what).toBe(''))];
      expect(valuesOf(row!)[1]!.bytes, String(length)).toEqual(blob);
    }
  });

  test('adler32 is that of RFC 1950', () => {
    expect(adler32(bytesOf('Wikipedia'))).toBe(0x11e60398);
    expect(adler32(new Uint8Array(100_000).fill(255))).toBe(adler32(new Uint8Array(100_002).fill(255), 1, 100_001));
  });
});

describe('databases that deceive', () => {
  test('slots of ndb that share their blobs are refused', () => {
    const bytes = ndb([rpmHeader(), rpmHeader()]);
    const view = new DataView(bytes.buffer);
    view.setUint32(32 + 16 + 8, view.getUint32(32 + 8, true), true);
    const notes: string[] = [];
    expect(drain(ndbBlobs(bytes, (what) => notes.push(what)))).toBe(1);
    expect(notes).toEqual(['package 2 is duplicated, or overlaps another one']);
  });

  test('pages of SQLite that lead in a circle are read once', () => {
    const bytes = sqliteDatabase(new Uint8Array(900));
    const view = new DataView(bytes.buffer);
    // an inner page whose children are itself
    bytes[512] = 5;
    view.setUint32(512 + 8, 2);
    const notes: string[] = [];
    expect(drain(tableRows(new SqlitePages(bytes), 'Packages', (what) => notes.push(what)))).toBe(0);
    expect(notes.length).toBeGreaterThan(0);
    expect(notes.every((what) => /page/.test(what))).toBe(true);
  });

  test('a chain of pages that leads back is refused', () => {
    const bytes = sqliteDatabase(new Uint8Array(900));
    // the first overflow page names itself as the next one
    new DataView(bytes.buffer).setUint32(1024, 3);
    const notes: string[] = [];
    const view = new DataView(bytes.buffer);
    // the row claims 128 times its real size, which determines how much of it is in the page
    const cell = 512 + view.getUint16(512 + 8);
    bytes[cell] = 0xff;
    view.setUint32(cell + 3 + 39, 3);
    drain(tableRows(new SqlitePages(bytes), 'Packages', (what) => notes.push(what)));
    expect(notes.join()).toMatch(/used twice|out of its page|asked for/);
  });

  test('patterns of many stars end soon', () => {
    const before = process.cpuUsage();
    expect(matches('*a'.repeat(200), `${'a'.repeat(4000)}b`)).toBe(false);
    expect(process.cpuUsage(before).user).toBeLessThan(2e6);
  });

  test('gzip data that is rubbish is an error of its own kind', async () => {
    await expect(gunzip(bytesOf('rubbish'), 100)).rejects.toBeInstanceOf(DatabaseError);
    await expect(gunzip(Uint8Array.from([...gzipSync('x').subarray(0, 12)]), 100)).rejects.toBeInstanceOf(
      DatabaseError,
    );
  });
});

describe('paths that are left out', () => {
  test.each([
    ['/usr/share/doc/*', '/usr/share/doc/a/b', true],
    ['/usr/share/doc/*', '/usr/share/docs', false],
    ['/usr/share/man/man[1-8]/?.gz', '/usr/share/man/man3/x.gz', true],
    ['/usr/share/man/man[!1-8]/*', '/usr/share/man/man3/x.gz', false],
    ['/a\\*b', '/a*b', true],
    ['/a\\*b', '/aab', false],
    ['/a[b', '/a[b', true],
    ['*', '', true],
  ])('%s %s %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  test('the last rule that matches decides, in dpkg’s form and in pacman’s', () => {
    const dpkg = new PathFilter();
    addDpkgRules(dpkg, '# comment\npath-exclude=/usr/share/doc/*\npath-include "/usr/share/doc/*/copyright"\n');
    expect(dpkg.excludes('/usr/share/doc/a/README')).toBe(true);
    expect(dpkg.excludes('/usr/share/doc/a/copyright')).toBe(false);
    expect(dpkg.excludes('/usr/bin/a')).toBe(false);
    const pacman = new PathFilter();
    addPacmanRules(pacman, 'NoExtract = usr/share/locale/* !usr/share/locale/de*\n#NoExtract = *\n');
    expect(pacman.excludes('/usr/share/locale/fr/x')).toBe(true);
    expect(pacman.excludes('/usr/share/locale/de/x')).toBe(false);
  });
});
