/** Prints what is in a file as a tree: sizes, offsets, names and types. */
import type { Content, ContentPart } from '../problem/container';
import { printable } from './printable';
import { digits, size } from './words';

function describe({ what, label, uuid, fileSystemSize, error }: Content): string {
  const words = [what];
  if (label) words.push(`label ${label}`);
  if (uuid) words.push(`UUID ${uuid}`);
  if (fileSystemSize !== undefined) words.push(size(fileSystemSize));
  if (error !== undefined) words.push(`not opened: ${error}`);
  return printable(words.filter((word) => word !== '').join(', '));
}

function partLine(part: ContentPart): string {
  const { name, offset, size: bytes, type, ids = [], content } = part;
  const place = offset === undefined ? '' : `, offset ${digits(offset)}`;
  const kind = type ? `, type ${type}` : '';
  const id = ids.length === 0 ? '' : `, ${ids.join(', ')}`;
  return `${printable(`${name}: ${size(bytes)}${place}${kind}${id}: `)}${describe(content)}`;
}

function* linesOf(content: Content, margin: string): Generator<string> {
  // the line of the part has the same reason
  const isRepeated = (text: string): boolean =>
    content.parts.some(({ name }) => text.startsWith(`${name} was not opened`));
  for (const { kind, text } of content.notes)
    if (!isRepeated(text)) yield `${margin}${kind === 'remark' ? 'note' : kind}: ${printable(text)}`;
  for (const command of content.commands ?? []) yield `${margin}try: ${printable(command)}`;
  for (const part of content.parts) {
    // what holds a single disk has one part without a name
    const first = part.name === '' ? `${describe(part.content)}` : partLine(part);
    yield `${margin}${first}`;
    yield* linesOf(part.content, `${margin}  `);
  }
}

/** Text that ends with a newline. */
export function contentTree(name: string, content: Content): string {
  const first = `${printable(name)}: ${size(content.size)}: ${describe(content)}`;
  return `${[first, ...linesOf(content, '  ')].join('\n')}\n`;
}
