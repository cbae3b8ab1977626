/** Reports which file systems use a journal device: its log lists them. */
import { uuidText } from '../../bytes/uuid';
import { decode } from '../../layout/decode';
import { journalMagic, journalSuperblock, journalSuperblockSize } from '../../layout/journal';
import { superblockOffset, superblockSize } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { type ByteSource, SourceError } from '../../source/source';
import type { OpenResult } from '../../volume/open';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'journal-device-user': { severity: 'info', e2fsck: [] },
});

const uuidSize = 16;
const maxUsers = 48;

/** Reports the users of a journal device, and nothing else; reports nothing where the journal cannot be read. */
export async function reportJournalDevice(
  { geometry }: OpenResult,
  source: ByteSource,
  report: ReportFinding,
): Promise<void> {
  if (!geometry?.features.journal_dev) return;
  // in the block after the one with the superblock of the device
  const following = superblockOffset + superblockSize;
  const at = geometry.blockSize < following ? following : geometry.blockSize;
  const bytes = new Uint8Array(journalSuperblockSize);
  try {
    if ((await source.read(at, bytes)) < bytes.length) return;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return;
  }
  const journal = decode(journalSuperblock, new DataView(bytes.buffer), 0);
  if (journal.h_magic !== journalMagic) return;
  const pending = journal.s_start !== 0;
  for (let i = 0; i < Math.min(journal.s_nr_users, maxUsers); i++) {
    const uuid = uuidText(journal.s_users.subarray(i * uuidSize, (i + 1) * uuidSize));
    const where = { bytes: { at: at + journalSuperblock.s_users.offset + i * uuidSize, length: uuidSize } };
    report(problems['journal-device-user'], where, { uuid, pending });
  }
}
