/** Images with the databases of apk and pacman in them, clean and changed. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gunzip } from '../../../src/content/packages/unzip';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import { briefly, checkPackages, imageOfTree, md5, named, type Tree } from '../../support/packages';

const check = async (tree: Tree) => checkPackages(imageOfTree(tree));
const hash = (name: string, content: string) => createHash(name).update(content).digest();
const without = (tree: Tree, ...paths: string[]): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !paths.includes(path)));
/** Owner of what a test writes. */
const ids = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;

const q1 = (content: string, sha256 = false) =>
  `Q1${hash(sha256 ? 'sha256' : 'sha1', content)
    .subarray(0, 20)
    .toString('base64')}`;
const access = `a:${ids}:644\n`;
const installed = `C:Q1abc
P:musl
V:1.2
F:lib
M:${ids}:755
R:ld-musl.so
${access}Z:${q1('loader')}
R:libc.so
a:0:0:777
Z:${q1('ld-musl.so')}
F:etc
M:${ids}:755
R:musl.conf
${access}Z:${q1('a=1\n')}

P:newer
V:2
f:S
F:usr
M:${ids}:755
F:usr/bin
M:${ids}:755
R:newer
${access}Z:${q1('newer', true)}

`;
const alpine: Tree = {
  'lib/ld-musl.so': 'loader',
  'lib/libc.so': '-> ld-musl.so',
  'etc/musl.conf': 'a=1\n',
  'usr/bin/newer': 'newer',
  'lib/apk/db/installed': installed,
};

describe.skipIf(!hasE2fsprogs)('apk', () => {
  test('a clean tree is clean, SHA-1 and short SHA-256', async () => {
    const report = await check(alpine);
    expect(briefly(report)).toEqual([]);
    expect(report.verdict).toBe('clean');
    expect(report.content?.files).toBe(3);
  });

  test('the place of version 3, and both places when they are one', async () => {
    const tree = { ...without(alpine, 'lib/apk/db/installed'), 'usr/lib/apk/db/installed': installed };
    expect(named(await check({ ...tree, 'usr/bin/newer': 'other' }))).toEqual(['package-file-changed /usr/bin/newer']);
  });

  test('changes are named: content, targets of links, configuration, what is missing', async () => {
    const tree = {
      ...without(alpine, 'usr/bin/newer', 'lib/libc.so'),
      'lib/libc.so': '-> elsewhere',
      'lib/ld-musl.so': new Uint8Array(6),
      'etc/musl.conf': '',
    };
    expect(named(await check(tree))).toEqual([
      'package-config-differs /etc/musl.conf',
      'package-file-all-nul /lib/ld-musl.so',
      'package-link-changed /lib/libc.so',
      'package-file-missing /usr',
    ]);
  });

  test('a directory where a file should be, other permissions and another owner', async () => {
    const tree = {
      ...without(alpine, 'usr/bin/newer'),
      'usr/bin/newer': null,
      'lib/apk/db/installed': installed.replace(
        `a:${ids}:644\nZ:${q1('loader')}`,
        `a:4242:4243:4755\nZ:${q1('loader')}`,
      ),
    };
    expect(briefly(await check(tree))).toEqual([
      'package-mode-wrong /lib/ld-musl.so {"package":"musl 1.2","stored":"0644","expected":"4755"}',
      `package-owner-wrong /lib/ld-musl.so {"package":"musl 1.2","stored":"${ids}","expected":"4242:4243"}`,
      'package-file-wrong-type /usr/bin/newer {"package":"newer 2","stored":"directory","expected":"regular file"}',
    ]);
  });

  test.each([
    ['all NUL', new Uint8Array(100), 'all of its 100 bytes are NUL'],
    ['a torn line', installed.replace('R:ld-musl.so', 'ld-musl.so'), 'line 6: a line without a letter and a value'],
    ['a wrong digest', installed.replace(q1('loader'), 'Q1AAAA'), 'line 8: Q1AAAA has a wrong length'],
    ['empty', '', 'it is empty'],
  ])('a damaged database is said to be: %s', async (_name, text, what) => {
    const report = await check({ ...alpine, 'lib/apk/db/installed': text });
    expect(report.findings[0]).toMatchObject({ id: 'package-database-damaged', data: { what } });
  });
});

const line = (path: string, content: string, more = '') =>
  `./${path} time=1.0 size=${content.length} sha256digest=${hash('sha256', content).toString('hex')}${more}\n`;
const [uid, gid] = ids.split(':');
const mtree = `#mtree
/set type=file uid=${uid} gid=${gid} mode=644
./.BUILDINFO time=1.0 size=5 sha256digest=${'0'.repeat(64)}
${line('usr/bin/arch', 'arch linux')}./usr time=1.0 mode=755 type=dir
./usr/bin time=1.0 mode=755 type=dir
${line('usr/bin/with\\040blank', 'blank')}${line('etc/arch.conf', 'a=1\n')}./usr/bin/link time=1.0 mode=777 type=link link=arch
${line('usr/share/help/text', 'left out')}`;
const folder = 'var/lib/pacman/local/arch-1.0-1';
const arch: Tree = {
  'usr/bin/arch': 'arch linux',
  'usr/bin/with blank': 'blank',
  'usr/bin/link': '-> arch',
  'etc/arch.conf': 'a=1\n',
  'etc/pacman.conf': '[options]\nNoExtract = usr/share/help/* !usr/share/help/C/*\n',
  'var/lib/pacman/local/ALPM_DB_VERSION': '9\n',
  [`${folder}/desc`]: '%NAME%\narch\n\n%VERSION%\n1.0-1\n\n',
  [`${folder}/files`]: `%FILES%\nusr/\nusr/bin/\n\n%BACKUP%\netc/arch.conf\t${md5('a=1\n')}\n`,
  [`${folder}/mtree`]: gzipSync(mtree),
};

describe.skipIf(!hasE2fsprogs)('pacman', () => {
  test('a clean tree is clean', async () => {
    const report = await check(arch);
    expect(briefly(report)).toEqual([]);
    expect(report.verdict).toBe('clean');
  });

  test('changes are named', async () => {
    const tree = {
      ...without(arch, 'usr/bin/with blank', 'usr/bin/link', 'etc/pacman.conf'),
      'usr/bin/arch': 'arch linuz',
      'usr/bin/link': '-> lost',
      'etc/arch.conf': 'a=2\n',
    };
    expect(named(await check(tree))).toEqual([
      'package-config-differs /etc/arch.conf',
      'package-file-changed /usr/bin/arch',
      'package-link-changed /usr/bin/link',
      'package-file-missing /usr/bin/with blank',
      'package-data-missing /usr/share',
    ]);
  });

  test.each<[string, Tree, string]>([
    [
      'mtree truncated',
      { ...arch, [`${folder}/mtree`]: gzipSync(mtree).subarray(0, 100) },
      'its gzip data is damaged or truncated',
    ],
    ['mtree NUL', { ...arch, [`${folder}/mtree`]: new Uint8Array(100) }, 'its gzip data is damaged or truncated'],
    ['mtree missing', without(arch, `${folder}/mtree`), 'it is missing'],
    ['desc NUL', { ...arch, [`${folder}/desc`]: new Uint8Array(20) }, 'all of its 20 bytes are NUL'],
    ['files torn', { ...arch, [`${folder}/files`]: 'usr/\n' }, 'line 1 is in no section'],
    [
      'a line of the mtree torn',
      { ...arch, [`${folder}/mtree`]: gzipSync(mtree.replace('sha256digest=', 'sha256digest=zz')) },
      "line 3: sha256 must be 64 hexadecimal digits, not 'zz",
    ],
  ])('a damaged database is said to be: %s', async (_name, tree, what) => {
    const report = await check(tree);
    expect(report.findings[0]!.id).toBe('package-database-damaged');
    expect(String(report.findings[0]!.data?.['what'])).toContain(what);
  });

  test('a packed file that grows beyond bounds is refused', async () => {
    await expect(gunzip(gzipSync(Buffer.alloc(100_000)), 50_000)).rejects.toThrow(
      'a packed list has more than 50000 bytes',
    );
    expect((await gunzip(gzipSync(Buffer.alloc(100_000)), 100_000)).length).toBe(100_000);
  });
});
