import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Glob, nameMatches } from '../../../src/content/policy/glob';
import { Pattern } from '../../../src/content/policy/pattern';
import { PatternError } from '../../../src/content/policy/pattern-parse';
import { allSteps } from '../../../src/source/turns';
import { amount } from '../../support/project';

/** Whether a pattern is found; null if the search was given up. */
const foundIn = (pattern: string, text: string) => allSteps(new Pattern(pattern).search(text));

describe('patterns', () => {
  test.each([
    ['^ID=(sles|test)$', 'NAME=x\nID=test\n', true],
    ['^ID=(sles|test)$', 'ID=tester', false],
    ['a.c', 'a\nc', false],
    ['a{2,3}b', 'aab', true],
    ['^a{2,3}$', 'aaaa', false],
    ['^a{0}b{2}$', 'bb', true],
    ['[^a-c]', 'abcabc', false],
    ['[]x-]', '-', true],
    ['[\\d.]+\\s*\\w', 'v 1.2 x', true],
    ['\\bfoo\\b', 'a foo.', true],
    ['\\bfoo\\b', 'afoo', false],
    ['(?:ab)*?c', 'ababc', true],
    ['\\.$', 'end.\nmore', true],
    ['ü+', 'grüüße', true],
    ['^😀$', '😀', true],
    ['', 'anything', true],
    ['^$', 'a\n\nb', true],
    ['(a*)*$', 'aaaa', true],
    ['x|', 'y', true],
    ['\\/\\[\\]', '/[]', true],
  ])('%s in %j', (pattern, text, found) => expect(foundIn(pattern, text)).toBe(found));

  test.each([
    ['(', "there is a '(' without its ')'"],
    [')', "there is a ')' without its '('"],
    ['[a', "there is a '[' without its ']'"],
    ['*', "'*' repeats nothing"],
    ['a**', "'*' repeats a repetition"],
    ['^*', "'*' repeats a position between characters"],
    ['a{3,2}', "'{3,2}' has a maximum below its minimum"],
    ['(?=a)', "the only supported group that starts with '(?' is '(?:'"],
    ['\\1', "'\\1' is unknown"],
    ['\\', 'it ends with a backslash'],
    ['[z-a]', 'a range in brackets is not in ascending order'],
    ['[\\W]', '\\D, \\W and \\S cannot be used in brackets'],
    ['x{9999}', 'it has too many repetitions'],
    ['((((){9999}){9999}){9999})', 'it has too many repetitions'],
    ['('.repeat(60), 'brackets go deeper than 50 levels'],
    ['x'.repeat(1001), 'it is longer than 1000 characters'],
  ])('%s is refused', (pattern, message) => {
    expect(() => new Pattern(pattern)).toThrow(PatternError);
    expect(() => new Pattern(pattern)).toThrow(message);
  });

  test('what would take for ever elsewhere takes no time', () => {
    const text = 'a'.repeat(20_000);
    const start = performance.now();
    for (const pattern of ['(a+)+$b', '(a|a)*b', '(.*.*.*.*)=', '(a*)*b']) expect(foundIn(pattern, text)).toBe(false);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('a search that takes too long is given up', () => {
    expect(foundIn('(a?a?a?a?){200}c', 'a'.repeat(2 ** 18))).toBeNull();
  });

  test('agrees with the engine of the language', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(?:ab)', '\\w', '\\n');
    const part = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{0,}'))
      .map((pair) => pair.join(''));
    const piece = fc.oneof(part, fc.constantFrom('^', '$', '|', '\\b'));
    const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '\n', ' '), { maxLength: 12 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(foundIn(source, subject)).toBe(new RegExp(source, 'mu').test(subject));
      }),
      { numRuns: amount({ unit: 500, ci: 3000, full: 50_000 }) },
    );
  });
});

describe('globs', () => {
  test.each([
    ['/boot/vmlinuz-*', '/boot/vmlinuz-6.4.0', true],
    ['/boot/vmlinuz-*', '/boot/vmlinuz-6/x', false],
    ['/boot/*', '/boot', false],
    ['/**/*.pyc', '/a/b/c.pyc', true],
    ['/**/*.pyc', '/c.pyc', true],
    ['/root/.ssh/**', '/root/.ssh', true],
    ['/root/.ssh/**', '/root/.sshx', false],
    ['/a/**/z', '/a/z', true],
    ['/a/**/z', '/a/b/c/z/y', false],
    ['/x/[0-9]?[!a]', '/x/1zb', true],
    ['/x/[0-9]?[!a]', '/x/1za', false],
    ['/x/[', '/x/[', true],
    ['/usr/lib', '/usr/lib', true],
  ])('%s and %s', (glob, path, fits) => expect(new Glob(glob).matches(path)).toBe(fits));

  test('stars take no time in powers', () => {
    expect(nameMatches(`${'*a'.repeat(100)}b`, 'a'.repeat(5000))).toBe(false);
    expect(new Glob(`${'/**/a'.repeat(100)}/b`).matches('/a'.repeat(2000))).toBe(false);
  });
});
