/** Selects what is in one partition or volume of a disk. */
import type { ContainerPart, ContainerStep, Content, ContentPart } from '../problem/container';
import { isExtContent } from './content';
import { ContainerError } from './error';
import type { Leaf } from './explore';

/** The part of the innermost container that has parts. */
export const innermost = (chain: readonly ContainerStep[]) =>
  [...chain].reverse().find(({ part }) => part !== undefined)?.part;

/** Whether the word is a number, a name or a UUID of the part. */
const isNamed = ({ number, label, ids }: ContainerPart, word: string): boolean =>
  String(number) === word || label === word || ids?.includes(word.toLowerCase()) === true;

/** Whether the word selects what is in the leaf. */
function isSelected({ content, chain }: Leaf, word: string): boolean {
  if (content.uuid === word.toLowerCase() || (content.label !== undefined && content.label === word)) return true;
  return chain.some(({ part }) => part !== undefined && isNamed(part, word));
}

function selected(leaves: readonly Leaf[], word: string): Leaf[] {
  // a number is that of the outermost table only
  const byNumber = /^\d+$/.test(word)
    ? leaves.filter(({ chain }) => String(chain.find(({ part }) => part?.number !== undefined)?.part?.number) === word)
    : [];
  return byNumber.length > 0 ? byNumber : leaves.filter((leaf) => isSelected(leaf, word));
}

/** The part of that name that could not be opened. */
function failedPart({ parts }: Content, word: string): ContentPart | undefined {
  for (const part of parts) {
    const found = part.content.error !== undefined && isNamed(part, word) ? part : failedPart(part.content, word);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The ext file systems that the word selects; if there are none, whatever it selects.
 * @throws ContainerError if there is no such partition, or it could not be opened
 */
export function requireSelected(content: Content, leaves: readonly Leaf[], word: string): Leaf[] {
  const found = selected(leaves, word);
  if (found.length > 0) {
    const ext = found.filter(({ content }) => isExtContent(content));
    return ext.length > 0 ? ext : found;
  }
  const failed = failedPart(content, word);
  if (failed !== undefined) {
    const { error = '', commands } = failed.content;
    throw new ContainerError('container-unsupported', `${failed.name} was not opened: ${error}`, commands);
  }
  const names = leaves.flatMap(({ chain }) => innermost(chain)?.name ?? []);
  throw new ContainerError(
    'container-unsupported',
    names.length === 0
      ? `it has no partition ${word}: it has no partition table`
      : `it has no partition ${word}; it has ${names.slice(0, 16).join(', ')}`,
  );
}
