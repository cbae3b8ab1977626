/** Parses GRUB scripts: variables, and the kernel and initramfs that each menu entry loads. */

/** Longest script that is read, in bytes; real scripts have a few thousand. */
export const maxScript = 1 << 20;
/** Longest value of a variable, and longest word after expansion; GRUB's own lines are shorter. */
const maxValue = 16384;
const maxWord = 65536;
/** Entries of one script that are kept, and values of one variable. */
const maxEntries = 256;
/** Characters that all variables of one script expand to; afterwards they expand to nothing. */
const maxExpanded = 4 * 2 ** 20;
/** Files of the initramfs that are kept of one entry. */
export const maxInitramfs = 16;

/** A menu entry, or the lines outside all entries. */
export interface BootEntry {
  title: string;
  /** The path after expansion; may be empty. Null if the entry loads no kernel. */
  kernel: string | null;
  /** The words after the kernel. */
  cmdline: string;
  initramfs: string[];
  /** Variables in the name of the kernel that nothing in the script sets. */
  unset: string[];
  /** The line of the kernel has no words after expansion. */
  nameless: boolean;
}

export interface Script {
  /** Every value that each variable is set to, in order, including those in an `if` or a function. */
  variables: Map<string, string[]>;
  entries: BootEntry[];
  /** What of the script was not followed, as clauses; empty for a script of usual size. */
  limits: string[];
}

/** The value of a variable, which is part of the word with this index. */
type Expand = (name: string, word: number) => string;

/**
 * Splits a script into commands, each a list of words. Variables are expanded except in single quotes. Quotes may span
 * lines; a backslash at the end joins lines. A word without quotes that is empty after expansion is dropped, as in GRUB.
 */
export function* commandsOf(text: string, expand: Expand): Generator<string[], void, undefined> {
  let words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  const end = text.length;
  const variable = (at: number): number => {
    const found = /^\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z_][A-Za-z0-9_]*|[0-9?#*@]))/.exec(text.slice(at, at + 200));
    if (!found) {
      word = `${word ?? ''}$`;
      return at;
    }
    word ??= '';
    if (word.length < maxWord) word += expand(found[1] ?? found[2]!, words.length);
    return at + found[0].length - 1;
  };
  const close = (): void => {
    if (word !== null && (word !== '' || quoted)) words.push(word);
    word = null;
    quoted = false;
  };
  for (let at = 0; at < end; at++) {
    const c = text[at]!;
    if (c === "'") {
      quoted = true;
      const to = text.indexOf("'", at + 1);
      word = (word ?? '') + text.slice(at + 1, to < 0 ? end : to);
      at = to < 0 ? end : to;
    } else if (c === '"') {
      quoted = true;
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

/** Variables that GRUB or its user sets. */
const builtIn =
  /^(root|prefix|cmdpath|default|fallback|timeout|chosen|biosnum|theme|lang|gfx.*|grub_.*|efi_.*|net_.*|pxe_.*|config_.*|feature_.*|[0-9?#*@]+)$/;
/** Commands after which any variable may be set. */
const setters =
  /(?:^|[\s;{])(?:load_env|source|\.|configfile|normal|eval|blscfg|extract_entries_\w+|syslinux_\w+)(?=[\s;]|$)/m;
/** Names that a command sets: after `for`, `read` or `getenv`, and after an option, as in `--set=NAME` and `-s 1:NAME`. */
const settable = /(?:(?:^|[\s;])(?:for|read|getenv\s+\S+)\s+|\s-\S*?[=\s]\s*(?:\d+:)?)([A-Za-z_]\w{0,63})(?=[\s;]|$)/gm;
const comments = /^[ \t]*#.*$/gm;

/** Whether a variable without a value may get one from a command that `readScript` does not follow. */
function mayBeSet(script: string): (name: string) => boolean {
  const text = script.replace(comments, '');
  if (setters.test(text)) return () => true;
  let names: Set<string> | undefined;
  return (name) => {
    names ??= new Set([...text.matchAll(settable)].map((found) => found[1]!));
    return builtIn.test(name) || names.has(name);
  };
}

/** Parses a script. `given` are variables that are set before it runs. Never throws; unknown commands are skipped. */
export function readScript(text: string, given: Readonly<Record<string, string>> = {}): Script {
  const variables = new Map<string, string[]>(Object.entries(given).map(([name, value]) => [name, [value]]));
  const entries: BootEntry[] = [];
  // variables without a value in the current command, and the word that each is part of
  const unset = new Map<string, number>();
  let [expanded, omitted] = [0, 0];
  const expand: Expand = (name, word) => {
    const values = variables.get(name);
    if (values === undefined && !unset.has(name)) unset.set(name, word);
    const value = values?.[values.length - 1] ?? '';
    expanded += value.length;
    return expanded <= maxExpanded ? value : '';
  };
  const open = (title: string): BootEntry => {
    const entry: BootEntry = { title, kernel: null, cmdline: '', initramfs: [], unset: [], nameless: false };
    if (entries.length < maxEntries) entries.push(entry);
    return entry;
  };
  const bounded = text.slice(0, maxScript);
  const maySet = mayBeSet(bounded);
  let current: BootEntry | null = null;
  let depth = 0;
  let entryDepth = 0;
  for (const words of commandsOf(bounded, expand)) {
    const unsetNow = [...unset];
    unset.clear();
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
      const first = words.length - rest.length;
      current.unset = unsetNow.filter(([name, word]) => word === first && !maySet(name)).map(([name]) => name);
      current.nameless = rest.length === 0;
    } else if (initrds.test(command) && current !== null)
      for (const path of rest)
        if (current.initramfs.length < maxInitramfs) current.initramfs.push(path.replace(device, ''));
        else omitted++;
  }
  const limits = [
    ...(text.length >= maxScript ? ['it has 1 MiB or more'] : []),
    ...(expanded > maxExpanded ? ['its variables expand to more than 4 MiB'] : []),
    ...(omitted > 0 ? [`an entry has more than ${maxInitramfs} files of an initramfs`] : []),
  ];
  return { variables, entries: entries.filter((entry) => entry.kernel !== null), limits };
}

function setVariable(variables: Map<string, string[]>, assignment: string): void {
  const equals = assignment.indexOf('=');
  if (equals <= 0) return;
  const name = assignment.slice(0, equals);
  const values = variables.get(name) ?? [];
  if (values.length < maxEntries) values.push(assignment.slice(equals + 1, equals + 1 + maxValue));
  if (variables.size < 4096) variables.set(name, values);
}
