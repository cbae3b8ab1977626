import { expect, test } from 'vitest';
import { asciiText, isUtf8, localText } from '../../src/cli/locale';

test.each<[boolean, Record<string, string>]>([
  [true, {}],
  [true, { LC_ALL: '', LC_CTYPE: '', LANG: '' }],
  [true, { LANG: 'en_US.UTF-8' }],
  [true, { LANG: 'C.utf8' }],
  [true, { LC_CTYPE: 'UTF-8' }],
  [true, { LC_ALL: 'de_DE.UTF-8@euro', LANG: 'C' }],
  [true, { LC_CTYPE: 'C.UTF-8', LANG: 'POSIX' }],
  [true, { LC_MESSAGES: 'C', LANG: 'C.UTF-8' }],
  [false, { LC_ALL: 'C' }],
  [false, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }],
  [false, { LC_ALL: '', LC_CTYPE: 'POSIX', LANG: 'en_US.UTF-8' }],
  [false, { LANG: 'de_DE' }],
  [false, { LANG: 'de_DE.ISO-8859-1' }],
])('UTF-8 is %s with %j', (utf8, env) => {
  expect(isUtf8(env)).toBe(utf8);
  expect(localText('1 … 2', { env })).toBe(utf8 ? '1 … 2' : '1 ... 2');
});

test('ASCII text keeps what the text means, and everything that is ASCII', () => {
  const ascii = Array.from({ length: 128 }, (_, i) => String.fromCharCode(i)).join('');
  expect(asciiText(ascii)).toBe(ascii);
  expect(asciiText('/srv/Grüße/文/😀 – “x” …')).toBe('/srv/Gr\\u{fc}\\u{df}e/\\u{6587}/\\u{1f600} - "x" ...');
});
