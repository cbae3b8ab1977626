/** Manifests that real programs made of a tree, compared with clean and changed images of that tree. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { checkImage } from '../../../src/check';
import { checkImageOnNode as checkOnNode } from '../../../src/check-on-node';
import { type ManifestCheckOptions, manifestCheck } from '../../../src/content/manifest/check';
import { parseManifest } from '../../../src/content/manifest/parse';
import { inode } from '../../../src/layout/inode';
import type { CheckReport } from '../../../src/problem/report';
import { memorySource } from '../../../src/source/memory';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import type { TestImage } from '../../support/image';
import { imageOf, rootTree, toolContent, zeroOut } from '../../support/root-tree';

// many processes are started, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

const has = (tool: string, ...args: string[]) => spawnSync(tool, args).status === 0;

/** What a shell prints in a folder; it must end well. */
function shell(command: string, cwd: string): Buffer {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

const verify = (
  image: TestImage,
  manifest: string | Uint8Array,
  options: ManifestCheckOptions = {},
  check: typeof checkImage = checkImage,
): Promise<CheckReport> =>
  check(memorySource(image.bytes), { extensions: [manifestCheck(parseManifest(manifest), options)] });

const brief = ({ findings }: CheckReport) => findings.map(({ id, path, data }) => [id, path, data] as const);

const bsdtar = (options: string) => `bsdtar --format=mtree --options='${options}' -cf - .`;

const makers: [name: string, tool: boolean, command: string][] = [
  ['bsdtar as it is', has('bsdtar', '--version'), 'bsdtar --format=mtree -cf - .'],
  ['bsdtar with all keywords', has('bsdtar', '--version'), bsdtar('!flags,all,!flags')],
  [
    'bsdtar, nested and indented',
    has('bsdtar', '--version'),
    'bsdtar --format=mtree-classic --options=use-set,indent,sha256,sha512 -cf - .',
  ],
  ['bsdtar, rmd160 only', has('bsdtar', '--version'), bsdtar('!all,type,rmd160')],
  ['bsdtar, cksum only', has('bsdtar', '--version'), bsdtar('!all,type,cksum')],
  ['NetBSD mtree', has('mtree', '-c', '-p', '/proc/self/fdinfo'), 'mtree -c -K sha256,cksum,md5 -p .'],
  ...['md5sum', 'sha1sum', 'sha224sum', 'sha256sum', 'sha384sum', 'sha512sum', 'b2sum'].flatMap(
    (tool): [string, boolean, string][] => [
      [tool, has(tool, '--version'), `find . -type f -exec ${tool} {} +`],
      [`${tool} --tag`, has(tool, '--version'), `find . -type f -exec ${tool} --tag {} +`],
      [`${tool} -z`, has(tool, '--version'), `find . -type f -exec ${tool} -z {} +`],
    ],
  ),
];

describe.skipIf(!hasE2fsprogs)('manifests of real programs', () => {
  const root = hasE2fsprogs ? rootTree() : '';
  const changed = hasE2fsprogs
    ? rootTree((write, folder) => {
        write('usr/share/empty', 'x');
        write('etc/os-release', 'NAME="Test"\nID=test\nPRETTY_NAME="Test OS 1.1"\n');
        unlinkSync(join(folder, 'usr/share/ümlaut'));
        write('usr/share/more', 'extra');
      })
    : '';

  describe.each(makers)('%s', (name, there, command) => {
    test.skipIf(!there)('the same tree verifies clean, with no extra files', async () => {
      const manifest = shell(command, root);
      const report = await verify(imageOf(root), manifest, { extra: true }, checkOnNode);
      expect(brief(report)).toEqual([]);
      expect(report.notChecked).toEqual([]);
      expect(report.verdict).toBe('clean');
    });

    test.skipIf(!there)('another tree does not', async () => {
      const report = await verify(imageOf(changed), shell(command, root), { extra: true }, checkOnNode);
      const withDigests = name !== 'bsdtar as it is';
      const withSizes = !/sum|only/.test(name);
      expect(brief(report).map(([id, path]) => [id, path])).toEqual(
        [
          ...(withDigests ? [['manifest-content-differs', '/etc/os-release']] : []),
          [withSizes ? 'manifest-size-differs' : 'manifest-content-differs', '/usr/share/empty'],
          ['manifest-file-missing', '/usr/share/ümlaut'],
          ['manifest-extra-file', '/usr/share/more'],
        ].sort(([a], [b]) => Number(a === 'manifest-extra-file') - Number(b === 'manifest-extra-file')),
      );
      expect(report.affected.map(({ path, how }) => [path, how])).toContainEqual(['/usr/share/ümlaut', 'missing']);
    });
  });
});

const hasBsdtar = has('bsdtar', '--version');

describe.skipIf(!hasE2fsprogs || !hasBsdtar)('each difference is named (needs e2fsprogs and bsdtar)', () => {
  const root = hasE2fsprogs ? rootTree() : '';
  const list = hasBsdtar ? shell('bsdtar --format=mtree --options=sha256 -cf - .', root) : Buffer.alloc(0);
  const manifest = list.toString('latin1');
  const bytesOf = (text: string) => Buffer.from(text, 'latin1');

  test('permissions, link targets, types and missing directories', async () => {
    const image = imageOf(
      rootTree((write, folder) => {
        chmodSync(join(folder, 'usr/bin/tool'), 0o644);
        unlinkSync(join(folder, 'etc/link'));
        symlinkSync('../usr/bin/elf', join(folder, 'etc/link'));
        unlinkSync(join(folder, 'etc/dangling'));
        mkdirSync(join(folder, 'etc/dangling'));
        rmSync(join(folder, 'var'), { recursive: true });
        unlinkSync(join(folder, 'bin'));
        write('bin', 'not a link');
      }),
    );
    const report = await verify(image, bytesOf(manifest));
    expect(brief(report)).toEqual([
      ['manifest-type-differs', '/bin', { stored: 'regular file', expected: 'symlink' }],
      ['manifest-type-differs', '/etc/dangling', { stored: 'directory', expected: 'symlink' }],
      ['manifest-link-differs', '/etc/link', { stored: '../usr/bin/elf', expected: '../usr/bin/tool' }],
      ['manifest-mode-differs', '/usr/bin/hard', { stored: '0644', expected: '0755' }],
      ['manifest-mode-differs', '/usr/bin/tool', { stored: '0644', expected: '0755' }],
      ['manifest-file-missing', '/var', { line: expect.any(Number), stoppedAt: null }],
      ['manifest-file-missing', '/var/cache', { line: expect.any(Number), stoppedAt: '/var' }],
    ]);
    expect(report.verdict).toBe('error');
  });

  test('one byte that changed, and content that is all NUL, of a file with two names', async () => {
    const image = imageOf(root);
    const [digest] = /\w{64}/.exec(/bin\/tool .*/.exec(manifest)![0])!;
    const changed = image.copy();
    const at = Buffer.from(changed.bytes.buffer).indexOf('the content of a tool');
    changed.bytes[at] = 'T'.charCodeAt(0);
    const stored = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(brief(await verify(changed, bytesOf(manifest)))).toEqual(
      ['/usr/bin/hard', '/usr/bin/tool'].map((path) => [
        'manifest-content-differs',
        path,
        { digest: 'sha256', stored, expected: digest },
      ]),
    );
    expect(zeroOut(image, 'the content of a tool', toolContent.length)).toBe(1);
    const nul = await verify(image, bytesOf(manifest));
    expect(brief(nul)).toEqual(
      ['/usr/bin/hard', '/usr/bin/tool'].map((path) => [
        'manifest-content-all-nul',
        path,
        { size: toolContent.length },
      ]),
    );
    expect(nul.affected.map(({ path, how }) => [path, how])).toEqual(
      ['/usr/bin/hard', '/usr/bin/tool'].map((path) => [path, 'damaged']),
    );
    // the size is wrong as well: that it is all NUL says more
    const shorter = manifest.replace(/(bin\/tool .*size=)\d+/, '$17');
    expect(brief(await verify(image, bytesOf(shorter))).map(([id]) => id)).toEqual([
      'manifest-content-all-nul',
      'manifest-content-all-nul',
    ]);
  });

  test('owners by number and by name, links and times', async () => {
    const image = imageOf(root);
    const lines = [
      './etc/passwd uid=4321 gname=nogroup',
      './etc/group uname=nobody gid=9',
      './usr/bin/tool nlink=1 time=5.0',
      './usr/bin/elf uname=someone',
    ];
    const text = lines.join('\n');
    const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const report = await verify(image, `#mtree\n${text}`, { times: true });
    expect(brief(report)).toEqual([
      ['manifest-owner-differs', '/etc/group', { stored: `group ${gid}`, expected: 'group 9' }],
      ['manifest-owner-differs', '/etc/passwd', { stored: `user ${uid}`, expected: 'user 4321' }],
      [
        'manifest-time-differs',
        '/usr/bin/tool',
        { stored: expect.stringMatching(/^\d+\.\d{9}$/), expected: '5.000000000' },
      ],
      ['manifest-links-differ', '/usr/bin/tool', { stored: 2, expected: 1 }],
    ]);
    expect(report.notChecked).toEqual([
      {
        what: 'owners named in the manifest',
        why: "the image's /etc/passwd and /etc/group do not define nogroup, nobody",
      },
    ]);
    expect(report.verdict).toBe('incomplete');
    expect(brief(await verify(image, `#mtree\n./usr/bin/tool time=5.0`))).toEqual([]);
  });

  test('times as bsdtar writes them', async () => {
    const report = await verify(imageOf(root), bytesOf(manifest), { times: true });
    // mke2fs makes the root itself, and copies no time to it
    expect(brief(report).map(([id, path]) => [id, path])).toEqual([['manifest-time-differs', '/']]);
  });

  test('content that cannot be read', async () => {
    const image = imageOf(root, '-t ext2 -b 1024');
    const tool = (await verify(image, `#mtree\n./usr/bin/tool mode=1`)).findings[0]!.inode!;
    image.setBlockWord(tool, 1, 999_999);
    const report = await verify(image, bytesOf(manifest));
    const found = brief(report).filter(([id]) => id.startsWith('manifest-'));
    expect(found.map(([id, path]) => [id, path])).toEqual([
      ['manifest-content-unreadable', '/usr/bin/hard'],
      ['manifest-content-unreadable', '/usr/bin/tool'],
    ]);
    expect(inode.i_links_count(image.view, image.inodeAt(tool))).toBe(2);
  });

  test('optional, nochange and ignore', async () => {
    const text = [
      '#mtree',
      '. type=dir',
      './nothing type=file optional',
      './usr/bin/tool type=file size=1 mode=1 nochange',
      './usr ignore',
      './var type=dir',
      './bin type=link',
      './etc type=dir',
    ].join('\n');
    const report = await verify(imageOf(root), text, { extra: true });
    expect(brief(report)).toEqual(
      ['dangling', 'group', 'link', 'os-release', 'passwd', 'shadow']
        .map((name) => [
          'manifest-extra-file',
          `/etc/${name}`,
          { type: /dangling|link/.test(name) ? 'symlink' : 'regular file', below: 0 },
        ])
        .concat([['manifest-extra-file', '/var/cache', { type: 'directory', below: 0 }]]),
    );
    const all = await verify(imageOf(root), '#mtree\n./etc/passwd type=file', { extra: true });
    expect(brief(all).find(([, path]) => path === '/usr')?.[2]).toEqual({ type: 'directory', below: 10 });
  });

  test('a manifest of one directory', async () => {
    const list = shell('find . -type f -exec sha256sum {} +', join(root, 'usr'));
    expect(brief(await verify(imageOf(root), list, { root: '/usr/', extra: true }, checkOnNode))).toEqual([]);
    expect(brief(await verify(imageOf(root), list)).map(([id]) => id)).toContain('manifest-file-missing');
  });

  test('a path over a symlink to a directory', async () => {
    const report = await verify(imageOf(root), `#mtree\n./bin/tool size=${toolContent.length}\n./bin/no type=file`);
    expect(brief(report).map(([id, path]) => [id, path])).toEqual([['manifest-file-missing', '/bin/no']]);
  });

  test('faults of the manifest keep a report from being clean', async () => {
    const report = await verify(
      imageOf(root),
      '#mtree\n./etc type=dir\n./x colour=red optional\n./y shape=round optional',
      {
        name: 'root.mtree',
      },
    );
    expect(report.verdict).toBe('incomplete');
    expect(report.notChecked).toEqual([
      { what: 'part of root.mtree', why: "line 3: the keyword 'colour' is unknown, and 1 more such lines" },
    ]);
  });

  test('a digest that cannot be computed is said, not failed', async () => {
    const report = await verify(imageOf(root), `#mtree\n./etc/passwd rmd160digest=${'0'.repeat(40)}`);
    expect(brief(report)).toEqual([]);
    expect(report.notChecked).toEqual([
      { what: 'digests in the manifest', why: 'some are of an algorithm that cannot be computed here' },
    ]);
  });

  const isRoot = process.getuid?.() === 0;
  test.skipIf(!isRoot)('devices have numbers', async () => {
    const withDevice = rootTree((_, folder) => shell('mknod dev b 8 1', folder));
    const image = imageOf(withDevice);
    expect(brief(await verify(image, '#mtree\n./dev type=block device=native,8,1'))).toEqual([]);
    expect(brief(await verify(image, '#mtree\n./dev type=block device=native,8,2'))).toEqual([
      ['manifest-device-differs', '/dev', { stored: '8:1', expected: '8:2' }],
    ]);
  });
});
