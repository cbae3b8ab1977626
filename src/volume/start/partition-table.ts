/** Reads partition tables: MBR, GPT, and a GPT with its protective MBR. */
import type { ByteSource } from '../../source/source';
import { readGpt } from './gpt';
import { readMbr } from './mbr';
import type { PartitionEntry } from './partition-entry';

export interface PartitionTable {
  kind: 'gpt' | 'mbr';
  entries: PartitionEntry[];
  /** Whether something of the table is at the start of the source; if not, only the backup at its end was found. */
  atStart: boolean;
  /** What is wrong with the table itself, as a clause; null if nothing is. For a GPT: with its header at the start. */
  fault: string | null;
  /** What is wrong with the backup of a GPT; null if nothing is. */
  backupFault: string | null;
}

/** The partition table of a disk; null if there is none. */
export async function readPartitionTable(source: ByteSource): Promise<PartitionTable | null> {
  const mbr = await readMbr(source);
  const gpt = await readGpt(source);
  const isProtective = mbr?.isProtective === true;
  if (gpt !== null && (gpt.atStart || isProtective || mbr === null))
    return { kind: 'gpt', ...gpt, atStart: gpt.atStart || isProtective };
  if (mbr === null) return null;
  const none = { atStart: true, fault: null, backupFault: null };
  if (!isProtective) return { kind: 'mbr', entries: await mbr.entries(), ...none };
  // of a hybrid table the other entries remain
  const entries = await mbr.entries();
  const fault = 'an MBR protects a GPT that is not there';
  return { kind: entries.length > 0 ? 'mbr' : 'gpt', entries, ...none, fault };
}
