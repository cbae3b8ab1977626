/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'root-inode-missing': () => 'the root inode is not in use',
  'directory-unattached': (d: { dotdot: number }) =>
    `no entry refers to this directory; its ".." refers to inode ${d.dotdot}`,
  'directory-loop': () => 'the parents of this directory lead back to it and never to the root',
  'directory-dotdot-wrong': (d: { stored: number; expected: number }) =>
    `".." refers to inode ${d.stored}, should refer to ${d.expected}`,
} satisfies Sentences;
