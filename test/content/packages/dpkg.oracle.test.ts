/** Images with dpkg's database, clean and with every kind of damage that is distinguished. */
import { describe, expect, test } from 'vitest';
import { openImage } from '../../../src/open-image';
import { memorySource } from '../../../src/source/memory';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import {
  briefly,
  checkPackages,
  type DebianPackage,
  dpkgTree,
  imageOfTree,
  md5,
  named,
  type Tree,
} from '../../support/packages';
import { toolContent, zeroOut } from '../../support/root-tree';

const library = `a library: ${'it fills more than one block. '.repeat(150)}`;
const usr: Tree = {
  'usr/bin/tool': toolContent,
  'usr/lib/libx.so.1.2': library,
  'usr/lib/libx.so.1': '-> libx.so.1.2',
  'usr/share/doc/tool/copyright': 'free\n',
};
const packages: DebianPackage[] = [
  { name: 'tool', files: usr, conffiles: { 'etc/tool.conf': 'a=1\n' } },
  // from the time before /usr was merged
  { name: 'old', files: { 'bin/old': 'old\n', 'lib/sub/old.so': 'old library\n' } },
];
const clean: Tree = {
  ...usr,
  'etc/tool.conf': 'a=1\n',
  bin: '-> usr/bin',
  lib: '-> usr/lib',
  'usr/bin/old': 'old\n',
  'usr/lib/sub/old.so': 'old library\n',
  ...dpkgTree(packages),
};

const check = async (tree: Tree) => checkPackages(imageOfTree(tree));
const without = (tree: Tree, ...paths: string[]): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !paths.includes(path)));

describe.skipIf(!hasE2fsprogs)('dpkg', () => {
  test('a clean tree is clean, with a merged /usr', async () => {
    const report = await check(clean);
    expect(briefly(report)).toEqual([]);
    expect(report.verdict).toBe('clean');
    expect(report.checked).toContain('packages');
    expect(report.content?.files).toBe(6);
  });

  test('a changed byte in a program and a file of NUL blocks are distinguished', async () => {
    const image = imageOfTree({ ...clean, 'usr/bin/old': 'olt\n' });
    expect(zeroOut(image, library.slice(0, 1000), library.length)).toBe(1);
    const report = await checkPackages(image);
    expect(briefly(report)).toEqual([
      `package-file-changed /usr/bin/old ${JSON.stringify({ package: 'old 1.0', digest: 'md5', stored: md5('olt\n'), expected: md5('old\n'), size: 4, nulBytes: 0 })}`,
      `package-file-all-nul /usr/lib/libx.so.1.2 ${JSON.stringify({ package: 'tool 1.0', size: library.length })}`,
    ]);
    expect(report.affected).toEqual([
      { path: '/usr/bin/old', how: 'damaged' },
      { path: '/usr/lib/libx.so.1.2', how: 'damaged' },
    ]);
    expect(report.verdict).toBe('error');
  });

  test('blocks of NUL in a changed file are counted', async () => {
    const image = imageOfTree(clean);
    expect(zeroOut(image, library.slice(0, 1000), 2048)).toBe(1);
    const [finding] = (await checkPackages(image)).findings;
    expect(finding).toMatchObject({
      id: 'package-file-changed',
      path: '/usr/lib/libx.so.1.2',
      data: { nulBytes: 2048 },
    });
  });

  test('missing files are reported by their missing directory; documentation has a lower weight', async () => {
    const tree = without(
      clean,
      'usr/bin/tool',
      'usr/lib/sub/old.so',
      'usr/share/doc/tool/copyright',
      'usr/lib/libx.so.1',
    );
    expect(briefly(await check(tree))).toEqual(
      [
        'package-file-missing /usr/bin/tool {"package":"tool 1.0","below":0}',
        'package-file-missing /usr/lib/libx.so.1 {"package":"tool 1.0","below":0}',
        'package-file-missing /lib/sub {"package":"old 1.0","below":1}',
        'package-data-missing /usr/share {"package":"tool 1.0","below":1}',
      ].sort((a, b) => (a.split(' ')[1]! < b.split(' ')[1]! ? -1 : 1)),
    );
  });

  test('configuration may be changed and removed, but not be NUL', async () => {
    const other = await check({ ...clean, 'etc/tool.conf': 'a=2\n' });
    expect(named(other)).toEqual(['package-config-differs /etc/tool.conf']);
    expect(other.verdict).toBe('info');
    expect(named(await check(without(clean, 'etc/tool.conf')))).toEqual(['package-config-missing /etc']);
    const nul = await check({ ...clean, 'etc/tool.conf': new Uint8Array(4) });
    expect(named(nul)).toEqual(['package-file-all-nul /etc/tool.conf']);
    expect(nul.verdict).toBe('error');
  });

  test('another type is named; a symlink to the right content will do', async () => {
    const directory = await check({ ...without(clean, 'usr/bin/tool'), 'usr/bin/tool': null });
    expect(briefly(directory)).toEqual([
      'package-file-wrong-type /usr/bin/tool {"package":"tool 1.0","stored":"directory","expected":"regular file"}',
    ]);
    const link = { ...without(clean, 'usr/bin/tool'), 'usr/bin/tool': '-> ../moved', 'usr/moved': toolContent };
    expect(named(await check(link))).toEqual([]);
    const wrong = { ...link, 'usr/moved': 'something else' };
    expect(named(await check(wrong))).toEqual(['package-file-wrong-type /usr/moved']);
  });

  test('files that change in use are not damage, and a missing mount point is a warning', async () => {
    const tree = {
      ...clean,
      ...dpkgTree([...packages, { name: 'state', files: { 'var/lib/state': 'as installed\n', proc: null } }]),
      'var/lib/state': 'in use\n',
    };
    expect(named(await check(tree))).toEqual([
      'package-directory-missing /proc',
      'package-data-differs /var/lib/state',
    ]);
  });

  test('a file whose blocks lie nowhere cannot be read', async () => {
    const image = imageOfTree(clean);
    const { inode } = await (await openImage(memorySource(image.bytes))).stat('/usr/lib/libx.so.1.2');
    image.setBlockWord(inode, 5, 4_000_000);
    expect(named(await checkPackages(image))).toContain('package-file-unreadable /usr/lib/libx.so.1.2');
  });

  test('diversions, taken over files and left out paths raise no alarm', async () => {
    const diverted = {
      ...without(clean, 'usr/bin/old', 'usr/share/doc/tool/copyright'),
      'usr/bin/old': 'from another package\n',
      'usr/bin/old.real': 'old\n',
      'usr/share/doc': null,
      'var/lib/dpkg/diversions': '/bin/old\n/bin/old.real\nnewer\n',
      'etc/dpkg/dpkg.cfg.d/docker':
        'path-exclude=/usr/share/doc/*\npath-include /usr/share/doc/*/copyright\npath-exclude /usr/share/doc/tool*\n',
    };
    // the sums of `tool` still name what `newer` took over and changed
    const taken = dpkgTree([
      ...packages,
      { name: 'newer', files: { 'usr/bin/shared': 'of newer\n' } },
      { name: 'older', files: { 'usr/bin/shared': 'of older\n' } },
    ]);
    taken['var/lib/dpkg/info/older.list'] = '/.\n';
    const tree = { ...diverted, ...taken, 'usr/bin/shared': 'of newer\n' };
    expect(named(await check(tree))).toEqual([]);
  });

  test('packages in other states: gone ones are left out, unfinished ones named and verified', async () => {
    const tree = {
      ...clean,
      ...dpkgTree([
        ...packages,
        { name: 'purged', status: 'purge ok not-installed', files: { 'usr/bin/purged': 'x' } },
        { name: 'removed', status: 'deinstall ok config-files', files: {}, conffiles: { 'etc/removed': 'x' } },
        { name: 'half', status: 'install ok unpacked', files: { 'usr/bin/half': 'x' } },
      ]),
    };
    expect(named(await check(tree))).toEqual(['package-unfinished -', 'package-file-missing /usr/bin/half']);
  });

  test('files without sums are counted, and a package without sums is not damage', async () => {
    const tree = without(clean, 'var/lib/dpkg/info/old.md5sums');
    expect(briefly(await check(tree))).toEqual(['package-without-digests - {"package":"old 1.0","files":2}']);
  });

  const info = 'var/lib/dpkg/info';
  const status = String(clean['var/lib/dpkg/status']);
  test.each<[string, Tree, string[]]>([
    [
      'status all NUL',
      { ...clean, 'var/lib/dpkg/status': new Uint8Array(status.length) },
      [
        `/var/lib/dpkg/status all of its ${status.length} bytes are NUL`,
        '/var/lib/dpkg/status it names no package, but there are file lists of 2 packages',
      ],
    ],
    [
      'status empty',
      { ...clean, 'var/lib/dpkg/status': '' },
      ['/var/lib/dpkg/status it names no package, but there are file lists of 2 packages'],
    ],
    [
      'status gone',
      without(clean, 'var/lib/dpkg/status'),
      ['/var/lib/dpkg/status it names no package, but there are file lists of 2 packages'],
    ],
    [
      'status truncated',
      { ...clean, 'var/lib/dpkg/status': status.slice(0, status.indexOf('Package: old')) },
      ['/var/lib/dpkg/status 1 packages have file lists but no entry here, the first is old'],
    ],
    [
      'a stanza torn',
      { ...clean, 'var/lib/dpkg/status': status.replace('Architecture: amd64\n', 'Archi\n') },
      [
        '/var/lib/dpkg/status line 3 is not a field',
        '/var/lib/dpkg/status 1 packages have file lists but no entry here, the first is tool',
      ],
    ],
    [
      'sums empty',
      { ...clean, [`${info}/old.md5sums`]: '' },
      ['/var/lib/dpkg/info/old.md5sums it is empty, but the package has 2 files'],
    ],
    [
      'sums NUL',
      { ...clean, [`${info}/old.md5sums`]: new Uint8Array(100) },
      ['/var/lib/dpkg/info/old.md5sums all of its 100 bytes are NUL'],
    ],
    [
      'sums truncated',
      { ...clean, [`${info}/old.md5sums`]: `${clean[`${info}/old.md5sums`]}0123` },
      ['/var/lib/dpkg/info/old.md5sums line 3 is not an MD5 and a path'],
    ],
    ['list gone', without(clean, `${info}/old.list`), ['/var/lib/dpkg/info/old.list it is missing']],
    ['list empty', { ...clean, [`${info}/old.list`]: '' }, ['/var/lib/dpkg/info/old.list it is empty']],
    [
      'list torn',
      { ...clean, [`${info}/old.list`]: '/.\n/usr\nsr/bin\n' },
      ['/var/lib/dpkg/info/old.list line 3 is not a path'],
    ],
    [
      'diversions torn',
      { ...clean, 'var/lib/dpkg/diversions': '/bin/x\n/bin/y\n' },
      ['/var/lib/dpkg/diversions line 2 names no package'],
    ],
  ])('a damaged database is said to be: %s', async (_name, tree, expected) => {
    const report = await check(tree);
    expect(
      report.findings.map(
        ({ id, path, data }) => `${id === 'package-database-damaged' ? '' : `${id} `}${path} ${data?.['what']}`,
      ),
    ).toEqual(expected);
    expect(report.verdict).toBe('error');
  });

  test('lists are good enough where the status is lost', async () => {
    const tree = { ...clean, 'var/lib/dpkg/status': '', 'usr/bin/old': 'olt\n' };
    expect(named(await check(tree))).toEqual([
      'package-database-damaged /var/lib/dpkg/status',
      'package-file-changed /usr/bin/old',
    ]);
  });

  test('updates that dpkg had no time to take in count', async () => {
    const update = 'Package: old\nStatus: deinstall ok not-installed\nArchitecture: amd64\nVersion: 1.0\n\n';
    const tree = {
      ...without(clean, 'usr/bin/old', `${info}/old.list`, `${info}/old.md5sums`),
      'var/lib/dpkg/updates/0001': update,
    };
    expect(named(await check(tree))).toEqual([]);
  });

  test('a distroless image', async () => {
    const folder = 'var/lib/dpkg/status.d';
    const tree = {
      'usr/bin/tool': toolContent,
      [`${folder}/tool`]: 'Package: tool\nVersion: 2\nArchitecture: amd64\n',
      [`${folder}/tool.md5sums`]: `${md5(toolContent)}  usr/bin/tool\n${md5('x')}  usr/bin/other\n`,
    };
    expect(briefly(await check(tree))).toEqual(['package-file-missing /usr/bin/other {"package":"tool 2","below":0}']);
  });

  test('an image without packages is not called clean', async () => {
    const report = await check({ 'etc/hosts': 'x' });
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('incomplete');
    expect(report.notChecked).toEqual([
      { what: 'packages', why: 'no package database with an installed package was found' },
    ]);
  });

  test('databases that are not read are named', async () => {
    const report = await check({ ...clean, 'var/lib/rpm/Packages': 'x', 'usr/lib/opkg/status': 'x' });
    expect(report.findings).toEqual([]);
    expect(report.notChecked.map(({ what }) => what)).toEqual(['/var/lib/rpm/Packages', '/usr/lib/opkg/status']);
  });
});
