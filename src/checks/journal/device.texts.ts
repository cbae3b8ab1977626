/** The texts of the problems in device.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'journal-device-user': {
    title: 'Journal device belongs to a file system',
    explain:
      'An external journal lists the file systems that use it by their UUIDs. The one named here is what has to be checked, and it needs this device to be mounted as long as the journal holds changes for it.',
    say: (d: { uuid: string; pending: boolean }) =>
      `it is the journal of ${d.uuid}${d.pending ? ', and holds changes that are not in that file system yet' : ''}`,
  },
} satisfies ProblemTexts;
