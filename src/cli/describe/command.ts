/** What help, completions, manual and reference are made from. */
import type { OptionTable } from '../options';

export interface CommandDescription {
  /** Command lines, without the name of the program. */
  readonly usage: readonly string[];
  /** Paragraphs of plain text. */
  readonly description: readonly string[];
  readonly options: OptionTable;
  /** What an argument that is not an option is, such as `an image`; a command without it accepts none. */
  readonly operand?: string;
  /** Words that the argument can be, for completions. */
  readonly words?: readonly string[];
  /** The meaning of each exit status. */
  readonly statuses: Readonly<Record<number, string>>;
  /** How the statuses of several images combine. */
  readonly several?: string;
  /** Command lines of a shell. */
  readonly examples: readonly string[];
}

/** A command with what the list of commands has. */
export interface ListedCommand extends CommandDescription {
  readonly name: string;
  readonly summary: string;
}

/** The statuses that mean the same for all commands. */
export const commonStatuses = { 16: 'usage error', 32: 'interrupted' } as const;
