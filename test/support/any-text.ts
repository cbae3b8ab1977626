/** Any text for property tests, without half surrogate pairs. */
import fc from 'fast-check';

/** The unit 'binary' of fast-check has the same code points, but makes a table of all of them first, for a second. */
const anyCharacter = fc.nat(0x10ffff - 0x800).map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));

export const anyText = (constraints: { maxLength?: number; size?: 'max' } = {}): fc.Arbitrary<string> =>
  fc.string({ unit: anyCharacter, ...constraints });
