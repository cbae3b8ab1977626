/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

/** The data of every finding of a policy. */
export interface PolicyData {
  /** Place of the rule in the policy's file, such as `paths[3]`. */
  rule: string;
  /** What is wrong, as a clause. */
  what: string;
  /** The reason that the author of the rule gave; '' for none. */
  reason: string;
}

const say = ({ rule, what, reason }: PolicyData): string => `${what} (${rule}${reason === '' ? '' : `: ${reason}`})`;

export const texts = {
  'policy-path-missing': {
    title: 'Path that the policy requires is missing',
    explain:
      'A rule of the policy requires a path, or one of several paths, and the image has none of them. Programs that need it fail. Make the image again from a complete tree, or mark the rule as optional.',
    say,
  },
  'policy-path-forbidden': {
    title: 'Path that the policy forbids exists',
    explain:
      'A rule of the policy forbids this path. Such rules keep keys, logs, package caches and leftovers of a build out of images. Remove the file from the tree and make the image again, or add it to the exceptions of the rule.',
    say,
  },
  'policy-type-wrong': {
    title: 'File has another type than the policy requires',
    explain:
      'The path exists, but it is a directory instead of a file, or similar. A copy that follows symlinks, or a damaged inode, causes this. Make the image again.',
    say,
  },
  'policy-permissions-wrong': {
    title: 'Permissions or owner differ from the policy',
    explain:
      'The permissions to read, write or execute the file, or its owner, are not those of the rule. A program without its executable bit does not start, and a key that everyone can read is not secret. Copy with a program that keeps permissions and owners, or set them in the tree.',
    say,
  },
  'policy-content-wrong': {
    title: 'Content does not meet the policy',
    explain:
      'The file is empty, all NUL, too small or too large, has another digest, is for another machine, lacks a required text or contains a forbidden one, or cannot be read; or a symlink has another target. Lost writes and wrongly assembled trees cause this. The finding has the reason.',
    say,
  },
  'policy-filesystem-wrong': {
    title: 'Label or UUID differs from the policy',
    explain:
      'Boot loaders and initramfs scripts find a file system by its label or UUID. With another one the machine waits for a device that never appears. Set it with tune2fs -L or tune2fs -U.',
    say,
  },
  'policy-rule-warning': {
    title: 'Rule of the policy with severity warning is broken',
    explain:
      'The author of the policy gave this rule the severity warning. It fails a check with the default threshold, and passes one with --fail-on error. The finding has the rule and the reason.',
    say,
  },
  'policy-rule-note': {
    title: 'Rule of the policy with severity info is broken',
    explain:
      'The author of the policy gave this rule the severity info, so it fails no check with the default threshold. The finding has the rule and the reason.',
    say,
  },
} satisfies ProblemTexts;
