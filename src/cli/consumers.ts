/** Validates the options for the programs that will read an image, before any image is checked. */
import { ConsumerError } from '../boot/features/consumer';
import { type Consumers, parseConsumers } from '../boot/features/gate';
import { printable } from '../report/printable';
import { UsageError } from './options';

/** @throws UsageError for an unknown program or version */
export function requireConsumers(asked: Consumers): void {
  try {
    parseConsumers(asked);
  } catch (error) {
    if (error instanceof ConsumerError) throw new UsageError(printable(error.message));
    throw error;
  }
}
