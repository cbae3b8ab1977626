/** ANSI colours for the text report, or none. */

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  doubtful(text: string): string;
  bad(text: string): string;
}

const paint =
  (codes: string) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${codes}m${text}\u001b[0m`;

const plain = (text: string): string => text;

/** Styles with colours, or without. */
export function styles(color: boolean): Style {
  if (!color) return { bold: plain, dim: plain, good: plain, doubtful: plain, bad: plain };
  return { bold: paint('1'), dim: paint('2'), good: paint('1;32'), doubtful: paint('1;33'), bad: paint('1;31') };
}
