/** Breaks text into lines of a given width. */

/**
 * Lines of at most `width` characters, each with its indent (`first` for the first line, `rest` for the others). Breaks
 * only at spaces; a word that is wider than the line, such as a long path, gets its own line.
 */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (word === '') continue;
    if (!empty && columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  if (!empty) lines.push(line);
  return lines;
}

/** Characters, not UTF-16 units. */
export function columns(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
