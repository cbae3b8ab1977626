/** How programs are found, and what their messages mean. */
import { chmodSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProgram, meaningOf, toolEnvironment, toolFor } from '../../../src/source/packed/tools';
import { fileOf, scratchFolder } from '../support';

const folder = scratchFolder();
const posix = process.platform !== 'win32';

describe.skipIf(!posix)('the search path', () => {
  const sub = (name: string, mode?: number): string => {
    const made = join(folder, name);
    mkdirSync(made);
    if (mode !== undefined) chmodSync(fileOf(made, 'xz', new Uint8Array(0)), mode);
    return made;
  };
  const [hostile, none, plain, sound] = [sub('hostile', 0o755), sub('none'), sub('plain', 0o644), sub('sound', 0o755)];
  mkdirSync(join(none, 'xz'));
  const of = (...entries: string[]) => findProgram('xz', entries.join(delimiter));

  test('the first folder that has it as a program', () => {
    expect(of(none, plain, sound, hostile)).toBe(join(sound, 'xz'));
    expect(of(none, join(folder, 'nowhere'))).toBeUndefined();
    expect(of('')).toBeUndefined();
  });

  test('never by a relative folder, also where that has it', () => {
    const towards = relative(process.cwd(), hostile);
    expect(findProgram('xz', hostile)).toBe(join(hostile, 'xz'));
    for (const entry of [
      '.',
      '',
      './',
      towards,
      `./${towards}`,
      join('..', relative(dirname(process.cwd()), hostile)),
    ]) {
      expect(of(entry)).toBeUndefined();
      expect(of(entry, sound)).toBe(join(sound, 'xz'));
    }
  });
});

test('the environment of a tool', () => {
  const env = toolEnvironment({
    PATH: '/bin',
    XZ_OPT: '-v',
    XZ_DEFAULTS: '-q',
    BZIP: '-1',
    ZSTD_CLEVEL: '9',
    LANGUAGE: 'de',
  });
  expect(env).toEqual({ PATH: '/bin', LC_ALL: 'C', XZ_DEFAULTS: '-T0 --memlimit-decompress=1GiB' });
});

test('each format has a program, its package and a command', () => {
  for (const format of ['xz', 'lzma', 'bzip2', 'lz4', 'zstd'] as const) {
    const { program, command, args } = toolFor(format);
    expect(command).toMatch(new RegExp(`^${program} -dk .*FILE$`));
    expect(args[0]).toMatch(/^-dc/);
  }
  expect(toolFor('lzma').package).toBe('xz-utils');
});

describe('messages', () => {
  test.each([
    [1, 'xz: (stdin): Unexpected end of input\n', 'is truncated', 'Unexpected end of input'],
    [1, 'xz: (stdin): Compressed data is corrupt\n', 'is corrupt', 'Compressed data is corrupt'],
    [
      2,
      '\nbzip2: Compressed file ends unexpectedly;\n\tperhaps it is corrupted?',
      'is truncated',
      'Compressed file ends unexpectedly;',
    ],
    [
      2,
      '\nbzip2: Data integrity error when decompressing.\n',
      'is corrupt',
      'Data integrity error when decompressing.',
    ],
    [
      68,
      '*** LZ4 command line interface ***\nError 68 : Unfinished stream \n',
      'is truncated',
      'Error 68 : Unfinished stream',
    ],
    [
      53,
      'Error 53 : Read error : cannot access compressed block ! ',
      'is truncated',
      'Error 53 : Read error : cannot access compressed block !',
    ],
    [1, '/*stdin*\\ : Read error (39) : premature end \n', 'is truncated', 'Read error (39) : premature end'],
    [1, '/*stdin*\\ : Decoding error (36) : checksum \n', 'is corrupt', 'Decoding error (36) : checksum'],
    [7, '', 'is corrupt', 'status 7'],
  ])('%d %j', (status, text, what, why) => {
    expect(meaningOf({ status, text }, true)).toEqual({ what, why });
  });

  test('other data after the end, or at the start', () => {
    for (const text of ['bzip2: (stdin): trailing garbage after EOF ignored', 'zstd: /*stdin*\\: unsupported format']) {
      expect(meaningOf({ status: text.includes('zstd') ? 1 : 0, text }, true)).toMatchObject({
        what: 'is not all of it',
      });
    }
    expect(meaningOf({ status: 1, text: 'zstd: /*stdin*\\: unsupported format' }, false)).toMatchObject({
      what: 'is corrupt',
    });
  });

  test.each([
    ['xz: (stdin): Memory usage limit reached', 'memory'],
    ['xz: (stdin): Cannot allocate memory', 'memory'],
    ['/*stdin*\\ : Decoding error (36) : Frame requires too much memory for decoding', 'memory'],
    ['xz: (stdout): Write error: No space left on device', 'full'],
    ["xz: unrecognized option: 'memlimit'", 'usage'],
  ])('%s', (text, meaning) => {
    expect(meaningOf({ status: 1, text }, true)).toBe(meaning);
  });

  test('nothing is wrong', () => {
    expect(meaningOf({ status: 0, text: '*** LZ4 ***\nstdin : decoded 5 bytes' }, true)).toBeNull();
  });
});
