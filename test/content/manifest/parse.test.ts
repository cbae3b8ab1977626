import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Manifest, manifestLimits } from '../../../src/content/manifest/entry';
import { ManifestError, parseManifest } from '../../../src/content/manifest/parse';
import { unvis } from '../../../src/content/manifest/vis';

const paths = (manifest: Manifest) => manifest.entries.map(({ path }) => path);

const sha256 = 'a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa';
const md5 = '415290769594460e2e485922904f345d';

describe('vis', () => {
  test.each([
    ['plain', 'plain'],
    ['a\\040b', 'a b'],
    ['a\\sb', 'a b'],
    ['a\\#b', 'a#b'],
    ['a\\\\b', 'a\\b'],
    ['new\\nline', 'new\nline'],
    ['new\\012line', 'new\nline'],
    ['\\M-C\\M-<', '\xc3\xbc'],
    ['\\303\\274', '\xc3\xbc'],
    ['\\M^A', '\x81'],
    ['\\^A\\^?', '\x01\x7f'],
    ['\\x41', 'A'],
    ['\\0', '\0'],
    ['\\$', ''],
    ['\\7778', '\x3f78'],
  ])('%s', (word, text) => expect(unvis(word)).toBe(text));

  test.each(['\\', '\\q', '\\M', '\\M-', '\\^', '\\x', '\\M^'])('%s is none', (word) => expect(unvis(word)).toBeNull());
});

describe('mtree', () => {
  test('libarchive, flat: one full path a line', () => {
    const manifest = parseManifest(
      [
        '#mtree',
        '. gname=root uname=root time=1795820187.481890383 mode=755 gid=0 uid=0 type=dir',
        './link nlink=1 mode=777 gid=5 uid=4294967295 type=link link=sp\\040ace\\043x',
        './null mode=644 type=char device=native,1,3',
        `./sub/\\303\\274 nlink=2 mode=4755 type=file size=1 cksum=12 sha256digest=${sha256} md5digest=${md5.toUpperCase()}`,
        '',
      ].join('\n'),
    );
    expect(manifest).toEqual({
      format: 'mtree',
      faults: [],
      faultCount: 0,
      entries: [
        {
          path: '/',
          line: 2,
          type: 'directory',
          mode: 0o755,
          uid: 0,
          gid: 0,
          user: 'root',
          group: 'root',
          time: { seconds: 1795820187, nanoseconds: 481890383 },
        },
        { path: '/link', line: 3, type: 'symlink', mode: 0o777, uid: 4294967295, gid: 5, links: 1, target: 'sp ace#x' },
        { path: '/null', line: 4, type: 'character-device', mode: 0o644, device: { major: 1, minor: 3 } },
        {
          path: '/sub/ü',
          line: 5,
          type: 'file',
          mode: 0o4755,
          links: 2,
          size: 1,
          cksum: 12,
          digests: [
            { names: ['sha256'], hex: sha256 },
            { names: ['md5'], hex: md5 },
          ],
        },
      ],
    });
  });

  test('NetBSD, nested: names descend and ascend, defaults are set and unset, lines go on', () => {
    const manifest = parseManifest(
      [
        '#	   user: (null)',
        '',
        '# .',
        '/set type=file uid=0 mode=0644 nlink=1 flags=none',
        '.               type=dir mode=0755 nlink=4 time=1.5',
        '    sp\\sace\\#x  size=3 \\',
        '                sha1=86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 \\',
        `                sha256=${sha256} # a comment`,
        '# ./sub',
        'sub             type=dir mode=0700',
        '/unset uid mode',
        '    \\M-C\\M-<    optional nochange',
        '..',
        'after           rmd160=2ace81c61f6b42e19fd23dbc71aaee1712138d53',
        '..',
      ].join('\r\n'),
    );
    expect(manifest.faults).toEqual([]);
    expect(manifest.entries.map(({ path, type, mode, uid, line }) => [line, path, type, mode, uid])).toEqual([
      [5, '/', 'directory', 0o755, 0],
      [6, '/sp ace#x', 'file', 0o644, 0],
      [10, '/sub', 'directory', 0o700, 0],
      [12, '/sub/ü', 'file', undefined, undefined],
      [14, '/after', 'file', undefined, undefined],
    ]);
    expect(manifest.entries[0]?.time).toEqual({ seconds: 1, nanoseconds: 5 });
    expect(manifest.entries[1]?.digests?.map(({ names }) => names[0])).toEqual(['sha1', 'sha256']);
    expect(manifest.entries[3]).toMatchObject({ optional: true, nochange: true });
    expect(manifest.entries[4]?.digests?.[0]?.names).toEqual(['rmd160']);
  });

  test('systemd writes sha256sum=, and a full path does not descend', () => {
    const manifest = parseManifest(`./usr type=dir mode=0755\n./usr/x type=file sha256sum=${sha256}\ny type=file`);
    expect(paths(manifest)).toEqual(['/usr', '/usr/x', '/y']);
    expect(manifest.entries[1]?.digests?.[0]?.hex).toBe(sha256);
  });

  test('device numbers in the forms that there are', () => {
    const devices = ['native,8,1', 'linux,259,70000', '0x801', '2049'].map(
      (device) => parseManifest(`./x type=block device=${device}`).entries[0]?.device,
    );
    expect(devices).toEqual([
      { major: 8, minor: 1 },
      { major: 259, minor: 70000 },
      { major: 8, minor: 1 },
      { major: 8, minor: 1 },
    ]);
  });

  test('what cannot be understood is a fault with its line, and the rest is read', () => {
    const manifest = parseManifest(
      [
        '#mtree',
        './a type=file mode=rwx',
        './b type=door colour=red size=-1 uid=x bare',
        './../c type=file',
        '..',
        './bad\\qescape type=file',
        './d type=link link=bad\\qescape sha256digest=none time=x device=a,b',
      ].join('\n'),
    );
    expect(paths(manifest)).toEqual(['/a', '/b', '/d']);
    expect(manifest.faults).toEqual([
      { line: 2, reason: "mode must be octal, not 'rwx'" },
      { line: 3, reason: "the type 'door' is unknown" },
      { line: 3, reason: "the keyword 'colour' is unknown" },
      { line: 3, reason: "'-1' is not a valid size" },
      { line: 3, reason: "'x' is not a valid uid" },
      { line: 3, reason: "'bare' is unknown or has no value" },
      { line: 4, reason: "'./../c' is not a valid name" },
      { line: 5, reason: "'..' leaves the directory in which the file starts" },
      { line: 6, reason: "'./bad\\\\qescape' is not a valid name" },
      { line: 7, reason: "'bad\\\\qescape' has an unknown escape" },
      { line: 7, reason: "sha256 must be 64 hexadecimal digits, not 'none'" },
      { line: 7, reason: "time must be seconds and nanoseconds, not 'x'" },
      { line: 7, reason: "the device 'a,b' has an unknown format" },
    ]);
  });

  test('only the first hundred faults are kept', () => {
    const manifest = parseManifest(`#mtree\n./a type=file\n${'./b bare\n'.repeat(500)}`);
    expect([manifest.faults.length, manifest.faultCount]).toEqual([100, 500]);
  });

  test('a nested file cannot name paths without end', () => {
    const manifest = parseManifest(`#mtree\n${`${'d'.repeat(250)} type=dir\n`.repeat(200)}`);
    expect(manifest.faults.map(({ reason }) => reason)).toEqual([
      'a path has more than 16384 characters; the rest was not read',
    ]);
    expect(manifestLimits.exceeded(1, 1, manifestLimits.characters + 1)).toMatch(/together/);
    expect(manifestLimits.exceeded(manifestLimits.entries, 1, 1)).toMatch(/entries/);
  });
});

describe('lists of digests', () => {
  test('GNU lines: text and binary, escaped names, comments', () => {
    const manifest = parseManifest(
      [
        '# made by hand',
        `${sha256}  ./usr/bin/x`,
        `${md5} *a name`,
        `\\${md5}  new\\nline and \\\\ back`,
        `${'0'.repeat(128)}  both`,
        '',
      ].join('\n'),
    );
    expect(manifest.format).toBe('digests');
    expect(manifest.faults).toEqual([]);
    expect(manifest.entries).toEqual([
      { path: '/usr/bin/x', line: 2, type: 'file', digests: [{ names: ['sha256'], hex: sha256 }] },
      { path: '/a name', line: 3, type: 'file', digests: [{ names: ['md5'], hex: md5 }] },
      { path: '/new\\nline and \\\\ back', line: 4, type: 'file', digests: [{ names: ['md5'], hex: md5 }] },
      { path: '/both', line: 5, type: 'file', digests: [{ names: ['sha512', 'blake2b512'], hex: '0'.repeat(128) }] },
    ]);
  });

  test('BSD and openssl lines', () => {
    const manifest = parseManifest(
      `SHA256 (a (b) = c) = ${sha256}\nMD5(d)= ${md5}\n\\SHA2-256(e\\nf)= ${sha256}\nBLAKE2b (g) = ${'1'.repeat(128)}`,
    );
    expect(manifest.entries.map(({ path, digests }) => [path, digests?.[0]?.names])).toEqual([
      ['/a (b) = c', ['sha256']],
      ['/d', ['md5']],
      ['/e\\nf', ['sha256']],
      ['/g', ['blake2b512']],
    ]);
  });

  test('NUL-separated lines are never escaped, and names may be of any bytes', () => {
    const text = new TextEncoder().encode(`${md5}  a\nb\0${md5}  \\c\0${md5}  ?\0`);
    text[text.length - 2] = 0xff;
    expect(paths(parseManifest(text))).toEqual(['/a\\nb', '/\\\\c', '/\\xff']);
  });

  test('what cannot be understood is a fault with its line', () => {
    const manifest = parseManifest(
      [
        `${md5}  good`,
        'nonsense',
        `${md5}00  odd length`,
        `SHA512 (x) = ${md5}`,
        `CRC32C (x) = ${md5}`,
        `${md5}  ../up`,
        `\\${md5}  bad\\qescape`,
      ].join('\n'),
    );
    expect(paths(manifest)).toEqual(['/good']);
    expect(manifest.faults).toEqual([
      { line: 2, reason: "'nonsense' is not a digest and a path" },
      { line: 3, reason: 'no digest has 34 digits' },
      { line: 4, reason: 'SHA512 has 128 digits, not 32' },
      { line: 5, reason: "the digest 'CRC32C' is unknown" },
      { line: 6, reason: "'../up' is not a path below the root" },
      { line: 7, reason: "'bad\\\\qescape' is not a path below the root" },
    ]);
  });
});

describe('anything', () => {
  test.each([
    ['', /neither/],
    ['\n\n# only comments\n', /neither/],
    ['Dear reader,\n', /neither/],
    ['\0\0\0', /neither/],
    ['#mtree\n', /names no file/],
    ['#mtree\n..\n', /line 2: /],
  ])('%j is refused', (text, message) => {
    expect(() => parseManifest(text)).toThrow(ManifestError);
    expect(() => parseManifest(text)).toThrow(message);
  });

  test('never throws anything else, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '#mtree\n',
        '/set type=dir\n',
        '..\n',
        '\\\n',
        './',
        'type=dir',
        ' ',
        '\n',
        '\0',
        '\\M-',
        md5,
        '  ',
        '(',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          const { entries } = parseManifest(pieces.join(''));
          for (const { path } of entries) expect(path).toMatch(/^\//);
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
