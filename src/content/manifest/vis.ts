/** Decodes the escapes of names in mtree files: vis(3) of the BSDs, and the octal ones of libarchive. */

const letters: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, s: 32, E: 27 };

const isOctal = (code: number): boolean => code >= 0x30 && code <= 0x37;

/**
 * The byte text (see `byteText`) of an escaped word; null for an escape other than
 * `\ooo`, `\\`, `\#`, `\"`, `\s` and similar letters, `\0`, `\$`, `\^C`, `\M-C`, `\M^C`, `\xhh` (vis(3), styles CSTYLE and OCTAL).
 */
export function unvis(word: string): string | null {
  if (!word.includes('\\')) return word;
  let text = '';
  for (let i = 0; i < word.length; i++) {
    if (word[i] !== '\\') {
      text += word[i];
      continue;
    }
    const found = escapeAt(word, i + 1);
    if (found === null) return null;
    if (found.byte >= 0) text += String.fromCharCode(found.byte);
    i += found.length;
  }
  return text;
}

/** The escape after a backslash: its byte (-1 for none) and its length. */
function escapeAt(word: string, at: number): { byte: number; length: number } | null {
  const letter = word[at] ?? '';
  const octal = octalAt(word, at);
  if (octal !== null) return octal;
  if (Object.hasOwn(letters, letter)) return { byte: letters[letter]!, length: 1 };
  switch (letter) {
    case '$':
      return { byte: -1, length: 1 };
    case '^':
      return control(word, at + 1, 0, 2);
    case 'M':
      if (word[at + 1] === '^') return control(word, at + 2, 0x80, 3);
      if (word[at + 1] !== '-' || at + 2 >= word.length) return null;
      return { byte: 0x80 | (word.charCodeAt(at + 2) & 0x7f), length: 3 };
    case 'x': {
      const digits = /^[0-9a-fA-F]{1,2}/.exec(word.slice(at + 1, at + 3))?.[0];
      return digits === undefined ? null : { byte: Number.parseInt(digits, 16), length: 1 + digits.length };
    }
  }
  // a literal character, such as `\\`, `\#` and `\=`
  return /^[!-/:-@[-`{-~]$/.test(letter) ? { byte: letter.charCodeAt(0), length: 1 } : null;
}

/** One to three octal digits, never past 255. */
function octalAt(word: string, at: number): { byte: number; length: number } | null {
  let byte = 0;
  let length = 0;
  while (length < 3 && isOctal(word.charCodeAt(at + length))) {
    const next = byte * 8 + word.charCodeAt(at + length) - 0x30;
    if (next > 0xff) break;
    byte = next;
    length++;
  }
  return length === 0 ? null : { byte, length };
}

function control(word: string, at: number, meta: number, length: number): { byte: number; length: number } | null {
  if (at >= word.length) return null;
  const code = word.charCodeAt(at);
  return { byte: meta | (code === 0x3f ? 0x7f : code & 0x1f), length };
}
