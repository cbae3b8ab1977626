/** Text for people in the encoding of the locale: UTF-8 or, in any other, ASCII. */
import type { Io } from './io';

/** Characters of our own texts, and those that names often have. */
const replacements: Readonly<Record<string, string>> = {
  '\u2026': '...',
  '\u2013': '-',
  '\u2014': '-',
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u00a0': ' ',
};

/**
 * Whether the locale has UTF-8, by the first of LC_ALL, LC_CTYPE and LANG that is set. True if none is: a container, a service
 * and an initramfs have no locale, and what shows their output expects UTF-8.
 */
export function isUtf8(env: Io['env']): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}

/** The text with ASCII characters only; others are escaped as `printable` escapes unprintable ones. */
export function asciiText(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
    /[^\x00-\x7f]/gu,
    (character) => replacements[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** The text as the locale can show it. */
export const localText = (text: string, { env }: Pick<Io, 'env'>): string => (isUtf8(env) ? text : asciiText(text));

/** Prints text for people. What programs read, such as JSON, is written with `io.out` and is always UTF-8. */
export const printText = (io: Io, text: string): Promise<void> => io.out(localText(text, io));

/** The same with messages in the encoding of the locale. */
export const withLocale = (io: Io): Io => (isUtf8(io.env) ? io : { ...io, err: (text) => io.err(asciiText(text)) });
