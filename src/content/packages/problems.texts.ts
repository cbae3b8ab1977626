/** The texts of the problems in problems.ts. */
import type { ProblemTexts } from '../../problem/define';

const reinstall = 'Install the package again, or make the image anew.';

export interface Named {
  /** Name and version. */
  package: string;
}

/** Where files are missing: so many of one package below a directory that is not there, or the file itself (0). */
export interface Missing extends Named {
  below: number;
}

const missing = ({ package: name, below }: Missing): string =>
  below > 0 ? `it should hold ${below} files of package ${name}` : `it belongs to package ${name}`;

export const texts = {
  'package-file-missing': {
    title: 'File of an installed package is missing',
    explain: `The package database of the image says that this file was installed, and there is no such name. Its directory lost blocks, the copy of the tree ended early, or someone removed it. Programs that need it fail, and if it belongs to the boot chain the machine does not start. ${reinstall}`,
    say: missing,
  },
  'package-file-changed': {
    title: 'File of an installed package has other content',
    explain: `The package database of the image has a digest of this file, and its content has another one. Nothing changes such files but the package manager, so blocks were lost, swapped or overwritten, or someone replaced the file. A program or library like this crashes or does worse. ${reinstall}`,
    say: (d: Named & { digest: string; stored: string; expected: string; size: number; nulBytes: number }) => {
      const nul = d.nulBytes > 0 ? `; ${d.nulBytes} of its ${d.size} bytes lie in blocks of NUL bytes` : '';
      return `${d.digest} is ${d.stored}, should be ${d.expected} by package ${d.package}${nul}`;
    },
  },
  'package-file-all-nul': {
    title: 'File of an installed package holds only NUL bytes',
    explain: `The file has its size and its blocks, and all of them are NUL, which is not what its package installed. That is the mark of lost writes: the file system was told of the file, its content never reached the disk, and fsck calls it clean. Whatever reads the file gets nonsense. Find out where writes were lost (a full or faulty disk below the image), then make the image anew.`,
    say: (d: Named & { size: number }) => `all of its ${d.size} bytes are NUL; it belongs to package ${d.package}`,
  },
  'package-file-size-wrong': {
    title: 'File of an installed package has the wrong size',
    explain: `The package database of the image keeps the size of this file, and the inode has another one. The file was cut off when a copy ended early, or it was replaced. ${reinstall}`,
    say: (d: Named & { stored: number; expected: number }) =>
      `${d.stored} bytes, should be ${d.expected} by package ${d.package}`,
  },
  'package-file-wrong-type': {
    title: 'File of an installed package is of another type',
    explain: `The package installed something else under this name, such as a regular file where a directory or a symlink is now. The name or its inode was overwritten, or someone replaced it. ${reinstall}`,
    say: (d: Named & { stored: string; expected: string }) =>
      `it is a ${d.stored}, should be a ${d.expected} by package ${d.package}`,
  },
  'package-link-changed': {
    title: 'Symlink of an installed package leads elsewhere',
    explain: `The package database of the image keeps the target of this symlink, and it has another one. Libraries are found by such links. Its block was lost or overwritten, or someone made it anew. ${reinstall}`,
    say: (d: Named & { stored: string; expected: string }) =>
      `it leads to ${d.stored}, should lead to ${d.expected} by package ${d.package}`,
  },
  'package-file-unreadable': {
    title: 'File of an installed package cannot be read',
    explain: `Part of this file's content cannot be had: its blocks lie past the end of the image, its mapping is damaged, or the source failed. Other findings about the same inode say more. ${reinstall}`,
    say: (d: Named & { why: string }) => `${d.why}; it belongs to package ${d.package}`,
  },
  'package-mode-wrong': {
    title: 'File of an installed package has other permissions',
    explain: `The package database of the image keeps the permissions of this file, and its inode has others. A program that lost its executable or set-user-ID bit does not work; one that gained it is a risk. Tools for local policy change permissions on purpose. Set them as the package has them, unless that was meant.`,
    say: (d: Named & { stored: string; expected: string }) =>
      `mode ${d.stored}, should be ${d.expected} by package ${d.package}`,
  },
  'package-owner-wrong': {
    title: 'File of an installed package has another owner',
    explain: `The package database of the image says to whom this file belongs, and its inode names someone else. Copies made without the right to set owners do that to whole trees. Services may refuse to start. Make the copy as root, or set the owner.`,
    say: (d: Named & { stored: string; expected: string }) =>
      `owner ${d.stored}, should be ${d.expected} by package ${d.package}`,
  },
  'package-directory-missing': {
    title: 'Directory of an installed package is missing',
    explain: `A package installed this directory, and no file of it is missed there. Where other file systems are mounted on it, as on /proc and /sys, a machine without it does not start; elsewhere services that write there fail. Create it, or make the image anew.`,
    say: (d: Named) => `it belongs to package ${d.package}`,
  },
  'package-config-differs': {
    title: 'Configuration file differs from its package',
    explain: `Configuration is there to be changed, and whoever set up the image most likely did. It is listed so that a change nobody made can be noticed. A configuration file that holds only NUL bytes is an error of its own.`,
    say: (d: Named & { what: string }) => `${d.what}; it belongs to package ${d.package}`,
  },
  'package-config-missing': {
    title: 'Configuration file of a package was removed',
    explain: `Package managers respect the removal of a configuration file, and do not bring it back. Most services then use what is built into them. Nothing is to be done if that was meant.`,
    say: missing,
  },
  'package-data-differs': {
    title: 'File that changes in use differs from its package',
    explain: `The file lies where services or people write, or is made anew by the program itself, as compiled Python is. That it differs from what the package installed says nothing of damage. One that holds only NUL bytes is an error of its own.`,
    say: (d: Named & { what: string }) => `${d.what}; it belongs to package ${d.package}`,
  },
  'package-data-missing': {
    title: 'File that a package can do without is missing',
    explain: `Documentation, translations and licences are often removed to make an image small, and what lies in /var and the like comes and goes. No program stops working. Nothing is to be done if the image was made small on purpose.`,
    say: missing,
  },
  'package-database-damaged': {
    title: 'Package database is damaged',
    explain: `Part of the list of installed packages and their files makes no sense. Nothing that was read from that part is held against the tree, so files may be wrong that no finding names. The package manager of the machine will fail or forget packages: updates stop working. Restore the database from a copy (dpkg keeps one in /var/backups), rebuild it, or make the image anew.`,
    say: (d: { what: string; package: string | null }) =>
      d.package === null ? d.what : `${d.what}; it is about package ${d.package}`,
  },
  'package-unfinished': {
    title: 'Package was not installed to the end',
    explain: `The package database says that an installation or removal was under way and did not end: the image was copied, or the machine stopped, in the middle of it. Files of the package may be old, new or missing. Let the package manager finish (dpkg --configure -a, apk fix) before the image is used.`,
    say: (d: Named & { state: string }) => `package ${d.package} is ${d.state}`,
  },
  'package-without-digests': {
    title: 'Package has files without digests',
    explain: `The package came without digests of some of its files, so their content could not be verified, only that they are there. Few packages are built this way. Hold the files against another source if they matter.`,
    say: (d: Named & { files: number }) => `${d.files} files of package ${d.package} were not verified`,
  },
} satisfies ProblemTexts;
