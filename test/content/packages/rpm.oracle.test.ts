/** Images with rpm's database in them, as rpm itself wrote it (SQLite) and as ndb, clean and damaged. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import type { TestImage } from '../../support/image';
import { briefly, checkPackages, imageOfFolder, named, ndb } from '../../support/packages';
import { zeroOut } from '../../support/root-tree';
import { hasRpm, headerBlobs, rpmFolder, rpmRoot } from '../../support/rpm';

const program = Array.from({ length: 200 }, (_, i) => `a tool of line ${i + 1}\n`).join('');

describe.skipIf(!hasE2fsprogs || !hasRpm)('rpm', () => {
  let root = '';
  let sqlite: Uint8Array;
  let packagesDb: Uint8Array;
  beforeAll(() => {
    root = rpmRoot();
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
    sqlite = readFileSync(join(root, rpmFolder, 'rpmdb.sqlite'));
    packagesDb = ndb(headerBlobs(join(root, rpmFolder, 'rpmdb.sqlite')));
  }, 60_000);
  afterAll(() => {
    if (root !== '') rmSync(dirname(root), { recursive: true, force: true });
  });

  const forms = ['rpmdb.sqlite', 'Packages.db'] as const;
  /** An image with the database in one format, changed bytes and a changed tree; the tree is restored. */
  function image(
    form: (typeof forms)[number],
    change: (database: Uint8Array) => Uint8Array = (same) => same,
  ): TestImage {
    for (const one of [...forms, 'rpmdb.sqlite-wal', 'rpmdb.sqlite-shm'])
      rmSync(join(root, rpmFolder, one), { force: true });
    const bytes = form === 'rpmdb.sqlite' ? sqlite : packagesDb;
    writeFileSync(join(root, rpmFolder, form), change(Uint8Array.from(bytes)));
    return imageOfFolder(root);
  }
  function changed<T>(path: string, work: (file: string) => void, then: () => T): T {
    const file = join(root, path);
    const before = readFileSync(file);
    work(file);
    const result = then();
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, before);
    return result;
  }

  describe.each(forms)('%s', (form) => {
    test('a clean tree is clean', async () => {
      const report = await checkPackages(image(form));
      expect(briefly(report)).toEqual([]);
      expect(report.verdict).toBe('clean');
      // one for the two names of a file, the ghost and what may be missing not counted out
      expect(report.content?.files).toBeGreaterThan(300);
    });

    test('one changed byte, a file all NUL and a truncated one are reported', async () => {
      const made = changed(
        'usr/share/many/file-7',
        (file) => writeFileSync(file, '8\n'),
        () =>
          changed(
            'usr/lib/libtool.so.1.0',
            (file) => writeFileSync(file, 'lib'),
            () => image(form),
          ),
      );
      expect(zeroOut(made, program.slice(0, 900), program.length)).toBe(1);
      expect(named(await checkPackages(made))).toEqual([
        'package-file-all-nul /usr/bin/hard',
        'package-file-all-nul /usr/bin/tool',
        'package-file-size-wrong /usr/lib/libtool.so.1.0',
        'package-file-changed /usr/share/many/file-7',
      ]);
    });

    test('missing files, other types, modes and links', async () => {
      const made = changed(
        'usr/share/many/file-9',
        (file) => {
          unlinkSync(file);
          mkdirSync(file);
        },
        () =>
          changed('usr/share/many/file-8', unlinkSync, () =>
            changed(
              'etc/tool.conf',
              (file) => writeFileSync(file, 'a=2\n'),
              () => {
                const link = join(root, 'usr/lib/libtool.so.1');
                spawnSync('ln', ['-snf', 'nowhere', link]);
                chmodSync(join(root, 'usr/lib/libtool.so.1.0'), 0o600);
                try {
                  return image(form);
                } finally {
                  spawnSync('ln', ['-snf', 'libtool.so.1.0', link]);
                  chmodSync(join(root, 'usr/lib/libtool.so.1.0'), 0o644);
                }
              },
            ),
          ),
      );
      expect(briefly(await checkPackages(made))).toEqual([
        expect.stringMatching(/^package-config-differs \/etc\/tool.conf \{"package":"tool 1.5-2","what":"sha256 is /),
        'package-link-changed /usr/lib/libtool.so.1 {"package":"tool 1.5-2","stored":"nowhere","expected":"libtool.so.1.0"}',
        'package-mode-wrong /usr/lib/libtool.so.1.0 {"package":"tool 1.5-2","stored":"0600","expected":"0644"}',
        'package-file-missing /usr/share/many/file-8 {"package":"many 1.5-2","below":0}',
        'package-file-wrong-type /usr/share/many/file-9 {"package":"many 1.5-2","stored":"directory","expected":"regular file"}',
      ]);
    });

    test('what may be missing or is not to be verified raises no alarm', async () => {
      const made = changed('usr/lib/may-be-missing', unlinkSync, () =>
        changed(
          'usr/libexec/loose',
          (file) => {
            writeFileSync(file, 'other');
            chmodSync(file, 0o700);
          },
          () => image(form),
        ),
      );
      expect(briefly(await checkPackages(made))).toEqual([]);
    });

    test('a database of NUL bytes, of random bytes, or a truncated one is not trusted', async () => {
      for (const [change, what] of [
        [(bytes: Uint8Array) => new Uint8Array(bytes.length), /^all of its \d+ bytes are NUL$/],
        [(bytes: Uint8Array) => bytes.fill(0x55), /^it does not start with the magic number of/],
        [() => new Uint8Array(10).fill(1), /^it has only 10 bytes$/],
      ] as const) {
        const report = await checkPackages(image(form, change));
        expect(briefly(report).length).toBe(1);
        expect(report.findings[0]).toMatchObject({ id: 'package-database-damaged', path: `/${rpmFolder}/${form}` });
        expect(report.findings[0]!.data?.['what']).toMatch(what);
      }
    });
  });

  test('a wrong checksum in ndb is named, the package passed over, the other one verified', async () => {
    const flip = (bytes: Uint8Array) => {
      bytes[4096 + 200]! ^= 1;
      return bytes;
    };
    const made = changed(
      'usr/share/many/file-7',
      (file) => writeFileSync(file, '8\n'),
      () => image('Packages.db', flip),
    );
    const [first, ...rest] = briefly(await checkPackages(made));
    expect(first).toMatch(/^package-database-damaged .*"the checksum of package 1 is wrong"/);
    expect(rest.length).toBeLessThanOrEqual(1);
  });

  test('any page of the table in SQLite that is NUL is named', async () => {
    const pageSize = 4096;
    const pages = new Set<number>();
    const all = Buffer.from(sqlite);
    // digests of files are nowhere but in header blobs
    for (let i = 1; i <= 300; i++) {
      const at = all.indexOf(createHash('sha256').update(`${i}\n`).digest('hex'));
      if (at >= 0) pages.add(Math.floor(at / pageSize));
    }
    expect(pages.size).toBeGreaterThan(2);
    for (const page of pages) {
      const report = await checkPackages(
        image('rpmdb.sqlite', (bytes) => bytes.fill(0, page * pageSize, (page + 1) * pageSize)),
      );
      expect([page, ...new Set(report.findings.map(({ id }) => id))]).toEqual([page, 'package-database-damaged']);
    }
  }, 30_000);

  test('what is only in the write-ahead log counts', async () => {
    image('rpmdb.sqlite');
    const database = join(root, rpmFolder, 'rpmdb.sqlite');
    // the log exists while a connection is open, so it is copied then
    const script = `PRAGMA journal_mode=WAL;PRAGMA wal_autocheckpoint=0;DELETE FROM Packages WHERE hnum=(SELECT max(hnum) FROM Packages);\n.shell cp ${database}-wal ${root}/wal-copy\n`;
    const { status } = spawnSync('sqlite3', [database], { input: script });
    expect(status).toBe(0);
    expect(existsSync(join(root, 'wal-copy'))).toBe(true);
    const wal = readFileSync(join(root, 'wal-copy'));
    rmSync(join(root, 'wal-copy'));
    const walPath = join(root, rpmFolder, 'rpmdb.sqlite-wal');
    const files = async (log: Uint8Array | null) => {
      rmSync(walPath, { force: true });
      rmSync(join(root, rpmFolder, 'rpmdb.sqlite-shm'), { force: true });
      writeFileSync(database, sqlite);
      if (log !== null) writeFileSync(walPath, log);
      const report = await checkPackages(imageOfFolder(root));
      expect(briefly(report)).toEqual([]);
      return report.content!.files;
    };
    const both = await files(null);
    expect(await files(wal)).toBeLessThan(both);
    // a wrong checksum ends the log, as it does for SQLite
    const torn = Uint8Array.from(wal);
    torn[40]! ^= 1;
    expect(await files(torn)).toBe(both);
    rmSync(walPath, { force: true });
  }, 20_000);
});
