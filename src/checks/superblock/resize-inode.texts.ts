/** The sentences for findings of resize-inode.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'resize-inode-with-meta-bg': () => 'both resize_inode and meta_bg are set',
  'resize-blocks-without-feature': (d: { stored: number }) =>
    `s_reserved_gdt_blocks is ${d.stored}, should be 0 without resize_inode`,
  'resize-inode-not-clear': (d: { stored: number; word: number }) =>
    `i_block[${d.word}] is ${d.stored}, should be 0 without resize_inode`,
  'resize-inode-invalid': (d: { what: string; stored: number; expected: string }) =>
    `${d.what} is ${d.stored}, should be ${d.expected}`,
  'resize-inode-unreadable': (d: { reason: string }) => d.reason,
} satisfies Sentences;
