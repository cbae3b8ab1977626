/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

const reinstall = 'Install the package again, or make the image again.';

export interface Named {
  /** Name and version. */
  package: string;
}

/** Where files are missing: a number of files of one package below a missing directory, or the file itself (0). */
export interface Missing extends Named {
  below: number;
}

const missing = ({ package: name, below }: Missing): string =>
  below > 0 ? `it should hold ${below} files of package ${name}` : `it belongs to package ${name}`;

export const texts = {
  'package-file-missing': {
    title: 'File of an installed package is missing',
    explain: `The package database of the image lists this file as installed, but the file does not exist. Its directory lost blocks, the copy of the tree ended early, or the file was removed. Programs that need it fail, and if it belongs to the boot chain the machine does not start. ${reinstall}`,
    say: missing,
  },
  'package-file-changed': {
    title: 'File of an installed package has other content',
    explain: `The package database of the image has a digest of this file, and its content differs. Only the package manager changes such files, so blocks were lost, swapped or overwritten, or the file was replaced. A program or library like this may crash or corrupt data. ${reinstall}`,
    say: (d: Named & { digest: string; stored: string; expected: string; size: number; nulBytes: number }) => {
      const nul = d.nulBytes > 0 ? `; ${d.nulBytes} of its ${d.size} bytes are in blocks of NUL bytes` : '';
      return `${d.digest} is ${d.stored}, should be ${d.expected} by package ${d.package}${nul}`;
    },
  },
  'package-file-all-nul': {
    title: 'File of an installed package contains only NUL bytes',
    explain:
      'The file has its size and its blocks, but all bytes are NUL, which is not what its package installed. This is typical of lost writes: the file was created, its content never reached the disk, and fsck calls it clean. Programs that read the file get garbage. Find out where writes were lost (a full or faulty disk below the image), then make the image again.',
    say: (d: Named & { size: number }) => `all of its ${d.size} bytes are NUL; it belongs to package ${d.package}`,
  },
  'package-file-size-wrong': {
    title: 'File of an installed package has the wrong size',
    explain: `The package database of the image has the size of this file, and the inode has another one. The file was truncated when a copy ended early, or it was replaced. ${reinstall}`,
    say: (d: Named & { stored: number; expected: number }) =>
      `${d.stored} bytes, should be ${d.expected} by package ${d.package}`,
  },
  'package-file-wrong-type': {
    title: 'File of an installed package has another type',
    explain: `The package installed another type under this name, such as a regular file that is now a directory or a symlink. The name or its inode was overwritten, or the file was replaced. ${reinstall}`,
    say: (d: Named & { stored: string; expected: string }) =>
      `it is a ${d.stored}, should be a ${d.expected} by package ${d.package}`,
  },
  'package-link-changed': {
    title: 'Symlink of an installed package has another target',
    explain: `The package database of the image has the target of this symlink, and the symlink has another one. Such links are used to find libraries. Its block was lost or overwritten, or the link was replaced. ${reinstall}`,
    say: (d: Named & { stored: string; expected: string }) =>
      `it points to ${d.stored}, should point to ${d.expected} by package ${d.package}`,
  },
  'package-file-unreadable': {
    title: 'File of an installed package cannot be read',
    explain: `Part of the content of this file cannot be read: its blocks are after the end of the image, its mapping is damaged, or the source failed. Other findings about the same inode have details. ${reinstall}`,
    say: (d: Named & { why: string }) => `${d.why}; it belongs to package ${d.package}`,
  },
  'package-mode-wrong': {
    title: 'File of an installed package has other permissions',
    explain:
      'The package database of the image has the permissions of this file, and its inode has others. A program that lost its executable or set-user-ID bit does not work; one that gained it is a risk. Tools for local policy change permissions on purpose. Set the permissions of the package, unless the change was intended.',
    say: (d: Named & { stored: string; expected: string }) =>
      `mode ${d.stored}, should be ${d.expected} by package ${d.package}`,
  },
  'package-owner-wrong': {
    title: 'File of an installed package has another owner',
    explain:
      'The package database of the image has the owner of this file, and its inode has another one. Copies without the permission to set owners do that to whole trees. Services may refuse to start. Make the copy as root, or set the owner.',
    say: (d: Named & { stored: string; expected: string }) =>
      `owner ${d.stored}, should be ${d.expected} by package ${d.package}`,
  },
  'package-directory-missing': {
    title: 'Directory of an installed package is missing',
    explain:
      'A package installed this directory, and no file of it is missing there. If other file systems are mounted on it, as on /proc and /sys, a machine without it does not start; otherwise services that write there fail. Create it, or make the image again.',
    say: (d: Named) => `it belongs to package ${d.package}`,
  },
  'package-config-differs': {
    title: 'Configuration file differs from its package',
    explain:
      'Configuration files are made to be changed, and the person who set up the image most likely did. The file is listed so that you can notice an unintended change. A configuration file that contains only NUL bytes is a separate error.',
    say: (d: Named & { what: string }) => `${d.what}; it belongs to package ${d.package}`,
  },
  'package-config-missing': {
    title: 'Configuration file of a package was removed',
    explain:
      'Package managers accept the removal of a configuration file, and do not restore it. Most services then use their built-in defaults. Nothing needs to be done if the removal was intended.',
    say: missing,
  },
  'package-data-differs': {
    title: 'File that changes in use differs from its package',
    explain:
      'Services or users write to this place, or the program itself generates the file, as with compiled Python. A difference from the installed file does not indicate damage. A file that contains only NUL bytes is a separate error.',
    say: (d: Named & { what: string }) => `${d.what}; it belongs to package ${d.package}`,
  },
  'package-data-missing': {
    title: 'File that a package does not need is missing',
    explain:
      'Documentation, translations and licences are often removed to make an image small, and files in /var and similar places change often. Programs work without them. Nothing needs to be done if the image was made small on purpose.',
    say: missing,
  },
  'package-database-damaged': {
    title: 'Package database is damaged',
    explain:
      'Part of the list of installed packages and their files is invalid. Nothing from that part was compared with the tree, so files may be wrong without a finding. The package manager of the machine will fail or forget packages, and updates stop working. Restore the database from a copy (dpkg keeps one in /var/backups), rebuild it, or make the image again.',
    say: (d: { what: string; package: string | null }) =>
      d.package === null ? d.what : `${d.what}; it is about package ${d.package}`,
  },
  'package-unfinished': {
    title: 'Package was not completely installed',
    explain:
      'According to the package database, an installation or removal was started and did not finish: the image was copied, or the machine stopped, in the middle of it. Files of the package may be old, new or missing. Let the package manager finish (dpkg --configure -a, apk fix) before the image is used.',
    say: (d: Named & { state: string }) => `package ${d.package} is ${d.state}`,
  },
  'package-without-digests': {
    title: 'Package has files without digests',
    explain:
      'The package has no digests of some of its files, so only their existence could be verified, not their content. Few packages are built this way. Compare the files with another source if they are important.',
    say: (d: Named & { files: number }) => `${d.files} files of package ${d.package} were not verified`,
  },
} satisfies ProblemTexts;
