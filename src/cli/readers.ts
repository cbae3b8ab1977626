/** Validates the options for the programs that will read an image, before any image is checked. */

import { parseReaders, type Readers } from '../boot/features/gate';
import { ReaderError } from '../boot/features/reader';
import { printable } from '../report/printable';
import { UsageError } from './options';

/** @throws UsageError for an unknown program or version */
export function requireReaders(asked: Readers): void {
  try {
    parseReaders(asked);
  } catch (error) {
    if (error instanceof ReaderError) throw new UsageError(printable(error.message));
    throw error;
  }
}
