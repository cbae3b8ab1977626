/** The texts of the problems in device.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'journal-device-user': {
    title: 'Journal device belongs to a file system',
    explain:
      'An external journal lists the UUIDs of the file systems that use it. Check the file system with the UUID shown here. As long as the journal holds changes for it, it can only be mounted together with this device.',
    say: (d: { uuid: string; pending: boolean }) =>
      `it is the journal of ${d.uuid}${d.pending ? 'and holds changes that are not in that file system yet' : ''}`,
  },
} satisfies ProblemTexts;
