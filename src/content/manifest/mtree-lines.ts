/** Splits an mtree file into words: handles comments, continued lines and white space. */

/** Words of one logical line, still escaped. */
export interface MtreeLine {
  /** The line on which it starts, starting with 1. */
  line: number;
  words: string[];
}

/** The lines that contain words, in order. A backslash at the end joins the next line; an unescaped `#` starts a comment. */
export function* mtreeLines(text: string): Generator<MtreeLine, void> {
  let at = 0;
  let number = 0;
  while (at < text.length) {
    const line = ++number;
    let logical = '';
    for (;;) {
      let end = text.indexOf('\n', at);
      if (end < 0) end = text.length;
      const physical = withoutComment(text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end));
      at = end + 1;
      if (!physical.continued || at >= text.length) {
        logical += physical.text;
        break;
      }
      logical += `${physical.text} `;
      number++;
    }
    const words = isSpaced(logical) ? logical.split(' ') : logical.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length > 0) yield { line, words };
  }
}

/** Whether the words are separated by single spaces, as programs write them. */
const isSpaced = (line: string): boolean =>
  line !== '' && !line.startsWith(' ') && !line.endsWith(' ') && !line.includes('  ') && !line.includes('\t');

/** The text before an unescaped `#`, and whether the line is continued. */
function withoutComment(line: string): { text: string; continued: boolean } {
  if (!line.includes('#') && !line.includes('\\')) return { text: line, continued: false };
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '#') return { text: line.slice(0, i), continued: false };
    if (line[i] !== '\\') continue;
    if (i === line.length - 1) return { text: line.slice(0, i), continued: true };
    i++;
  }
  return { text: line, continued: false };
}
