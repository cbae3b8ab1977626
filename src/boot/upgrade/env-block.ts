/** Environment blocks of GRUB: read, and looked at for what would keep GRUB from writing them. Format: docs/upgrade-state.md. */
import { decodeUtf8 } from '../text-of';

export const envBlockSize = 1024;
const magic = '# GRUB Environment Block\n';
/** Variables kept of one block, which has room for less than 400. */
const maxVariables = 512;

export interface EnvBlock {
  /** Values by name. An empty value is a value. */
  variables: Map<string, string>;
  /** Why GRUB cannot read the block, or could not save a variable in it; as clauses. */
  faults: string[];
  /** GRUB reads nothing from it. */
  unreadable: boolean;
}

/** Reads a block: `bytes` are its first ones, `size` is that of the file, `sparse` whether it has holes. Never throws. */
export function readEnvBlock(bytes: Uint8Array, size: number, sparse: boolean | null): EnvBlock {
  const variables = new Map<string, string>();
  const faults: string[] = [];
  const text = decodeUtf8(bytes);
  const unreadable = !text.startsWith(magic);
  if (unreadable) faults.push('it does not begin as an environment block: GRUB says "invalid environment block"');
  else readVariables(text, variables);
  const last = bytes[bytes.length - 1];
  if (size === envBlockSize + 1 && last === 0x0a)
    faults.push(`it has ${size} bytes, a newline too many: an editor wrote it, and GRUB cannot save in it`);
  else if (size !== envBlockSize)
    faults.push(`it has ${size} bytes and must have ${envBlockSize}: GRUB may read it and cannot save in it`);
  if (sparse === true)
    faults.push('it is sparse: GRUB reads it, and refuses to save in it ("sparse file not allowed")');
  return { variables, faults, unreadable };
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
