/** A strict reader of the HTML that the report has: every tag is closed, every attribute is in quotes. */

export interface Element {
  tag: string;
  attributes: Map<string, string>;
  children: (Element | string)[];
  parent: Element | null;
}

/** Elements without content; in SVG an element may close itself. */
const empty = new Set(['meta', 'input', 'br', 'hr', 'img', 'link']);
/** Elements whose content is not markup. */
const opaque = new Set(['style', 'script']);

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
};

/** @throws Error for a character reference that the report does not write */
const decoded = (text: string): string =>
  text.replace(/&[^;\s]{0,8};?/g, (reference) => {
    const character = entities[reference];
    if (character === undefined) throw new Error(`unknown reference ${reference}`);
    return character;
  });

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const rest = text.replace(/\s+([\w-]+)(?:="([^"<>]*)")?/g, (_, name: string, value = '') => {
    if (found.has(name)) throw new Error(`attribute ${name} twice`);
    found.set(name, decoded(value));
    return '';
  });
  if (!/^\s*\/?$/.test(rest)) throw new Error(`not attributes: ${rest.slice(0, 100)}`);
  return found;
}

/** The document as a tree. @throws Error if tags are not balanced, or a character is not where it may be */
export function parseHtml(text: string): Element {
  const root: Element = { tag: '', attributes: new Map(), children: [], parent: null };
  let at = root;
  const doctype = '<!DOCTYPE html>';
  if (!text.startsWith(doctype)) throw new Error('no document type');
  for (let i = doctype.length; i < text.length; ) {
    const open = text.indexOf('<', i);
    const words = text.slice(i, open < 0 ? text.length : open);
    if (words !== '') at.children.push(decoded(words));
    if (open < 0) break;
    const close = text.indexOf('>', open);
    const tag = text.slice(open + 1, close);
    i = close + 1;
    if (tag.startsWith('/')) {
      if (tag !== `/${at.tag}` || at.parent === null) throw new Error(`<${tag}> closes <${at.tag}>`);
      at = at.parent;
      continue;
    }
    const name = /^[a-z][a-z0-9]*/i.exec(tag)?.[0];
    if (name === undefined) throw new Error(`not a tag: <${tag.slice(0, 100)}>`);
    const element: Element = { tag: name, attributes: attributesOf(tag.slice(name.length)), children: [], parent: at };
    at.children.push(element);
    if (opaque.has(name)) {
      const end = text.indexOf(`</${name}>`, i);
      element.children.push(text.slice(i, end));
      i = end + name.length + 3;
    } else if (!empty.has(name) && !tag.endsWith('/')) at = element;
  }
  if (at !== root) throw new Error(`<${at.tag}> is not closed`);
  return root;
}

export function* elements(root: Element): Generator<Element> {
  for (const child of root.children) {
    if (typeof child === 'string') continue;
    yield child;
    yield* elements(child);
  }
}

export const all = (root: Element, tag: string): Element[] => [...elements(root)].filter((one) => one.tag === tag);

export const withClass = (root: Element, name: string): Element[] =>
  [...elements(root)].filter(({ attributes }) => attributes.get('class')?.split(' ').includes(name) === true);

/** The text of an element and of all in it. */
export const textIn = (element: Element): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('');
