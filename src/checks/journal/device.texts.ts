/** The sentences for findings of device.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'journal-device-user': (d: { uuid: string; pending: boolean }) =>
    `it is the journal of ${d.uuid}${d.pending ? 'and holds changes that are not in that file system yet' : ''}`,
} satisfies Sentences;
