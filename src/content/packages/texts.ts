/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

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
  'package-file-missing': missing,
  'package-file-changed': (
    d: Named & { digest: string; stored: string; expected: string; size: number; nulBytes: number },
  ) => {
    const nul = d.nulBytes > 0 ? `; ${d.nulBytes} of its ${d.size} bytes are in blocks of NUL bytes` : '';
    return `${d.digest} is ${d.stored}, should be ${d.expected} by package ${d.package}${nul}`;
  },
  'package-file-all-nul': (d: Named & { size: number }) =>
    `all of its ${d.size} bytes are NUL; it belongs to package ${d.package}`,
  'package-file-size-wrong': (d: Named & { stored: number; expected: number }) =>
    `${d.stored} bytes, should be ${d.expected} by package ${d.package}`,
  'package-file-wrong-type': (d: Named & { stored: string; expected: string }) =>
    `it is a ${d.stored}, should be a ${d.expected} by package ${d.package}`,
  'package-link-changed': (d: Named & { stored: string; expected: string }) =>
    `it points to ${d.stored}, should point to ${d.expected} by package ${d.package}`,
  'package-file-unreadable': (d: Named & { why: string }) => `${d.why}; it belongs to package ${d.package}`,
  'package-mode-wrong': (d: Named & { stored: string; expected: string }) =>
    `mode ${d.stored}, should be ${d.expected} by package ${d.package}`,
  'package-owner-wrong': (d: Named & { stored: string; expected: string }) =>
    `owner ${d.stored}, should be ${d.expected} by package ${d.package}`,
  'package-directory-missing': (d: Named) => `it belongs to package ${d.package}`,
  'package-config-differs': (d: Named & { what: string }) => `${d.what}; it belongs to package ${d.package}`,
  'package-config-missing': missing,
  'package-data-differs': (d: Named & { what: string }) => `${d.what}; it belongs to package ${d.package}`,
  'package-data-missing': missing,
  'package-database-damaged': (d: { what: string; package: string | null }) =>
    d.package === null ? d.what : `${d.what}; it is about package ${d.package}`,
  'package-unfinished': (d: Named & { state: string }) => `package ${d.package} is ${d.state}`,
  'package-without-digests': (d: Named & { files: number }) =>
    `${d.files} files of package ${d.package} were not verified`,
} satisfies Sentences;
