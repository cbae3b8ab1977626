/** Why a file cannot be read or written, as a clause for people. Apart, as most starts need nothing else of its users. */
import { printable } from '../report/printable';
import { reason } from '../source/file';

export const reasonOf = (error: unknown): string => printable(reason(error));
