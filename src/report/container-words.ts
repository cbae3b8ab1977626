/** Puts the containers around a file system into words. */
import type { ContainerStep } from '../problem/container';
import { printable } from './printable';
import { digits } from './words';

/** The parts that lead to the file system, `partition 2 "root", file /cOS/active.img`; empty without any. */
export const partNames = (chain: readonly ContainerStep[]): string =>
  chain.flatMap(({ part }) => (part === undefined ? [] : [printable(part.name)])).join(', ');

/** The chain, `qcow2 → GPT → partition 3 "root" (offset 1,128,267,776) → ext4`. */
export function chainWords(chain: readonly ContainerStep[], fileSystem: string): string {
  const words = chain.flatMap(({ format, details, part }) => {
    const own = details === '' ? format : `${format} (${details})`;
    if (part === undefined) return [own];
    const place = part.offset === undefined ? '' : ` (offset ${digits(part.offset)})`;
    return [own, `${part.name}${place}`];
  });
  return [...words, fileSystem].map(printable).join(' \u2192 ');
}
