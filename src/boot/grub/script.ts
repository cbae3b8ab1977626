/** Parses GRUB scripts: variables, and the kernel and initramfs that each menu entry loads. */

/** Longest script that is read, in bytes; real scripts have a few thousand. */
export const maxScript = 1 << 20;
/** Longest value of a variable, and longest word after expansion; GRUB's own lines are shorter. */
const maxValue = 16384;
const maxWord = 65536;
/** Entries of one script that are kept, and values of one variable. */
const maxEntries = 256;

/** A menu entry, or the lines outside all entries. */
export interface BootEntry {
  title: string;
  /** The path after expansion; may be empty. Null if the entry loads no kernel. */
  kernel: string | null;
  /** The words after the kernel. */
  cmdline: string;
  initramfs: string[];
  /** Variables that were used without being set. */
  unset: string[];
}

export interface Script {
  /** Every value that each variable is set to, in order, including those in an `if` or a function. */
  variables: Map<string, string[]>;
  entries: BootEntry[];
}

type Expand = (name: string) => string;

/**
 * Splits a script into commands, each a list of words. Variables are expanded except in single quotes. Quotes may span
 * lines; a backslash at the end joins lines.
 */
export function* commandsOf(text: string, expand: Expand): Generator<string[], void, undefined> {
  let words: string[] = [];
  let word: string | null = null;
  const end = text.length;
  const variable = (at: number): number => {
    const found = /^\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z_][A-Za-z0-9_]*|[0-9?#*@]))/.exec(text.slice(at, at + 200));
    if (!found) {
      word = `${word ?? ''}$`;
      return at;
    }
    word ??= '';
    if (word.length < maxWord) word += expand(found[1] ?? found[2]!);
    return at + found[0].length - 1;
  };
  const close = (): void => {
    if (word !== null) words.push(word);
    word = null;
  };
  for (let at = 0; at < end; at++) {
    const c = text[at]!;
    if (c === "'") {
      const to = text.indexOf("'", at + 1);
      word = (word ?? '') + text.slice(at + 1, to < 0 ? end : to);
      at = to < 0 ? end : to;
    } else if (c === '"') {
      word ??= '';
      for (at++; at < end && text[at] !== '"'; at++) {
        if (text[at] === '$') at = variable(at);
        else if (text[at] === '\\' && at + 1 < end) word += text[++at]!;
        else word += text[at]!;
      }
    } else if (c === '\\' && at + 1 < end) {
      if (text[++at] !== '\n') word = (word ?? '') + text[at]!;
    } else if (c === '$') at = variable(at);
    else if (c === '#' && word === null) {
      const to = text.indexOf('\n', at);
      at = (to < 0 ? end : to) - 1;
    } else if (c === '\n' || c === ';') {
      close();
      if (words.length > 0) yield words;
      words = [];
    } else if (c === ' ' || c === '\t' || c === '\r') close();
    else if ((c === '{' || c === '}') && word === null) {
      if (words.length > 0) yield words;
      words = [];
      yield [c];
    } else word = (word ?? '') + c;
  }
  close();
  if (words.length > 0) yield words;
}

const loaders = /^linux(16|efi)?$/;
const initrds = /^initrd(16|efi)?$/;
/** The device before a path: `(loop0)`, `($root)`. */
const device = /^\([^)]*\)/;

/** Parses a script. `given` are variables that are set before it runs. Never throws; unknown commands are skipped. */
export function readScript(text: string, given: Readonly<Record<string, string>> = {}): Script {
  const variables = new Map<string, string[]>(Object.entries(given).map(([name, value]) => [name, [value]]));
  const entries: BootEntry[] = [];
  const unset = new Set<string>();
  const expand: Expand = (name) => {
    const values = variables.get(name);
    if (values === undefined) unset.add(name);
    return values?.[values.length - 1] ?? '';
  };
  const open = (title: string): BootEntry => {
    const entry: BootEntry = { title, kernel: null, cmdline: '', initramfs: [], unset: [] };
    if (entries.length < maxEntries) entries.push(entry);
    return entry;
  };
  let current: BootEntry | null = null;
  let depth = 0;
  let entryDepth = 0;
  for (const words of commandsOf(text.slice(0, maxScript), expand)) {
    let [command, ...rest] = words;
    while (command === 'then' || command === 'else' || command === 'do') [command, ...rest] = rest;
    if (command === undefined) continue;
    if (command === '{') depth++;
    else if (command === '}') {
      depth--;
      if (current !== null && depth <= entryDepth) current = null;
    } else if (command === 'menuentry') {
      current = open(rest.find((one) => !one.startsWith('-')) ?? '');
      entryDepth = depth;
    } else if (command === 'set' || command === 'export') setVariable(variables, rest.join(' '));
    else if (loaders.test(command)) {
      current ??= open('');
      current.kernel = (rest[0] ?? '').replace(device, '');
      current.cmdline = rest.slice(1).join(' ');
      current.unset = [...unset].slice(0, 16);
    } else if (initrds.test(command) && current !== null)
      current.initramfs.push(...rest.map((path) => path.replace(device, '')).slice(0, 16));
  }
  return { variables, entries: entries.filter((entry) => entry.kernel !== null) };
}

function setVariable(variables: Map<string, string[]>, assignment: string): void {
  const equals = assignment.indexOf('=');
  if (equals <= 0) return;
  const name = assignment.slice(0, equals);
  const values = variables.get(name) ?? [];
  if (values.length < maxEntries) values.push(assignment.slice(equals + 1, equals + 1 + maxValue));
  if (variables.size < 4096) variables.set(name, values);
}
