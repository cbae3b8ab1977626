import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUtf8Name, NameFolder } from '../../src/bytes/casefold';
import { dirHash } from '../../src/bytes/dirhash';
import { anyText } from '../support/any-text';
import { amount } from '../support/project';
import { oracleTest, unitTest } from '../support/project-tests';
import { works } from '../support/tools';

const folder = new NameFolder();
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The folded bytes, or null for a name that cannot be folded. */
function fold(name: Uint8Array): Uint8Array | null {
  const length = folder.fold(name, 0, name.length);
  return length < 0 ? null : folder.bytes.slice(0, length);
}
const folded = (text: string): string => new TextDecoder().decode(fold(encode(text))!);

unitTest.each([
  ['README.TXT', 'readme.txt'],
  ['Straße', 'strasse'],
  ['STRAẞE', 'strasse'],
  ['ΣΊΣΥΦΟΣ', 'σι\u0301συφοσ'],
  ['ς', 'σ'],
  ['Ångström', 'a\u030angstro\u0308m'],
  ['\u212b \u212a \u2126', 'a\u030a k ω'],
  ['İ I ı', 'i\u0307 i ı'],
  ['ﬁnal ﬃ ﬆ', 'final ffi st'],
  ['ŉ ǰ և', 'ʼn j\u030c եւ'],
  ['ǅ Ǆ', 'ǆ ǆ'],
  ['한글', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
  ['ᾳ ῼ', 'αι ωι'],
  ['α\u0345\u0301', 'αι\u0301'],
  ['ꭰ', 'Ꭰ'],
  ['Ა ა', 'ა ა'],
  ['𐐀', '𐐨'],
  ['µ', 'μ'],
  ['a\u00adb\u200dc\u200bd\ufeffe\u{e0001}', 'abcde'],
  ['\u00ad\u034f\ufe0f', ''],
  // marks are sorted, but not across ignorable code points
  ['q\u0307\u0323', 'q\u0323\u0307'],
  ['q\u0307\u034f\u0323', 'q\u0307\u0323'],
  // unassigned in Unicode 12.1: later letters, folds and marks stay unchanged
  ['\u2c2f \ua7c7 \u08b5', '\u2c2f \ua7c7 \u08b5'],
  ['\u0301\u{10eac}\u{16d63}', '\u0301\u{10eac}\u{16d63}'],
  ['q\u0307\u1ac1\u0323', 'q\u0307\u1ac1\u0323'],
  ['\ue000\ufdd0\u{10ffff}', '\ue000\ufdd0\u{10ffff}'],
])('%s', (name, expected) => {
  expect(folded(name)).toBe(expected);
});

unitTest('a name ends at a NUL', () => {
  expect(folded('AB\0C')).toBe('ab');
  expect(fold(Uint8Array.of(0xc3, 0x84, 0, 0xff))).toEqual(encode('a\u0308'));
  expect(fold(new Uint8Array(0))).toEqual(new Uint8Array(0));
});

unitTest('only the given part of the array is the name', () => {
  const around = encode('ÄÄÖÄÄ');
  const length = folder.fold(around, 4, 6);
  expect(folder.bytes.slice(0, length)).toEqual(encode('o\u0308'));
  expect(folder.fold(around, 4, 5)).toBe(-1);
});

unitTest.each([
  ['cut off', [0x61, 0xc3]],
  ['cut off in the middle', [0xe2, 0x82, 0x61]],
  ['overlong', [0x61, 0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['too large', [0xf4, 0x90, 0x80, 0x80]],
  ['no byte of UTF-8', [0x61, 0xff]],
  ['a continuation at the start', [0x80, 0x61]],
])('cannot be folded: %s', (_, bytes) => {
  expect(fold(Uint8Array.from(bytes))).toBeNull();
  expect(isUtf8Name(Uint8Array.from(bytes), 0, bytes.length)).toBe(false);
});

unitTest('a stray continuation byte passes, and every scan for marks passes it again', () => {
  expect(fold(Uint8Array.of(0x49, 0x54, 0x92, 0x53))).toEqual(Uint8Array.of(0x69, 0x74, 0x92, 0x73));
  expect(isUtf8Name(Uint8Array.of(0x49, 0x54, 0x92, 0x53), 0, 4)).toBe(false);
  expect(fold(Uint8Array.of(0x41, 0xcc, 0x81, 0x92))).toEqual(Uint8Array.of(0x61, 0x92, 0xcc, 0x81, 0x92));
});

const bytes = fc.uint8Array({ maxLength: 255, size: 'max' });
const text = anyText({ maxLength: 60 }).map(encode);

test('never fails, fits the buffer, and folding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.oneof(bytes, text), (name) => {
      const once = fold(name);
      if (once === null) return;
      expect(once.length).toBeLessThanOrEqual(name.length * 5);
      // folding a name with stray bytes again would double them
      if (isUtf8Name(name, 0, name.length)) expect(fold(once)).toEqual(once);
    }),
    { numRuns: amount({ unit: 300, oracle: 2000, ci: 2000, full: 2000 }) },
  );
});

unitTest('text is UTF-8, and case and composition do not count', () => {
  fc.assert(
    fc.property(anyText({ maxLength: 60 }), (name) => {
      const plain = name.split('\0')[0]!;
      expect(isUtf8Name(encode(plain), 0, encode(plain).length)).toBe(true);
      const ascii = plain.replace(/[a-z]/g, (letter) => letter.toUpperCase());
      expect(folded(ascii)).toBe(folded(plain));
    }),
  );
});

const hasDebugfs = works('debugfs', '-V');

/** The output of debugfs for a name in an encoding: its hash, or null where it cannot fold the name. */
function hashes(names: readonly Uint8Array[]): (number | null)[] {
  const quote = Buffer.from('"');
  const head = Buffer.from('dx_hash -h half_md4 -c -e utf8 "');
  const commands = Buffer.concat(names.flatMap((name) => [head, name, quote, Buffer.from('\n')]));
  const { stdout, stderr } = spawnSync('sh', ['-c', 'debugfs -f - 2>&1'], { input: commands, maxBuffer: 1 << 28 });
  const lines = (stdout.toString('latin1') + stderr.toString('latin1')).split('\n');
  return lines.flatMap((line) => {
    const found = / is (0x[0-9a-f]+) \(minor/.exec(line);
    return found ? [Number(found[1])] : line.includes('while calculating hash') ? [null] : [];
  });
}

oracleTest.skipIf(!hasDebugfs)('hashes names as debugfs does, whatever their code points', () => {
  const awkward = [
    0x345, 0x34f, 0xad, 0x200d, 0x115f, 0x130, 0xdf, 0x1e9e, 0xfb03, 0x3c2, 0x149, 0x8b5, 0x1ac1, 0xac01,
  ];
  const code = fc.oneof(
    fc.integer({ min: 0x21, max: 0x10ffff }),
    fc.integer({ min: 0x300, max: 0x36f }),
    fc.integer({ min: 0xa0, max: 0x600 }),
    fc.integer({ min: 0x1d00, max: 0x2100 }),
    fc.constantFrom(...awkward),
  );
  const allowed = (value: number) => (value < 0xd800 || value > 0xdfff) && value !== 0x22 && value !== 0x7f;
  const name = fc
    .tuple(fc.array(code.filter(allowed), { minLength: 1, maxLength: 12 }), fc.option(fc.nat(255)))
    .map(([codes, stray]) => {
      const whole = [...encode(`n${String.fromCodePoint(...codes)}`)];
      if (stray !== null && stray >= 0x80) whole.splice(1 + (stray % whole.length), 0, stray);
      return Uint8Array.from(whole);
    });
  const names = fc.sample(name, 3000);
  const theirs = hashes(names);
  expect(theirs.length).toBe(names.length);
  names.forEach((one, i) => {
    const own = fold(one);
    const hash = own && dirHash(1, own, 0, own.length, null);
    const what = Buffer.from(one).toString('hex');
    expect(`${what}: ${hash}`).toBe(`${what}: ${theirs[i]}`);
  });
});
