/** Parses environment blocks of GRUB, and finds what prevents GRUB from writing them. Format: docs/upgrade-state.md. */
import { decodeUtf8 } from '../text-of';

export const envBlockSize = 1024;
const magic = '# GRUB Environment Block\n';
/** Most variables of one block; a valid block has room for fewer than 400. */
const maxVariables = 512;

export interface EnvBlock {
  /** Values by name; a value may be empty. */
  variables: Map<string, string>;
  /** Why GRUB cannot read the block or save to it, as clauses. */
  faults: string[];
}

/** Parses a block from its first bytes. `size` is that of the file, `sparse` whether it has holes. Never throws. */
export function readEnvBlock(bytes: Uint8Array, size: number, sparse: boolean | null): EnvBlock {
  const variables = new Map<string, string>();
  const faults: string[] = [];
  const text = decodeUtf8(bytes);
  if (text.startsWith(magic)) readVariables(text, variables);
  else faults.push('it does not start with the header of an environment block ("invalid environment block")');
  const last = bytes[bytes.length - 1];
  if (size === envBlockSize + 1 && last === 0x0a)
    faults.push(`it has ${size} bytes because an editor added a newline, and GRUB cannot save to it`);
  else if (size !== envBlockSize)
    faults.push(`it has ${size} bytes and must have ${envBlockSize}: GRUB may read it but cannot save to it`);
  if (sparse === true) faults.push('it is sparse: GRUB reads it but does not save to it ("sparse file not allowed")');
  return { variables, faults };
}

function readVariables(text: string, variables: Map<string, string>): void {
  for (let at = magic.length; at < text.length && variables.size < maxVariables; ) {
    if (text[at] === '#') {
      // a comment, or the padding up to the end
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end + 1;
      continue;
    }
    let line = '';
    for (; at < text.length && text[at] !== '\n'; at++)
      line += text[at] === '\\' && at + 1 < text.length ? text[++at]! : text[at]!;
    at++;
    const equals = line.indexOf('=');
    if (equals > 0) variables.set(line.slice(0, equals), line.slice(equals + 1));
  }
}
