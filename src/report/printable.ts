/** Makes any text safe to print: names in an image are untrusted, and a terminal executes control characters. */

/** Most texts have only these characters. The classes below take 1 ms when first used. */
const plain = /^[ -~]*$/;
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * The text with every control, formatting and line-breaking character, and every half of a broken surrogate pair,
 * written as `\xNN` or `\u{NNNN}`. Letters of any script are unchanged.
 */
export function printable(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(unsafe, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
  });
}

/** The text as one word of a POSIX shell command, quoted only if necessary; unprintable characters are escaped. */
export function shellWord(text: string): string {
  const safe = printable(text);
  const word = safe.startsWith('-') ? `./${safe}` : safe;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
