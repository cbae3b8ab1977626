import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinPath, parsePrintableName, printableName } from '../../src/bytes/names';
import { anyText } from '../support/any-text';
import { amount } from '../support/project';
import { patchyBytes } from './patchy-bytes';

const utf8 = (text: string) => new TextEncoder().encode(text);
const print = (bytes: Uint8Array) => printableName(bytes, 0, bytes.length);

const numRuns = amount({ unit: 200, ci: 1000, full: 20_000 });

const someBytes = fc.oneof(
  fc.uint8Array({ maxLength: 60, size: 'max' }),
  anyText({ maxLength: 40, size: 'max' }).map(utf8),
  fc
    .string({
      unit: fc.constantFrom('\\', 'x', 'u', '{', '}', '4', 'f', 'n', 't', '\n', '\u0085'),
      maxLength: 40,
      size: 'max',
    })
    .map(utf8),
  patchyBytes(60),
);

test('any name can be turned back into its bytes', () => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      expect([...parsePrintableName(print(bytes))]).toEqual([...bytes]);
    }),
    { numRuns },
  );
});

test('every single byte and code points of every length can be turned back', () => {
  const wrong: Uint8Array[] = [];
  const turnBack = (bytes: Uint8Array) => {
    if (Buffer.compare(parsePrintableName(print(bytes)), bytes) !== 0) wrong.push(bytes);
  };
  for (let first = 0; first < 256; first++) turnBack(Uint8Array.of(first));
  for (let code = 0; code < 0x110000; code += code < 0x3000 || code > 0xfe00 ? 61 : 997) {
    if (code >= 0xd800 && code < 0xe000) continue;
    turnBack(utf8(String.fromCodePoint(code)));
  }
  expect(wrong).toEqual([]);
});

test('nothing printed can move the cursor, break a line, turn the text around or be half a character', () => {
  const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/u;
  fc.assert(
    fc.property(someBytes, (bytes) => {
      expect(print(bytes)).not.toMatch(unsafe);
    }),
    { numRuns },
  );
  const wrong: string[] = [];
  for (let code = 0; code < 0x10000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCharCode(code);
    const printed = print(utf8(character));
    if ((printed === character) !== (!unsafe.test(character) && character !== '\\')) wrong.push(printed);
  }
  expect(wrong).toEqual([]);
});

test.each([
  ['plain text stays', utf8('Grüße, 世界 🎉 (1).txt'), 'Grüße, 世界 🎉 (1).txt'],
  ['joined emoji stay', utf8('👩‍🚀'), '👩‍🚀'],
  ['newline, tab and backslash', utf8('a\nb\tc\\d'), 'a\\nb\\tc\\\\d'],
  ['other control bytes', Uint8Array.of(0, 7, 0x1b, 0x7f), '\\x00\\x07\\x1b\\x7f'],
  ['C1 control characters', utf8('\u0085\u009b'), '\\u{85}\\u{9b}'],
  [
    'writing direction',
    utf8('\u202egnp.exe\u2066\u200f\u061c\ufeff'),
    '\\u{202e}gnp.exe\\u{2066}\\u{200f}\\u{61c}\\u{feff}',
  ],
  ['line separators', utf8('\u2028\u2029'), '\\u{2028}\\u{2029}'],
  ['bytes that are not UTF-8', Uint8Array.of(0x61, 0xff, 0x80, 0x62), 'a\\xff\\x80b'],
  ['a character cut off', Uint8Array.of(0x61, 0xe4, 0xb8), 'a\\xe4\\xb8'],
  ['an overlong slash', Uint8Array.of(0xc0, 0xaf, 0xe0, 0x80, 0xaf), '\\xc0\\xaf\\xe0\\x80\\xaf'],
  ['a surrogate', Uint8Array.of(0xed, 0xa0, 0x80), '\\xed\\xa0\\x80'],
  ['past the last character', Uint8Array.of(0xf4, 0x90, 0x80, 0x80), '\\xf4\\x90\\x80\\x80'],
  ['an overlong four-byte form', Uint8Array.of(0xf0, 0x8f, 0xbf, 0xbf), '\\xf0\\x8f\\xbf\\xbf'],
])('%s', (_, bytes, text) => {
  expect(print(bytes)).toBe(text);
  expect(parsePrintableName(text)).toEqual(bytes);
});

test('only the given part of the array is the name', () => {
  const bytes = utf8('xx€yy');
  expect(printableName(bytes, 2, 5)).toBe('€');
  expect(printableName(bytes, 2, 4)).toBe('\\xe2\\x82');
});

test.each([
  ['an unknown escape', 'C:\\dir\\qux', 'C:\\dir\\qux'],
  ['a backslash at the end', 'a\\', 'a\\'],
  ['too few digits', '\\x4 \\xg0', '\\x4 \\xg0'],
  ['a surrogate code', '\\u{d800}', '\\u{d800}'],
  ['a code past the last character', '\\u{110000}', '\\u{110000}'],
  ['an empty code', '\\u{}', '\\u{}'],
])('%s stands for itself', (_, text, same) => {
  expect(parsePrintableName(text)).toEqual(utf8(same));
});

test('escapes a person may type: any case, any character, next to long characters', () => {
  expect(parsePrintableName('\\xFF\\x2f')).toEqual(Uint8Array.of(0xff, 0x2f));
  expect(parsePrintableName('世\\u{4E16}界\\u{1F389}\\n')).toEqual(utf8('世世界🎉\n'));
});

test.each([
  ['/', 'etc', '/etc'],
  ['/etc', 'passwd', '/etc/passwd'],
  ['/etc/', 'passwd', '/etc/passwd'],
  ['', 'etc', 'etc'],
  ['/etc', '', '/etc'],
  ['/', '', '/'],
  ['/lost', 'etc/passwd', '/lost/etc\\x2fpasswd'],
])('joins %j and %j', (directory, name, path) => {
  expect(joinPath(directory, name)).toBe(path);
});
