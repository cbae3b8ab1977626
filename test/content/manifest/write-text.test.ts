/** Text built as bytes equals text built from strings. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unvis } from '../../../src/content/manifest/vis';
import { escapedName, ManifestText } from '../../../src/content/manifest/write-text';
import { anyText } from '../../support/any-text';

const made = (write: (text: ManifestText) => void): string => {
  const text = new ManifestText(1);
  write(text);
  return text.take();
};

const numbers = fc.oneof(
  fc.integer({ min: 0, max: 0x7fffffff }),
  fc.constantFrom(0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 0x7fffffff, 0x80000000, 2 ** 53 - 1, -1, -(2 ** 31)),
  fc.maxSafeInteger(),
);

test('whole numbers', () => {
  fc.assert(fc.property(numbers, (value) => made((text) => text.decimal(value)) === String(value)));
  const nanoseconds = fc.integer({ min: 0, max: 999_999_999 });
  fc.assert(
    fc.property(nanoseconds, (value) => made((text) => text.decimal(value, 9)) === String(value).padStart(9, '0')),
  );
});

test('bytes in hexadecimal', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      (bytes) => made((text) => text.hex(bytes, 0, bytes.length)) === Buffer.from(bytes).toString('hex'),
    ),
  );
  expect(made((text) => text.hex(Uint8Array.of(1, 2, 3, 4), 1, 3))).toBe('0203');
});

test('names are visible ASCII without blanks, and lead back to their bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), (bytes, slashToo) => {
      const name = escapedName(bytes, slashToo);
      expect(name).toMatch(slashToo ? /^[!"$-.0-<>-~]*$/ : /^[!"$-<>-~]*$/);
      expect(Buffer.from(unvis(name)!, 'latin1')).toEqual(Buffer.from(bytes));
    }),
  );
});

test('texts of all kinds are appended, however little space is reserved', () => {
  fc.assert(
    fc.property(fc.array(anyText()), (parts) => {
      const whole = made((text) => {
        for (const part of parts) text.text(part).ascii('|');
      });
      return whole === parts.map((part) => `${Buffer.from(part).toString()}|`).join('');
    }),
  );
});

test('cut text is removed, and taking text clears it', () => {
  const path = new ManifestText(4).ascii('./usr').ascii('/bin');
  path.cut(5);
  const line = new ManifestText(4).copy(path.ascii('/lib')).ascii('\n');
  expect(line.take()).toBe('./usr/lib\n');
  expect(line.length).toBe(0);
  expect(line.ascii('again').take()).toBe('again');
});
