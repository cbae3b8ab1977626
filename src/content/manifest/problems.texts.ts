/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'manifest-file-missing': {
    title: 'File of the manifest is missing',
    explain:
      'The manifest lists a file, but the image has nothing at that path. The copy ended early, or the directory with the name lost its blocks. Programs that need the file fail. Make the image again from the tree of the manifest, or mark the entry as optional if the file may be missing.',
    say: (d: { line: number; stoppedAt: string | null }) =>
      `line ${d.line} of the manifest${d.stoppedAt === null ? '' : `; the lookup stopped at ${d.stoppedAt}`}`,
  },
  'manifest-type-differs': {
    title: 'File has another type than in the manifest',
    explain:
      'The image has a directory instead of a file, a file instead of a symlink, or similar. The tree was copied by a program that follows symlinks or does not keep them, or the inode was overwritten. Make the image again, with a copy that keeps types.',
    say: (d: { stored: string; expected: string }) => `it is a ${d.stored}, should be a ${d.expected}`,
  },
  'manifest-content-all-nul': {
    title: 'File of the manifest contains only NUL bytes',
    explain:
      'The name, the inode and the size are intact, but none of the content was written. Every fsck calls such an image clean. The kernel accepted the writes and lost them later, because there was no space left or because of an I/O error below the image. Make the image again where it has space to grow to its full size, and look for lost writes in dmesg.',
    say: (d: { size: number }) => `${d.size} bytes, all of them NUL`,
  },
  'manifest-size-differs': {
    title: 'File has another size than in the manifest',
    explain:
      'The file was truncated, replaced or changed after the manifest was made. A program or library of the wrong size rarely works. Make the image again, or the manifest if the change was intended.',
    say: (d: { stored: number; expected: number }) => `${d.stored} bytes, should be ${d.expected}`,
  },
  'manifest-content-differs': {
    title: 'Content of a file differs from the manifest',
    explain:
      'The file was read completely, and its digest differs. Blocks were lost or swapped while the image was made, or the file was changed after the manifest was made. Files that change at every boot should not be in a manifest, or should be marked `nochange` in it.',
    say: (d: { digest: string; stored: string; expected: string }) =>
      `${d.digest} is ${d.stored}, should be ${d.expected}`,
  },
  'manifest-content-unreadable': {
    title: 'Content of a file of the manifest cannot be read',
    explain:
      'The file exists, but not all of its bytes can be read: a block is after the end of the image, its block map is damaged, or it is encrypted. Its content could not be compared with the manifest. Other findings about the same inode have details.',
    say: (d: { why: string }) => d.why,
  },
  'manifest-link-differs': {
    title: 'Symlink has another target than in the manifest',
    explain:
      'The symlink was changed after the manifest was made, or its target was lost or overwritten. Links such as /sbin/init or /boot/vmlinuz decide what is started. Set the link again, or make the manifest again if the change was intended.',
    say: (d: { stored: string; expected: string }) => `it points to '${d.stored}', should point to '${d.expected}'`,
  },
  'manifest-device-differs': {
    title: 'Device has other numbers than in the manifest',
    explain:
      'The node refers to another device than the manifest. A program that opens it reads or writes something else. Create the node again with mknod.',
    say: (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  },
  'manifest-mode-differs': {
    title: 'Permissions differ from the manifest',
    explain:
      'The content may be right, but the permissions to read, write or execute the file are not. A program that lost its executable bit does not start, and an additional set-user-ID bit is a security risk. Copy with a program that keeps permissions.',
    say: (d: { stored: string; expected: string }) => `mode is ${d.stored}, should be ${d.expected}`,
  },
  'manifest-owner-differs': {
    title: 'Owner differs from the manifest',
    explain:
      'The file belongs to another user or group. A copy that does not run as root makes its own user the owner of all files. Services that read files of their own account then fail.',
    say: (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  },
  'manifest-time-differs': {
    title: 'Modification time differs from the manifest',
    explain:
      'Times are compared only on request. Nothing is lost if a time is wrong, but some programs rebuild or refuse files that are older or newer than they expect. Nanoseconds are compared only if both sides have them.',
    say: (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  },
  'manifest-links-differ': {
    title: 'Number of names differs from the manifest',
    explain:
      'A regular file has more or fewer names (hard links) than it should. Copies that do not keep hard links make a separate file of each name; each of them can be read and takes its own space.',
    say: (d: { stored: number; expected: number }) => `${d.stored} names, should be ${d.expected}`,
  },
  'manifest-extra-file': {
    title: 'File is not in the manifest',
    explain:
      'Extra files are reported only on request. Something was added after the manifest was made, or is left over from an earlier state: logs, caches, host keys, an additional package. A directory stands for everything below it.',
    say: (d: { type: string; below: number }) =>
      d.below === 0 ? `a ${d.type}` : `a ${d.type} with ${d.below} more names below it`,
  },
} satisfies ProblemTexts;
