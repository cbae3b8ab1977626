/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

/** The data of every finding of a policy. */
export interface PolicyData {
  /** Place of the rule in the policy's file, such as `paths[3]`. */
  rule: string;
  /** What is wrong, as a clause. */
  what: string;
  /** The words of whoever wrote the rule; '' for none. */
  reason: string;
}

const say = ({ rule, what, reason }: PolicyData): string => `${what} (${rule}${reason === '' ? '' : `: ${reason}`})`;

export const texts = {
  'policy-path-missing': {
    title: 'Path that the policy requires is missing',
    explain:
      'A rule of the policy names a path, or several of which one is enough, and the image has none of them. What needs it will fail. Make the image again from a complete tree, or mark the rule as optional.',
    say,
  },
  'policy-path-forbidden': {
    title: 'Path that the policy forbids is there',
    explain:
      'A rule of the policy forbids this path. Such rules keep keys, logs, package caches and leftovers of a build out of images. Remove the file from the tree and make the image again, or add it to the exceptions of the rule.',
    say,
  },
  'policy-type-wrong': {
    title: 'File is of another type than the policy asks for',
    explain:
      'The path is there, but it is a directory where a file should be, or the like. A copy that follows symlinks, or a damaged inode, does this. Make the image again.',
    say,
  },
  'policy-permissions-wrong': {
    title: 'Permissions or owner are not as the policy asks for',
    explain:
      'Who may read, write or execute the file is not as the rule has it. A program without its executable bit does not start, and a key that all may read is none. Copy with a program that keeps permissions and owners, or set them in the tree.',
    say,
  },
  'policy-content-wrong': {
    title: 'Content is not as the policy asks for',
    explain:
      'The file is empty, all NUL, too small or too large, has another digest, is not for the right machine, lacks a text or holds one that it must not, or cannot be read; of a symlink, it leads elsewhere. Lost writes do this, and trees that were put together wrongly. The finding says which.',
    say,
  },
  'policy-filesystem-wrong': {
    title: 'Label or UUID is not as the policy asks for',
    explain:
      'Boot loaders and initramfs scripts find a file system by its label or UUID. With another one the machine waits for a device that never comes. Set it with tune2fs -L or tune2fs -U.',
    say,
  },
  'policy-rule-warning': {
    title: 'Rule of the policy with severity warning is broken',
    explain:
      'Whoever wrote the policy gave this rule the severity warning. It fails a check with the usual threshold, and passes one with --fail-on error. The finding names the rule and says what is wrong.',
    say,
  },
  'policy-rule-note': {
    title: 'Rule of the policy with severity info is broken',
    explain:
      'Whoever wrote the policy gave this rule the severity info, so it fails no check with the usual threshold. The finding names the rule and says what is wrong.',
    say,
  },
} satisfies ProblemTexts;
