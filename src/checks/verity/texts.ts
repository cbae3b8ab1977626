/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';
import type { FieldFault } from './descriptor';

export const texts = {
  'verity-descriptor-missing': (d: { reason: string }) => `no descriptor of the hashes: ${d.reason}`,
  'verity-descriptor-damaged': (d: FieldFault) => `${d.field} is ${d.stored}, should be ${d.expected}`,
  'verity-size-wrong': (d: { stored: number; expected: number }) =>
    `the size is ${d.stored}, the file was sealed with ${d.expected} bytes`,
  'verity-root-wrong': (d: { size: number }) => `none of its ${d.size} bytes can be verified`,
  'verity-tree-wrong': (d: { level: number; from: number; to: number; zero: boolean }) =>
    `a block of level ${d.level} ${d.zero ? 'contains only zeros' : 'does not match its hash'}: bytes ${d.from} to ${d.to} cannot be read`,
  'verity-data-wrong': (d: { from: number; to: number; blocks: number; zeroBlocks: number }) => {
    const zeros =
      d.zeroBlocks === d.blocks
        ? ', they contain only zeros'
        : `, ${d.zeroBlocks} of ${d.blocks} blocks contain only zeros`;
    return `bytes ${d.from} to ${d.to} do not match their hash${d.zeroBlocks > 0 ? zeros : ''}`;
  },
} satisfies Sentences;
