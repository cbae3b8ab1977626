/** Reads lines and words of text in linear time: texts come from images, where a line may have a million blanks. */

/** The lines of `text`, at most `most` of them, each without the characters after `longest`. */
export function* linesOf(text: string, most: number, longest: number): Generator<string, void, undefined> {
  for (let at = 0, count = 0; at <= text.length && count < most; count++) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    yield text.slice(at, Math.min(end, at + longest));
    at = end + 1;
  }
}

/** The first word of a line and the rest, both without white space around them; empty where there is none. */
export function firstWord(line: string): [word: string, rest: string] {
  const text = line.trim();
  const end = text.search(/\s/);
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end).trimStart()];
}

/** At most `most` words of `text`, which white space separates. */
export function splitWords(text: string, most: number): string[] {
  const words: string[] = [];
  for (const { 0: word } of text.matchAll(/\S+/g)) {
    words.push(word);
    if (words.length === most) break;
  }
  return words;
}
