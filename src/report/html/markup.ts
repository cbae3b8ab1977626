/** Makes HTML in which no text from an image can be markup: everything that is not markup already is escaped. */
import { printable } from '../printable';

/** Text that is HTML. Only `html` and `raw` make it. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What can be put into a template; null and false are nothing. */
export type Part = Markup | string | number | null | false | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** The text for element content and for attributes in quotes, without control and formatting characters. */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"'`]/g, (character) => entities[character]!);

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  if (part === null || part === false) return '';
  return part.map(textOf).join('');
}

/** A template: its own text is HTML, and its values are escaped unless they are `Markup`. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  let text = strings[0]!;
  for (let i = 0; i < values.length; i++) text += textOf(values[i]!) + strings[i + 1]!;
  return new Markup(text);
}

/** HTML that is a constant of this package or was put together from escaped text. */
export const raw = (text: string): Markup => new Markup(text);

/** The printable text, or its first characters: a name of a damaged image may have thousands. */
export function shortened(text: string, most = 300): string {
  const safe = printable(text);
  return safe.length <= most ? safe : `${safe.slice(0, most)}\u2026`;
}
