/** Parses the part of YAML that state.yaml uses: nested mappings of plain values. */

import { linesOf } from '../../bytes/text-lines';

/** Longest file that is read, in bytes, and most lines and levels. */
export const maxStateYaml = 256 * 1024;
const maxLines = 10_000;
const maxLine = 4096;
const maxDepth = 16;

/** Values by path, with keys joined by dots: `state.active.label`. Never throws; other syntax is skipped. */
export function readStateYaml(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const open: { indent: number; key: string }[] = [];
  for (const line of linesOf(text.slice(0, maxStateYaml), maxLines, maxLine)) {
    const found = /^( *)("?)([A-Za-z0-9_.-]{1,100})\2:(?= |$)/.exec(line.trimEnd());
    if (!found) continue;
    const indent = found[1]!.length;
    while (open.length > 0 && open[open.length - 1]!.indent >= indent) open.pop();
    const key = found[3]!;
    const value = scalar(line.slice(found[0].length).trim());
    if (value !== '') values.set([...open.map((one) => one.key), key].join('.'), value);
    else if (open.length < maxDepth) open.push({ indent, key });
  }
  return values;
}

function scalar(text: string): string {
  const quoted = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(text);
  return quoted ? quoted[2]! : text.replace(/(^|\s)#.*$/, '').trim();
}
