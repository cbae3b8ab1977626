/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

const because = 'The manifest says what was written, the image holds something else: ';

export const texts = {
  'manifest-file-missing': {
    title: 'File of the manifest is missing',
    explain: `The manifest names a file, and the image has nothing at that path. ${because}the copy ended early, or the directory that held the name lost its blocks. What needs the file will fail. Make the image again from the tree that the manifest was made of, or mark the entry as optional if the file may be missing.`,
    say: (d: { line: number; stoppedAt: string | null }) =>
      `line ${d.line} of the manifest${d.stoppedAt === null ? '' : `; the path cannot be followed past ${d.stoppedAt}`}`,
  },
  'manifest-type-differs': {
    title: 'File is of another type than the manifest says',
    explain: `A directory stands where a file should be, a file where a symlink should be, and the like. ${because}the tree was copied by a program that follows or does not keep symlinks, or the inode was overwritten. Make the image again, with a copy that keeps types.`,
    say: (d: { stored: string; expected: string }) => `it is a ${d.stored}, should be a ${d.expected}`,
  },
  'manifest-content-all-nul': {
    title: 'File of the manifest holds only NUL bytes',
    explain: `The name, the inode and the size are there; of the content nothing was written. Every fsck calls such an image clean. It comes from writes that the kernel took and lost later, for lack of room or after an I/O error below the image. Make the image again where it has room to grow to its full size, and look into dmesg for lost writes.`,
    say: (d: { size: number }) => `${d.size} bytes, none of them other than NUL`,
  },
  'manifest-size-differs': {
    title: 'File has another size than the manifest says',
    explain: `${because}the file was cut off, replaced or changed after the manifest was made. A program or library of the wrong size is seldom of use. Make the image again, or the manifest if the change was meant.`,
    say: (d: { stored: number; expected: number }) => `${d.stored} bytes, should be ${d.expected}`,
  },
  'manifest-content-differs': {
    title: 'Content of a file differs from the manifest',
    explain: `The file was read to its end, and its digest is another one. ${because}blocks were lost or swapped while the image was made, or the file was changed after the manifest was. Files that change at every boot do not belong into a manifest, or are marked \`nochange\` in it.`,
    say: (d: { digest: string; stored: string; expected: string }) =>
      `${d.digest} is ${d.stored}, should be ${d.expected}`,
  },
  'manifest-content-unreadable': {
    title: 'Content of a file of the manifest cannot be read',
    explain:
      'The file is there, but not all of its bytes can be had: a block lies past the end of the image, its map is damaged, or it is encrypted. What the manifest says of its content could not be compared. Other findings of the same inode say more.',
    say: (d: { why: string }) => d.why,
  },
  'manifest-link-differs': {
    title: 'Symlink leads elsewhere than the manifest says',
    explain: `The target of a symlink is another one. ${because}links such as /sbin/init or /boot/vmlinuz decide what is started. Set the link again, or make the manifest again if the change was meant.`,
    say: (d: { stored: string; expected: string }) => `it leads to '${d.stored}', should lead to '${d.expected}'`,
  },
  'manifest-device-differs': {
    title: 'Device has other numbers than the manifest says',
    explain: `The node stands for another device than the one meant. ${because}a program that opens it reads or writes something else. Make the node again with mknod.`,
    say: (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  },
  'manifest-mode-differs': {
    title: 'Permissions differ from the manifest',
    explain: `The content may be right, but who may read, write or execute the file is not as it should be. ${because}a program that lost its executable bit does not start, a set-user-ID bit too many is a hole. Copy with a program that keeps permissions.`,
    say: (d: { stored: string; expected: string }) => `mode is ${d.stored}, should be ${d.expected}`,
  },
  'manifest-owner-differs': {
    title: 'Owner differs from the manifest',
    explain: `The file belongs to another user or group. ${because}a copy that did not run as root gives all files to whoever ran it. Services that read files of their own account then fail.`,
    say: (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  },
  'manifest-time-differs': {
    title: 'Time of last change differs from the manifest',
    explain:
      'Times are compared only when asked for. Nothing is lost by a wrong time, but some programs rebuild or refuse what is older or newer than they expect. Nanoseconds count only where both sides have them.',
    say: (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  },
  'manifest-links-differ': {
    title: 'Number of names differs from the manifest',
    explain:
      'A regular file has more or fewer names (hard links) than it should. Copies that do not keep hard links make one file of each name; each of them reads right and takes space of its own.',
    say: (d: { stored: number; expected: number }) => `${d.stored} names, should be ${d.expected}`,
  },
  'manifest-extra-file': {
    title: 'File is not in the manifest',
    explain:
      'Extra files are reported only when asked for. Something was added after the manifest was made, or is left over from an earlier state: logs, caches, host keys, a package too many. A directory stands for all that is below it.',
    say: (d: { type: string; below: number }) =>
      d.below === 0 ? `a ${d.type}` : `a ${d.type} with ${d.below} more names below it`,
  },
} satisfies ProblemTexts;
