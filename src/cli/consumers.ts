/** The options that say who will read an image, checked before any image is. */
import { ConsumerError } from '../boot/features/consumer';
import { type Consumers, parseConsumers } from '../boot/features/gate';
import { printable } from '../report/printable';
import { UsageError } from './options';

/** @throws UsageError where a text names no version that is known */
export function requireConsumers(asked: Consumers): void {
  try {
    parseConsumers(asked);
  } catch (error) {
    if (error instanceof ConsumerError) throw new UsageError(printable(error.message));
    throw error;
  }
}
